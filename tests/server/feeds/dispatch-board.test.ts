import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { IncidentObservation } from '../../../server/contract/observations.ts';
import { DispatchBoard, reportedAt } from '../../../server/feeds/dispatch-board.ts';
import { addressOf, categoryOf, unitIds } from '../../../server/feeds/dispatch-board-words.ts';
import type { Parsed, ParserSetup } from '../../../server/feeds/parser.ts';
import { testFeed } from '../../support/http-rig.ts';
import { anIncident } from '../../support/records.ts';

const ZONE = 'America/Los_Angeles';
const bbox = [-122.7, 37.05, -122, 37.8] as const;
const feed = testFeed({ id: 'board', kind: 'incidents', format: 'dispatch-board', timezone: ZONE });
const area = {
  bbox,
  contains: (p: readonly [number, number]) =>
    p[0] >= bbox[0] && p[0] <= bbox[2] && p[1] >= bbox[1] && p[1] <= bbox[3],
};
const call = (id: string, more: object = {}): object => ({
  id,
  date: '2022-04-26',
  time: '11:51:25 PM',
  summary: 'Menlo Park Fire on Control-1',
  category: 'Structure fire',
  location: 'MAIN ST ,MNP',
  latitude: 37.45,
  longitude: -122.18,
  units: '>E3',
  ...more,
});

function board(open: ReturnType<ParserSetup['openIncidents']> = []): {
  poll(t: string, incidents: unknown, commit?: boolean): Parsed & { readonly ids: string[] };
} {
  const parser = new DispatchBoard({ feed, area, openIncidents: () => open });
  return {
    poll: (t, incidents, commit = true) => {
      const parsed = parser.parse({ t, incidents }, { arrivedAtMs: Date.parse(t), clock: null, line: 1 });
      if (commit) parsed.commit?.(new Set());
      const ids = parsed.observations.map((o) => `${o.id}:${(o as IncidentObservation).status}`);
      return { ...parsed, ids };
    },
  };
}
const T = (minutes: number): string => new Date(Date.UTC(2022, 3, 27, 7, 0) + minutes * 60_000).toISOString();

describe('dispatch board', () => {
  it('FE-30: a call keeps its time when the board writes it with its date after midnight', () => {
    const b = board();
    const first = b.poll('2022-04-27T06:52:00Z', [call('A')]).observations[0];
    expect(first).toMatchObject({
      at: Date.parse('2022-04-27T06:51:25Z'),
      channel: '911',
      category: 'fire.structure',
    });
    const rolled = call('A', { date: '2022-04-27', time: '4/26/2022 11:51:25 PM' });
    expect(b.poll('2022-04-27T07:12:00Z', [rolled]).ids).toEqual([]);
    const fresh = board().poll('2022-04-27T07:12:00Z', [rolled]).observations[0];
    expect(fresh?.at).toBe(Date.parse('2022-04-27T06:51:25Z'));
  });

  it.each([
    ['an ordinary time', '2022-04-26', '11:51:25 PM', '2022-04-27T06:52:00Z', '2022-04-27T06:51:25Z'],
    ['noon', '2022-04-26', '12:00:00 PM', '2022-04-26T20:00:00Z', '2022-04-26T19:00:00Z'],
    ['midnight', '2022-04-26', '12:00:00 AM', '2022-04-26T08:00:00Z', '2022-04-26T07:00:00Z'],
    [
      'the date rolled, the time not yet written with its own',
      '2022-04-27',
      '11:51:25 PM',
      '2022-04-27T07:01:00Z',
      '2022-04-27T06:51:25Z',
    ],
    ['winter time', '2022-12-01', '1:00:00 AM', '2022-12-01T10:00:00Z', '2022-12-01T09:00:00Z'],
    [
      'the hour that comes twice, seen in its first turn',
      '2022-11-06',
      '1:30:00 AM',
      '2022-11-06T08:40:00Z',
      '2022-11-06T08:30:00Z',
    ],
    [
      'the hour that comes twice, seen after it',
      '2022-11-06',
      '1:30:00 AM',
      '2022-11-06T09:40:00Z',
      '2022-11-06T09:30:00Z',
    ],
    ['the hour that is left out', '2022-03-13', '2:30:00 AM', '2022-03-13T10:40:00Z', '2022-03-13T10:30:00Z'],
  ])('FE-30: local times without a zone: %s', (_name, date, time, poll, expected) => {
    expect(reportedAt({ date, time }, Date.parse(poll), ZONE)).toBe(Date.parse(expected));
  });

  it.each(['25:00:00 PM', '0:10:00 AM', 'soon', '', '2/30/2022 1:00:00 AM', '1:75:00 AM'])(
    'FE-21: %j is no time',
    (time) => {
      expect(reportedAt({ date: '2022-04-26', time }, 0, ZONE)).toBeNull();
    },
  );

  it('FE-31: a call closes by vanishing, at the time of the first poll without it', () => {
    const b = board();
    b.poll(T(0), [call('A'), call('B')]);
    expect(b.poll(T(20), [call('B')]).ids).toEqual(['A:closed']);
    expect(b.poll(T(40), [call('B')]).ids).toEqual([]);
    const closed = board();
    closed.poll(T(0), [call('A'), call('B')]);
    expect(closed.poll(T(20), [call('B')]).observations[0]).toMatchObject({
      id: 'A',
      status: 'closed',
      updatedAt: Date.parse(T(20)),
      category: 'fire.structure',
    });
  });

  it('FE-31: an empty list is believed only when the next one is empty, too', () => {
    const b = board();
    b.poll(T(0), [call('A'), call('B')]);
    expect(b.poll(T(20), []).ids).toEqual([]);
    expect(b.poll(T(40), [call('A')]).ids).toEqual(['B:closed']);
    expect(b.poll(T(60), []).ids).toEqual([]);
    const last = b.poll(T(80), []);
    expect(last.ids).toEqual(['A:closed']);
    expect(last.observations[0]).toMatchObject({ updatedAt: Date.parse(T(60)) });
  });

  it('FE-31: most calls missing at once is believed only when the next poll says the same', () => {
    const b = board();
    const ids = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
    b.poll(
      T(0),
      ids.map((id) => call(id)),
    );
    expect(b.poll(T(20), [call('A'), call('B')]).ids).toEqual([]);
    expect(
      b.poll(
        T(40),
        ids.slice(0, 4).map((id) => call(id)),
      ).ids,
    ).toEqual(['E:closed', 'F:closed', 'G:closed']);
  });

  it.each([
    ['an error page', '<html>'],
    ['no list', { error: 'down' }],
    ['nothing', null],
  ])('FE-31: a failed poll closes nothing: %s', (_name, incidents) => {
    const b = board();
    b.poll(T(0), [call('A')]);
    const failed = b.poll(T(20), incidents);
    expect(failed.refusals).toMatchObject([{ code: 'bad-format' }]);
    expect(failed.ids).toEqual([]);
    expect(b.poll(T(40), [call('A')]).ids).toEqual([]);
  });

  it('FE-31: a poll with rows that cannot be read closes nothing they could have been', () => {
    const b = board();
    b.poll(T(0), [call('A'), call('B')]);
    const partial = b.poll(T(20), [call('A'), { summary: 'no id' }]);
    expect(partial.refusals).toMatchObject([{ code: 'bad-format' }]);
    expect(partial.ids).toEqual([]);
    // A row with an id that is broken elsewhere still says that its call is open.
    expect(b.poll(T(40), [call('A'), { id: 'B', time: 7 }]).ids).toEqual([]);
    expect(b.poll(T(60), [call('A')]).ids).toEqual(['B:closed']);
  });

  it('FE-31: a gap of days closes nothing by itself', () => {
    const b = board();
    b.poll(T(0), [call('A')]);
    expect(
      b.poll(T(73 * 60), [call('A', { date: '2022-04-30', time: '4/26/2022 11:51:25 PM' })]).ids,
    ).toEqual([]);
  });

  it('FE-31: a poll older than the last one is refused and changes nothing', () => {
    const b = board();
    b.poll(T(20), [call('A')]);
    expect(b.poll(T(0), []).refusals).toMatchObject([{ code: 'too-old' }]);
    expect(b.poll(T(40), [call('A')]).ids).toEqual([]);
  });

  it('FE-31: what was not stored is said again with the next poll', () => {
    const b = board();
    expect(b.poll(T(0), [call('A')], false).ids).toEqual(['A:open']);
    expect(b.poll(T(20), [call('A')]).ids).toEqual(['A:open']);
    expect(b.poll(T(40), [call('B')], false).ids).toEqual(['B:open', 'A:closed']);
    expect(b.poll(T(60), [call('B')]).ids).toEqual(['B:open', 'A:closed']);
  });

  it('FE-31: after a restart what was open closes by vanishing, with its facts kept', () => {
    const record = anIncident({
      channel: '911',
      category: 'fire.structure',
      severity: 1,
      title: { zh: '建筑火灾', en: 'Structure fire' },
      position: [-122.18, 37.45],
      units: ['E3'],
      reportedAtMs: 1,
    });
    const b = board([{ externalId: 'A', record }]);
    const after = b.poll(T(0), [call('B')]);
    expect(after.ids).toEqual(['B:open', 'A:closed']);
    expect(after.observations[1]).toMatchObject({
      at: 1,
      lon: -122.18,
      lat: 37.45,
      units: ['E3'],
      title: record.title,
    });
  });

  it('FE-32: moves, changes of category and of units are updates of the same call', () => {
    const b = board();
    b.poll(T(0), [call('A')]);
    const moved = b.poll(T(20), [call('A', { latitude: 37.46 })]).observations[0];
    expect(moved).toMatchObject({
      id: 'A',
      lat: 37.46,
      at: Date.parse('2022-04-27T06:51:25Z'),
      updatedAt: Date.parse(T(20)),
    });
    expect(
      b.poll(T(40), [call('A', { latitude: 37.46, category: 'Fire alarm' })]).observations[0],
    ).toMatchObject({ category: 'fire.alarm' });
    expect(
      b.poll(T(60), [call('A', { latitude: 37.46, category: 'Fire alarm', units: 'E3' })]).observations[0],
    ).toMatchObject({ sourceStatus: 'E3' });
  });

  it('FE-32: a medical call without coordinates is taken with its street', () => {
    const o = board().poll(T(0), [
      call('M', {
        category: 'Medical aid',
        latitude: null,
        longitude: null,
        location: 'BALTIC CIR #202 ,RWS',
      }),
    ]).observations[0];
    expect(o).toMatchObject({ category: 'medical.emergency', address: 'BALTIC CIR, RWS' });
    expect(o).not.toHaveProperty('lon');
  });

  it('FE-32: coordinates that cannot be true are left out, the call is kept', () => {
    const o = board().poll(T(0), [call('Z', { latitude: 0, longitude: 0 })]);
    expect(o.ids).toEqual(['Z:open']);
    expect(o.observations[0]).not.toHaveProperty('lat');
  });

  it('FE-33: marks of units are shown as they are and are no part of an id', () => {
    expect(unitIds('CM31X5 ?TAC35 >Q62 *>E61')).toEqual(['CM31X5', 'TAC35', 'Q62', 'E61']);
    expect(unitIds('>E3>E20 E20')).toEqual(['E3', 'E20']);
    expect(unitIds('')).toEqual([]);
    expect(board().poll(T(0), [call('A', { units: ' >E3 ?TAC1 ' })]).observations[0]).toMatchObject({
      sourceStatus: '>E3 ?TAC1',
      units: ['E3', 'TAC1'],
    });
  });

  it.each([
    ['BALTIC CIR #202 ,RWS', 'BALTIC CIR, RWS'],
    ['TERRA NOVA BLVD #108D ,PCF', 'TERRA NOVA BLVD, PCF'],
    ['1846 W BAYSHORE RD APT 6 ,EPA', '1846 W BAYSHORE RD, EPA'],
    ['MAIN ST UNIT B-2 ,SMO', 'MAIN ST, SMO'],
    ['SB 101 / NO 380', 'SB 101 / NO 380'],
  ])('SE-13: the number of a flat is not taken: %s', (location, address) => {
    expect(addressOf(location, false)).toBe(address);
  });

  it('FE-32: call types become categories, what is unknown stays visible', () => {
    expect(categoryOf('Traffic accident pd request c3')).toBe('traffic.collision');
    expect(categoryOf('Fire alarm - water flow')).toBe('fire.alarm');
    expect(categoryOf('Hazardous material - investiga')).toBe('hazmat.spill');
    expect(categoryOf('constructor')).toBe('other');
    const o = board().poll(T(0), [call('X', { category: 'Earthquake notification' })]).observations[0];
    expect(o).toMatchObject({ category: 'other', title: { zh: '其他', en: 'Earthquake notification' } });
  });

  it('FE-34: a replayed board is read by its own clock and shown in ours', () => {
    const parser = new DispatchBoard({ feed, area, openIncidents: () => [] });
    const now = Date.UTC(2026, 5, 1);
    const clock = { recordedMs: Date.parse('2022-04-27T06:52:00Z'), nowMs: now, speed: 60 };
    const parsed = parser.parse(
      { t: '2022-04-27T06:52:00Z', incidents: [call('A')] },
      { arrivedAtMs: now, clock, line: 1 },
    );
    expect(parsed.observations[0]).toMatchObject({ at: now - Math.round(35_000 / 60), updatedAt: now });
  });

  const recording = fileURLToPath(
    new URL(
      '../../../../shared/data/incidents/sanmateo-fire-dispatch-2022-04_2023-06.jsonl.gz',
      import.meta.url,
    ),
  );
  it.skipIf(!existsSync(recording))(
    'FE-31: 14 months of a real board: no call is lost, none stays open for ever (needs ../shared/data)',
    async () => {
      const parser = new DispatchBoard({ feed, area, openIncidents: () => [] });
      const at = new Map<string, number>();
      const open = new Set<string>();
      let polls = 0;
      for await (const line of createInterface({ input: createReadStream(recording).pipe(createGunzip()) })) {
        const poll = JSON.parse(line) as { t: string; incidents: { id: string }[] };
        const nowMs = Date.parse(poll.t);
        const parsed = parser.parse(poll, { arrivedAtMs: nowMs, clock: null, line: 1 });
        expect(parsed.refusals).toEqual([]);
        for (const o of parsed.observations as IncidentObservation[]) {
          expect(o.at).toBeLessThanOrEqual(nowMs + 300_000);
          expect(at.get(o.id) ?? o.at).toBe(o.at);
          at.set(o.id, o.at);
          if (o.status === 'closed') open.delete(o.id);
          else open.add(o.id);
        }
        for (const { id } of poll.incidents) expect(open.has(id)).toBe(true);
        parsed.commit?.(new Set());
        polls++;
      }
      expect(polls).toBe(27_124);
      expect(at.size).toBeGreaterThan(70_000);
      expect(open.size).toBeLessThan(30);
    },
  );
});
