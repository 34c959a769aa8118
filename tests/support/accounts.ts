/** A server in earnest (no demo) on the small city, with accounts made as an administrator makes them. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packToFiles } from '../../server/contract/pack-files.ts';
import { startServer, type ServerProcess } from './server-process.ts';
import { smallPack } from './small-pack.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const feeds = {
  feeds: [
    {
      id: 'calls',
      name: { zh: '接警', en: 'Calls' },
      kind: 'incidents',
      token: 'a token of tests, long enough for one',
    },
  ],
};

interface AccountGiven {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly password: string;
}

/** `npm run account -- add`, with the password on its standard input. @throws with its words where it fails */
async function addAccount(data: string, { id, name, role, password }: AccountGiven): Promise<void> {
  const args = ['server/account-main.ts', 'add', id, '--name', name, '--role', role, '--data', data];
  const child = spawn(process.execPath, args, { cwd: root });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (t) => (said += t));
  child.stdin.end(`${password}\n`);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`account add ${id} ended with code ${code}: ${said}`);
}

export async function startInEarnest(dir: string, accounts: readonly AccountGiven[]): Promise<ServerProcess> {
  const [data, city, feedsFile] = [join(dir, 'data'), join(dir, 'city'), join(dir, 'feeds.json')];
  mkdirSync(city);
  for (const [file, content] of packToFiles(smallPack())) writeFileSync(join(city, file), content);
  writeFileSync(feedsFile, JSON.stringify(feeds));
  for (const account of accounts) await addAccount(data, account);
  return startServer({ dataDir: data, city, demo: false, args: ['--feeds', feedsFile] });
}

/** The CSRF proof that a cookie's session has, as its own page would ask for it. */
async function csrfOf(url: string, cookie: string): Promise<string> {
  const answer = await fetch(new URL('/api/v1/session', url), { headers: { cookie } });
  const { csrf } = (await answer.json()) as { csrf: string | null };
  if (csrf === null) throw new Error('nobody is signed in by this cookie');
  return csrf;
}

/** Signs a browser's session out behind its back, as from another window. */
export async function endSession(url: string, cookies: readonly { name: string; value: string }[]) {
  const cookie = cookies.map((c) => `${c.name}=${c.value}`).join('; ');
  const answer = await fetch(new URL('/api/v1/session', url), {
    method: 'DELETE',
    headers: { cookie, 'X-CSRF-Token': await csrfOf(url, cookie) },
  });
  if (!answer.ok) throw new Error(`not signed out: ${answer.status} ${await answer.text()}`);
}
