import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Role } from '../../../server/contract/roles.ts';
import type { WarningRecord } from '../../../server/contract/warnings.ts';
import { readCap } from '../../../server/feeds/cap/read-cap.ts';
import { identify } from '../../../server/transport/auth/guard.ts';
import { authRoutes } from '../../../server/transport/auth/routes.ts';
import { warningPaths } from '../../../server/transport/openapi-warnings.ts';
import { warningRoutes, type WarningRoutesDeps } from '../../../server/transport/rest-warnings.ts';
import { Browser, putAccount, testAuth } from '../../support/auth-rig.ts';
import { capText, warningOf } from '../../support/cap.ts';
import { fixedPicture } from '../../support/http-rig.ts';
import { MemoryAccounts } from '../../support/memory-accounts.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const warning = (id: string, more: Partial<WarningRecord> & { scope?: 'Private' } = {}): WarningRecord => {
  const { scope = 'Public', ...rest } = more;
  return {
    id,
    direction: 'out',
    state: 'in-force',
    message: { ...warningOf(capText()), identifier: `m-${id.replace(/\W/g, '-')}`, scope },
    receivedAtMs: NOW,
    changedAtMs: NOW - HOUR,
    decidedBy: { id: 'sun', name: 'Sun' },
    ...rest,
  };
};
const records = [
  warning('w1', { changedAtMs: NOW - 100 * HOUR }),
  warning('w2', { state: 'cancelled', changedAtMs: NOW - 23 * HOUR }),
  warning('w3', { state: 'expired', changedAtMs: NOW - 2 * HOUR }),
  warning('w/4 &', { state: 'superseded' }),
  warning('ended', { state: 'expired', changedAtMs: NOW - 25 * HOUR }),
  warning('draft', { state: 'draft' }),
  warning('no', { state: 'rejected' }),
  warning('forgotten', { state: 'expired', decidedBy: undefined }),
  warning('theirs', { direction: 'in' }),
  warning('private', { scope: 'Private' }),
];

const cancel: WarningRecord['message'] = {
  ...warningOf(capText()),
  identifier: 'c-w2',
  messageType: 'Cancel',
};

interface Rig {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  as(role: Role): Promise<Record<string, string>>;
}

async function open(more: Partial<WarningRoutesDeps> = {}, shown = records): Promise<Rig> {
  const accounts = new MemoryAccounts();
  const { auth, desk } = await testAuth(accounts, { nowMs: () => NOW });
  const app = express();
  const allowedOrigins: string[] = [];
  const picture = fixedPicture({ warning: shown });
  const routes = warningRoutes({
    records: picture.records,
    cancellationOf: (id) => (id === 'w2' ? cancel : null),
    atomTitle: '测试 & City',
    nowMs: () => NOW,
    ...more,
  });
  app.use('/api/v1', identify(auth), authRoutes({ auth, desk, allowedOrigins }), routes);
  const server = createServer(app);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    get: (path, headers = {}) => fetch(path.startsWith('http') ? path : `${url}/api/v1${path}`, { headers }),
    as: async (role) => {
      await putAccount(accounts, role, role, role === 'department' ? { department: 'dep-fire' } : {});
      const browser = new Browser(url);
      await browser.signIn(role);
      return { cookie: browser.cookie };
    },
  };
}
/** `fetch` would ask for the whole by itself. */
const conditional = (res: Response): Record<string, string> => ({
  'if-none-match': res.headers.get('etag')!,
  'cache-control': 'max-age=0',
});
const indexOf = async (res: Response) => {
  const read = readCap(Buffer.from(await res.arrayBuffer()));
  if (!read.ok || read.value.kind !== 'index') throw new Error('no index');
  return read.value.entries;
};
const entryId = (id: string): string => `/warnings/${encodeURIComponent(id)}/cap`;

describe('our warnings over HTTP', () => {
  it('AL-162 everybody gets those in force and those that ended within a day, the newest first', async () => {
    const rig = await open();
    const res = await rig.get('/warnings/feed.atom');
    expect([res.status, res.headers.get('content-type')]).toEqual([
      200,
      'application/atom+xml; charset=utf-8',
    ]);
    const entries = await indexOf(res);
    expect(entries.map((e) => e.message?.ok && e.message.value.identifier)).toEqual(['m-w3', 'c-w2', 'm-w1']);
    // The update that took its place is another one; who has its address still gets it.
    const superseded = await rig.get(entryId('w/4 &'));
    expect(warningOf(await superseded.text()).identifier).toBe('m-w-4--');
  });

  it('AL-162 every entry leads to its message; of a cancelled warning that is the cancel', async () => {
    const rig = await open({}, [warning('a/b &'), ...records.slice(0, 4)]);
    for (const { link, message } of await indexOf(await rig.get('/warnings/feed.atom'))) {
      const res = await rig.get(link!);
      expect([res.status, res.headers.get('content-type')]).toEqual([
        200,
        'application/cap+xml; charset=utf-8',
      ]);
      expect(warningOf(await res.text())).toEqual(message?.ok && message.value);
    }
  });

  it.each(['ended', 'draft', 'no', 'forgotten', 'theirs', 'private', 'nowhere'])(
    'AL-162 nobody else learns that there is a warning: %s',
    async (id) => {
      const rig = await open();
      const visitors = [
        {},
        await rig.as('viewer'),
        await rig.as('department'),
        await rig.as('security-admin'),
      ];
      for (const headers of visitors) {
        const res = await rig.get(entryId(id), headers);
        expect(res.status).toBe(404);
        expect(await res.json()).toMatchObject({ error: { code: 'not-found' } });
      }
    },
  );

  it('AL-162 the desk looks at drafts, which call themselves drafts, and at its own older ones', async () => {
    const rig = await open();
    for (const role of ['call-taker', 'dispatcher', 'supervisor'] as const) {
      const headers = await rig.as(role);
      const statusOf = async (id: string): Promise<unknown> => {
        const res = await rig.get(entryId(id), headers);
        return res.status === 200
          ? [warningOf(await res.text()).status, res.headers.get('cache-control')]
          : res.status;
      };
      expect(await statusOf('draft')).toEqual(['Draft', 'no-store']);
      expect(await statusOf('no')).toEqual(['Draft', 'no-store']);
      expect(await statusOf('forgotten')).toEqual(['Draft', 'no-store']);
      expect(await statusOf('ended')).toEqual(['Actual', 'no-cache']);
      expect(await statusOf('private')).toEqual(['Actual', 'no-cache']);
      expect(await statusOf('theirs')).toBe(404);
      const index = await indexOf(await rig.get('/warnings/feed.atom', headers));
      expect(index).toHaveLength(3);
    }
  });

  it('AL-162 who has it already is told that nothing is new, until something is', async () => {
    const shown = [records[0]!];
    const rig = await open({}, shown);
    const etag = conditional(await rig.get('/warnings/feed.atom'));
    expect((await rig.get('/warnings/feed.atom', etag)).status).toBe(304);
    shown.push(records[2]!);
    expect((await rig.get('/warnings/feed.atom', etag)).status).toBe(200);
  });

  it('AL-162 an index without warnings is one all the same', async () => {
    const rig = await open({}, []);
    const first = await rig.get('/warnings/feed.atom');
    expect(await indexOf(first)).toEqual([]);
    const again = await rig.get('/warnings/feed.atom', conditional(first));
    expect(again.status).toBe(304);
  });

  it('AL-162 names itself as it is reached from outside', async () => {
    const rig = await open({ publicUrl: 'https://alerts.example.org' }, [records[0]!]);
    const text = await (await rig.get('/warnings/feed.atom')).text();
    expect(text).toContain('<id>https://alerts.example.org/api/v1/warnings/feed.atom</id>');
    expect(text).toContain('href="https://alerts.example.org/api/v1/warnings/w1/cap"');
    expect(text).toContain('<title>测试 &amp; City</title>');
    expect(text).not.toContain('127.0.0.1');
  });

  it('RE-1: both routes are described', () => {
    const paths = warningPaths((description) => ({ description, content: {} }));
    expect(Object.keys(paths)).toEqual(['/api/v1/warnings/feed.atom', '/api/v1/warnings/{id}/cap']);
  });
});
