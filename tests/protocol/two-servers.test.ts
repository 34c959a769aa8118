/** Two people at two servers with one journal: what one decides the other sees within a second, and who loses is told. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { packToFiles } from '../../server/contract/pack-files.ts';
import type { Person } from '../../server/contract/roles.ts';
import { makeWorld } from '../support/live-world.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { postgresAbsent, postgresNote, temporarySchema } from '../support/postgres.ts';
import { serve, until } from '../support/screen-server.ts';
import { startServer } from '../support/server-process.ts';
import { smallPack } from '../support/small-pack.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { accepted, signInDemo, TestConsole } from '../support/test-console.ts';

const SEEN_WITHIN_MS = 1_000;
const CASE = { channel: '110', category: 'crime.theft' };

/** 王调度 at one server, 赵调度 at the other. */
type Consoles = readonly [wang: TestConsole, zhao: TestConsole];

/** Two engines in this process, each with sockets of its own. */
async function onSharedJournal(): Promise<Consoles> {
  const first = new MemoryJournal();
  const people: readonly Person[] = [
    { id: 'wang', name: '王调度', role: 'dispatcher' },
    { id: 'zhao', name: '赵调度', role: 'dispatcher' },
  ];
  const opened = async (journal: MemoryJournal, person: Person): Promise<TestConsole> => {
    const world = await makeWorld({ realClock: true, journal });
    const server = await serve(world, { personOf: () => person });
    onTestFinished(() => server.close());
    return new TestConsole({ url: server.url });
  };
  return [await opened(first, people[0]!), await opened(new MemoryJournal(first), people[1]!)];
}

/** The product twice, as it is started, with one PostgreSQL. */
async function onPostgres(): Promise<Consoles> {
  const { url } = await temporarySchema();
  const folder = temporaryFolder();
  const city = join(folder, 'city');
  mkdirSync(city);
  for (const [file, content] of packToFiles(smallPack())) writeFileSync(join(city, file), content);
  const opened = async (name: string, person: string): Promise<TestConsole> => {
    const server = await startServer({
      dataDir: join(folder, name),
      city,
      args: ['--database-url', url],
    });
    onTestFinished(() => server.kill());
    return new TestConsole({ url: server.url, cookie: await signInDemo(server.url, person) });
  };
  return [await opened('one', 'demo-dispatcher'), await opened('two', 'demo-dispatcher-2')];
}

async function seen(condition: () => boolean): Promise<void> {
  await until(condition, SEEN_WITHIN_MS);
}

describe.each([
  { title: 'two engines in one process', open: onSharedJournal, skip: false },
  { title: `two processes on PostgreSQL${postgresNote}`, open: onPostgres, skip: postgresAbsent },
])('consoles at $title', ({ open, skip }) => {
  it.skipIf(skip)(
    'SY-72 see within a second what is decided at the other, and are told who was first',
    async () => {
      const [wang, zhao] = await open();
      onTestFinished(() => {
        wang.close();
        zhao.close();
      });
      await until(() => wang.session.mirror.epoch !== '' && zhao.session.mirror.epoch !== '');
      for (const unit of ['u-p1', 'u-p2'])
        await accepted(wang.decide('unit.service', { unit, inService: true }));
      const made = [
        await accepted(wang.decide('incident.create', CASE)),
        await accepted(zhao.decide('incident.create', CASE)),
      ];
      const [incident, other] = made.map((m) => m.result!.incident!) as [string, string];
      const number = made[0]!.result!.number;

      await accepted(wang.decide('incident.claim', { incident }));
      await seen(() => zhao.record('incident', incident)?.case.claim?.name === '王调度');
      expect(await zhao.decide('incident.dispatch', { incident, units: ['u-p1'] })).toEqual({
        ok: false,
        refusal: { code: 'claimed-by-other', detail: '王调度' },
      });

      await accepted(wang.decide('incident.dispatch', { incident, units: ['u-p1'] }));
      await seen(() => zhao.record('unit', 'u-p1')?.incident === incident);
      expect(zhao.record('incident', incident)?.case.assignments).toMatchObject([
        { unit: 'u-p1', by: '王调度' },
      ]);
      expect(await zhao.decide('incident.dispatch', { incident: other, units: ['u-p2', 'u-p1'] })).toEqual({
        ok: false,
        refusal: { code: 'unit-busy', detail: `警1 → #${number} (王调度)` },
      });
      expect(wang.record('unit', 'u-p2')).toMatchObject({ status: 'available' });

      const version = zhao.record('incident', other)!.case.version;
      await accepted(zhao.decide('incident.claim', { incident: other }));
      await seen(() => wang.record('incident', other)?.case.claim?.name === '赵调度');
      expect(await wang.session.command('incident.claim', { incident: other }, version)).toMatchObject({
        ok: false,
        refusal: { code: 'version-conflict', detail: expect.stringContaining('赵调度') as string },
      });
      await seen(() => wang.session.mirror.records.incident.size === 2);
      for (const id of [incident, other])
        expect(wang.record('incident', id)).toEqual(zhao.record('incident', id));
    },
  );
});
