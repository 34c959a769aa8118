import { demoColleagues } from '../../../server/contract/accounts.ts';
import { describe, expect, it } from 'vitest';
import type { RecommendationAnswer } from '../../../server/contract/api.ts';
import type { Assignment, CaseFields } from '../../../server/contract/cases.ts';
import { commandPayloads } from '../../../server/contract/commands.ts';
import { emptyRecordMaps, type IncidentRecord } from '../../../server/contract/records.ts';
import type { RefusalCode } from '../../../server/contract/refusals.ts';
import type { CommandAnswer } from '../../../server/contract/sync.ts';
import { Desk, type Due } from '../../../simulators/colleagues/desk.ts';
import { feed, incident, REPORTED_MS } from '../../support/case-records.ts';

const START = REPORTED_MS;
const S = 1_000;
const MIN = 60 * S;

const sent = (unit: string, more: Partial<Assignment> = {}): Assignment => ({
  unit,
  callsign: unit,
  department: 'dep',
  kind: 'police-car',
  status: 'dispatched',
  by: demoColleagues.dispatcher.name,
  assignedAtMs: START,
  ...more,
});
const task = (id: string, status: CaseFields['tasks'][number]['status'], dueMin = 30) => ({
  id,
  department: 'dep',
  title: { zh: '任务', en: 'Task' },
  lead: true,
  status,
  createdAtMs: START,
  dueAtMs: START + dueMin * MIN,
});
const recommendation = (there: number, free: number, count = 2): RecommendationAnswer =>
  ({
    needs: [
      {
        kinds: ['police-car'],
        count,
        there: Array<string>(there).fill('p'),
        units: Array<string>(free).fill('q'),
      },
    ],
  }) as unknown as RecommendationAnswer;
const ok = (units: readonly string[] = []): CommandAnswer => ({ ok: true, seq: 1, result: { units } });
const no = (code: RefusalCode): CommandAnswer => ({ ok: false, refusal: { code } });

/** As the server would: who is dispatched to is dispatched. */
function obey(due: Due, world: World): CommandAnswer {
  if (due.act.do === 'command' && due.act.type === 'incident.dispatch') {
    world.change(Number(due.incident.slice(4)), { stage: 'dispatched', assignments: [sent('p1')] });
    return ok(['p1']);
  }
  return ok();
}

/** A desk over a mirror that the test writes. */
class World {
  readonly records = emptyRecordMaps();
  readonly desk: Desk;
  readonly react: (due: Due, world: World) => CommandAnswer | null;
  readonly look: (world: World) => RecommendationAnswer | null;
  nowMs = START;
  /** All commands as they were given, with when. */
  readonly given: { due: Due; atMs: number }[] = [];
  looks = 0;

  constructor(
    seed = 1,
    speed = 1,
    react: (due: Due, world: World) => CommandAnswer | null = obey,
    look: (world: World) => RecommendationAnswer | null = () => null,
  ) {
    this.react = react;
    this.look = look;
    this.records.feed.set('sim-incidents', feed('sim-incidents'));
    this.records.feed.set('old', feed('old', true));
    this.desk = new Desk({
      seed,
      speed,
      records: this.records,
      own: Object.values(demoColleagues),
    });
  }

  put(...records: IncidentRecord[]): void {
    for (const r of records) {
      this.records.incident.set(r.id, r);
      this.desk.changed(r.id, this.nowMs);
    }
  }

  /** Changes the case of an incident as the server would. */
  change(number: number, fields: Partial<CaseFields>, more: Partial<IncidentRecord> = {}): void {
    const r = this.records.incident.get(`inc-${number}`)!;
    this.put({ ...r, ...more, case: { ...r.case, version: r.case.version + 1, ...fields } });
  }

  run(minutes: number): void {
    for (const end = this.nowMs + minutes * MIN; this.nowMs < end; this.nowMs += S) {
      for (let due = this.desk.next(this.nowMs); due; due = this.desk.next(this.nowMs)) {
        if (due.act.do === 'look') {
          this.looks++;
          this.desk.looked(due, this.look(this), this.nowMs);
          continue;
        }
        commandPayloads[due.act.type].parse(due.act.payload);
        this.given.push({ due, atMs: this.nowMs });
        this.desk.answered(due, this.react(due, this), this.nowMs);
      }
    }
  }

  get types(): string[] {
    return this.given.map(({ due }) => (due.act.do === 'command' ? due.act.type : due.act.do));
  }
}

describe('simulated colleagues', () => {
  it('SI-78 a case of a feed is dispatched once, after call handling, on the version that was seen', () => {
    const world = new World();
    world.put(incident(1));
    world.run(30);
    expect(world.types).toEqual(['incident.dispatch']);
    const [{ due, atMs }] = world.given as [{ due: Due; atMs: number }];
    expect(due).toMatchObject({ expected: 3, act: { as: 'dispatcher', payload: { incident: 'inc-1' } } });
    expect(atMs - START).toBeGreaterThan(15 * S);
    expect(atMs - START).toBeLessThan(4 * MIN);
  });

  it('SI-78 emergencies go out sooner than what lies on a desk, and all the faster in fast motion', () => {
    const medianS = (channel: IncidentRecord['channel'], speed: number): number => {
      const world = new World(1, speed);
      world.put(
        ...Array.from({ length: 41 }, (_, i) =>
          incident(i + 1, {}, { channel, severity: channel === '110' ? 2 : 4 }),
        ),
      );
      world.run(40);
      expect(world.given).toHaveLength(41);
      return (world.given[20]!.atMs - START) / S;
    };
    expect(medianS('110', 1)).toBeGreaterThan(45);
    expect(medianS('110', 1)).toBeLessThan(80);
    expect(medianS('12345', 1)).toBeGreaterThan(180);
    expect(medianS('110', 10)).toBeLessThan(10);
  });

  it('SI-79 what a person has claimed, sent units to or typed in, and what is played from a recording, is left alone entirely', () => {
    const claim = { user: 'demo-dispatcher', name: '李', atMs: START };
    const world = new World();
    const of = (name: string) => ({
      provenance: { feed: name, observedAtMs: START, receivedAtMs: START },
    });
    const onScene = sent('p1', { status: 'on-scene', parDueAtMs: START + MIN });
    world.put(
      incident(1, { claim }),
      incident(2, {}, of('console')),
      incident(3, {}, of('old')),
      incident(4, { claim, stage: 'on-scene', assignments: [onScene], tasks: [task('t', 'open')] }),
      incident(5, { claim, stage: 'resolved' }),
      incident(6, { claim: { ...claim, user: 'demo-colleague' } }),
      incident(7, { stage: 'dispatched', assignments: [sent('p7', { by: '王调度' })] }),
    );
    world.run(60);
    expect(world.given.map(({ due }) => due.incident)).toEqual(['inc-6']);
  });

  it('SI-79 a claim that comes while they are about to act is respected; a release gives the case back', () => {
    const world = new World();
    world.put(incident(1));
    world.run(0.2);
    world.change(1, { claim: { user: 'li', name: '李', atMs: START } });
    world.run(60);
    expect(world.given).toEqual([]);
    const { claim: _, ...released } = world.records.incident.get('inc-1')!.case;
    world.put({ ...world.records.incident.get('inc-1')!, case: released });
    world.run(10);
    expect(world.types).toEqual(['incident.dispatch']);
  });

  it('SI-80 where nobody was free it is tried again, ever less often; a conflict is looked at anew', () => {
    const answers: CommandAnswer[] = [
      no('version-conflict'),
      no('no-units'),
      no('no-units'),
      no('no-units'),
      ok(['p1']),
    ];
    const world = new World(1, 1, (_due, w) => answers[w.given.length - 1] ?? ok());
    world.put(incident(1));
    world.run(60);
    expect(world.types).toEqual(Array(5).fill('incident.dispatch'));
    const gaps = world.given.map((g, i) => g.atMs - (world.given[i - 1]?.atMs ?? 0)).slice(1);
    expect(gaps[0]).toBeLessThan(10 * S);
    expect(gaps[2]).toBeGreaterThan(25 * S);
    expect(gaps[4 - 1]).toBeGreaterThan(gaps[1]! * 1.2);
  });

  it('SI-80 what the plan still lacks is sent later, until it is there', () => {
    let free = 0;
    const world = new World(
      1,
      1,
      (due, w) => {
        const there = w.records.incident.get(due.incident)!.case.assignments;
        w.change(1, { stage: 'en-route', assignments: [...there, sent(`p${there.length}`)] });
        return ok([`p${there.length}`]);
      },
      (w) => recommendation(w.records.incident.get('inc-1')!.case.assignments.length, free),
    );
    world.put(incident(1));
    world.run(8);
    expect(world.types).toEqual(['incident.dispatch']);
    expect(world.looks).toBeGreaterThan(1);
    free = 1;
    world.run(20);
    expect(world.types).toEqual(['incident.dispatch', 'incident.dispatch']);
    const looks = world.looks;
    world.run(60);
    expect(world.looks).toBe(looks);
  });

  it('SI-81 clear duplicates are merged into the earlier case before anything is sent, most of them', () => {
    const seconds: World['given'][number][] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const world = new World(seed, 1, (due, w) => {
        if (due.act.do === 'command' && due.act.type === 'incident.merge')
          w.change(2, { mergedInto: 'inc-1' });
        return ok(['p1']);
      });
      const hint = (of: number) => ({
        duplicateHints: [{ incident: `inc-${of}`, distanceM: 20, minutesApart: 1, score: 0.8 }],
      });
      world.put(incident(1, {}, hint(2)), incident(2, {}, hint(1)));
      world.run(20);
      const second = world.given.filter(({ due }) => due.incident === 'inc-2');
      expect(second).toHaveLength(1);
      seconds.push(second[0]!);
      expect(world.given.find(({ due }) => due.incident === 'inc-1')!.due.act).toMatchObject({
        type: 'incident.dispatch',
      });
    }
    const isMerge = ({ due }: { due: Due }): boolean =>
      'type' in due.act && due.act.type === 'incident.merge';
    const merged = seconds.filter(isMerge);
    expect(merged.length).toBeGreaterThan(28);
    for (const { due } of merged) {
      expect(due.act).toMatchObject({ payload: { incident: 'inc-2', into: 'inc-1' } });
    }
    // Left for people for a while, then a case like any other.
    const left = seconds.filter((g) => !isMerge(g));
    expect(left.length).toBeGreaterThan(0);
    for (const g of left) expect(g.atMs - START).toBeGreaterThan(3 * MIN);
  });

  it('SI-81 a twin of a person’s case is left to that person; weak hints count for nothing', () => {
    const claim = { user: 'li', name: '李', atMs: START };
    const twin = (score: number) => ({
      duplicateHints: [{ incident: 'inc-1', distanceM: 20, minutesApart: 1, score }],
    });
    const world = new World();
    world.put(incident(1, { claim }), incident(2, {}, twin(0.9)), incident(3, {}, twin(0.7)));
    world.run(30);
    expect(world.given.map(({ due }) => due.incident)).toEqual(['inc-3']);
    world.change(1, { stage: 'resolved' });
    world.run(10);
    expect(world.given.map(({ due }) => due.incident)).toEqual(['inc-3', 'inc-2']);
  });

  it('SI-81 who was taken out of a case by a person is not put back, and a refused merge is no end', () => {
    const world = new World(2, 1, (due) =>
      due.act.do === 'command' && due.act.type === 'incident.merge' ? no('not-found') : ok(['p1']),
    );
    const twin = { duplicateHints: [{ incident: 'inc-1', distanceM: 1, minutesApart: 0, score: 1 }] };
    world.put(incident(1), incident(2, {}, twin), incident(3, { mergedInto: 'inc-1' }, twin));
    world.run(1);
    const { mergedInto: _, ...apart } = world.records.incident.get('inc-3')!.case;
    world.put({ ...world.records.incident.get('inc-3')!, case: apart });
    world.run(20);
    const of = (id: string) =>
      world.given
        .filter(({ due }) => due.incident === id)
        .map(({ due }) => due.act.do === 'command' && due.act.type);
    expect(of('inc-2')).toEqual(['incident.merge', 'incident.dispatch']);
    expect(of('inc-3')).toEqual(['incident.dispatch']);
  });

  it('SI-82 tasks are accepted, then done within reason of what is allowed; a desk case then resolves', () => {
    const world = new World(1, 1, (due, w) => {
      if (due.act.do !== 'command') return ok();
      const { act } = due;
      const set = (status: 'accepted' | 'done'): void => w.change(1, { tasks: [task('t1', status)] });
      if (act.type === 'incident.dispatch') w.change(1, { stage: 'dispatched', tasks: [task('t1', 'open')] });
      if (act.type === 'task.accept') set('accepted');
      if (act.type === 'task.done') set('done');
      if (act.type === 'incident.resolve') w.change(1, { stage: 'resolved' });
      return ok();
    });
    world.put(incident(1, {}, { channel: '12345', severity: 4 }));
    world.run(90);
    expect(world.types.slice(0, 4)).toEqual([
      'incident.dispatch',
      'task.accept',
      'task.done',
      'incident.resolve',
    ]);
    const took = world.given[2]!.atMs - world.given[1]!.atMs;
    expect(took).toBeGreaterThan(3 * MIN);
    expect(took).toBeLessThan(40 * MIN);
  });

  it('SI-82 a case with units out is not resolved before they are back, unless nobody owes anything', () => {
    const world = new World();
    world.put(
      incident(1, {
        stage: 'on-scene',
        assignments: [sent('p1', { status: 'on-scene', onSceneAtMs: START })],
      }),
    );
    world.run(60);
    expect(world.types).toEqual([]);
    world.change(1, {
      assignments: [sent('p1', { status: 'cleared', onSceneAtMs: START })],
      tasks: [task('t', 'accepted', 600)],
    });
    world.run(2);
    expect(world.types).toEqual([]);
    world.change(1, { tasks: [task('t', 'done')] });
    world.run(10);
    expect(world.types).toEqual(['incident.resolve']);
  });

  it('SI-83 a resolved case is verified, closed and judged by the supervisor, never by the dispatcher', () => {
    const said: { accepted: boolean; reason?: string | undefined }[] = [];
    const seats = new Set<string>();
    const grades: number[] = [];
    for (let seed = 1; seed <= 120; seed++) {
      const world = new World(seed, 1, (due, w) => {
        if (due.act.do !== 'command') return ok();
        const { act } = due;
        seats.add(act.as);
        if (act.type === 'incident.verify') {
          said.push(act.payload);
          if (act.payload.accepted) w.change(1, { stage: 'verified' });
        } else if (act.type === 'incident.close') {
          w.change(1, { stage: 'closed' }, { status: 'closed' });
        } else if (act.type === 'incident.evaluate') {
          grades.push(act.payload.satisfaction!);
          w.change(1, { stage: 'evaluated' });
        }
        return ok();
      });
      world.put(incident(1, { stage: 'resolved' }));
      world.run(60);
      expect(world.desk.cases).toBe(world.types.length === 1 ? 1 : 0);
    }
    expect([...seats]).toEqual(['supervisor']);
    expect(grades).toHaveLength(said.filter((p) => p.accepted).length);
    const refused = said.filter((p) => !p.accepted);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(15);
    for (const p of refused) expect(p.reason!.length).toBeGreaterThan(3);
    expect(grades.filter((g) => g >= 4).length / grades.length).toBeGreaterThan(0.7);
    expect(new Set(grades).size).toBeGreaterThan(2);
  });

  it('SI-83 what was not accepted is worked again and resolved again', () => {
    const world = new World();
    const cleared = sent('p1', { status: 'cleared', onSceneAtMs: START });
    world.put(
      incident(1, { stage: 'triaged', reopened: 1, assignments: [cleared], tasks: [task('t', 'done')] }),
    );
    world.run(60);
    expect(world.types).toEqual(['incident.resolve']);
    expect(world.given[0]!.atMs - START).toBeGreaterThan(4 * MIN);
  });

  it('SI-83 a case that nobody went to and nobody owes anything for is answered by telephone', () => {
    const world = new World(1, 1, (due) =>
      due.act.do === 'command' && due.act.type === 'incident.dispatch' ? no('already-done') : ok(),
    );
    world.put(incident(1, { stage: 'dispatched' }), incident(2, { stage: 'triaged', reopened: 1 }));
    world.run(60);
    for (const id of ['inc-1', 'inc-2']) {
      const last = world.given.findLast(({ due }) => due.incident === id)!.due.act;
      expect(last).toMatchObject({ type: 'incident.resolve', payload: { override: expect.any(String) } });
    }
  });

  it('SI-84 crews on scene answer about when they are asked, now and then not at all', () => {
    const world = new World();
    const parDueAtMs = START + 10 * MIN;
    world.put(
      ...Array.from({ length: 100 }, (_, i) =>
        incident(i + 1, {
          stage: 'on-scene',
          assignments: [sent(`p${i}`, { status: 'on-scene', onSceneAtMs: START, parDueAtMs })],
        }),
      ),
    );
    world.run(30);
    expect(new Set(world.types)).toEqual(new Set(['unit.par']));
    const early = world.given.filter((g) => g.atMs <= parDueAtMs).length;
    expect(early).toBeGreaterThan(70);
    expect(world.given.length).toBeGreaterThan(early);
    expect(world.given.length).toBeLessThan(100);
    for (const g of world.given) expect(Math.abs(g.atMs - parDueAtMs)).toBeLessThan(2 * MIN);
  });

  it('SI-85 the same seed does the same at the same time, whatever else is open', () => {
    const play = (seed: number, others: number) => {
      const world = new World(seed);
      world.put(...Array.from({ length: others }, (_, i) => incident(100 + i)), incident(1), incident(2));
      world.run(20);
      return world.given.filter(({ due }) => due.incident.length === 5);
    };
    expect(play(5, 0)).toHaveLength(2);
    expect(play(5, 30)).toEqual(play(5, 0));
    expect(play(6, 0)).not.toEqual(play(5, 0));
  });

  it('SI-85 work goes with what changes and falls due, not with how much is open', () => {
    const world = new World();
    let read = 0;
    const { incident: map } = world.records;
    const get = map.get.bind(map);
    map.get = (id) => {
      read++;
      return get(id);
    };
    world.put(
      ...Array.from({ length: 500 }, (_, i) =>
        incident(i + 1, { stage: 'on-scene', assignments: [sent(`p${i}`, { status: 'on-scene' })] }),
      ),
    );
    world.run(1);
    read = 0;
    world.run(30);
    expect(read).toBe(0);
    world.change(7, { overdue: true });
    world.run(1);
    expect(read).toBeLessThan(5);
  });

  it('SI-85 a command that is refused or lost is tried again later and does not block the others', () => {
    const world = new World(1, 1, (due) => (due.incident === 'inc-1' ? null : no('not-allowed')));
    world.put(incident(1), incident(2));
    world.run(60);
    for (const id of ['inc-1', 'inc-2']) {
      const times = world.given.filter(({ due }) => due.incident === id).map((g) => g.atMs);
      expect(times.length).toBeGreaterThan(3);
      expect(times.length).toBeLessThan(12);
    }
  });
});
