/** Which page an address gets: the screens' own, the departments' light one, or none for a file that is not there. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { staticClient } from '../../../server/transport/static-client.ts';
import { makeFolder } from '../../support/temporary.ts';

const server = createServer();
const folder = makeFolder();
let url = '';

beforeAll(async () => {
  for (const name of ['index', 'dept', 'popout'])
    writeFileSync(join(folder.dir, `${name}.html`), `<p>${name}</p>`);
  server.on('request', express().use(staticClient(folder.dir)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  folder.remove();
});

it.each([
  ['/', '<p>index</p>'],
  ['/anything', '<p>index</p>'],
  ['/department', '<p>index</p>'],
  ['/dept', '<p>dept</p>'],
  ['/dept/fire', '<p>dept</p>'],
  ['/dept/traffic-police?lang=en', '<p>dept</p>'],
  ['/popout.html', '<p>popout</p>'],
])('UI-112 %s gets its page', async (path, page) => {
  expect(await (await fetch(url + path)).text()).toBe(page);
});

it('UI-112 a file that is not there is not a page', async () => {
  expect((await fetch(`${url}/dept/fire.js`)).status).toBe(404);
});
