/** What may be done to alarms, and what is sent for it: the same for button, key and command line. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useAccount } from '../../../client/account/me.ts';
import { escalatesTo, offersFor, type ActKind } from '../../../client/alarms/acts.ts';
import { useAlarmView } from '../../../client/alarms/alarm-view.ts';
import { alarmDeeds } from '../../../client/alarms/deeds.ts';
import { noAlarmFilter } from '../../../client/alarms/filter.ts';
import { noMarks } from '../../../client/alarms/marks.ts';
import { meantAlarmIds, shownAlarmIds } from '../../../client/alarms/shown.ts';
import { furnish, placeDock, placeMap, useDesk } from '../../../client/desk/desk.ts';
import type { Outcome } from '../../../client/desk/outcome.ts';
import { catalogues, fill } from '../../../client/i18n/i18n.ts';
import type { CityMap } from '../../../client/map/city-map.ts';
import type { Session } from '../../../client/sync/session.ts';
import type { AlarmRecord, AlarmRule } from '../../../server/contract/alarms.ts';
import type { ClientConfig } from '../../../server/contract/api.ts';
import type { Person, Role } from '../../../server/contract/roles.ts';
import { emptyMirror, type CommandAnswer } from '../../../server/contract/sync.ts';
import { aRule, anAlarm } from './records.ts';

// The desk reads the address of its page when it is loaded.
vi.hoisted(() => vi.stubGlobal('location', { search: '', href: 'http://screen/' }));

const person = (role: Role, department?: string): Person => ({
  id: 'wang',
  name: '王',
  role,
  ...(department === undefined ? {} : { department }),
});
const owner: AlarmRule['owner'] = { role: 'department', department: 'health' };
const kinds = (alarms: readonly AlarmRecord[], me: Person | null): readonly ActKind[] =>
  offersFor(alarms, me, () => owner).map((o) => o.kind);

describe('what this person may do', () => {
  it.each<[Role, readonly ActKind[]]>([
    ['viewer', []],
    ['call-taker', ['acknowledge', 'incident', 'escalate']],
    ['dispatcher', ['acknowledge', 'incident', 'shelve', 'escalate']],
    ['supervisor', ['acknowledge', 'incident', 'shelve', 'escalate', 'disable']],
    ['system-admin', []],
  ])('UI-147 as %s is %j', (role, expected) => {
    expect(kinds([anAlarm(1)], person(role))).toEqual(expected);
    expect(kinds([anAlarm(1)], null)).toEqual([]);
  });

  it.each<[string, Partial<AlarmRecord>, readonly ActKind[]]>([
    ['acknowledged', { state: 'acknowledged' }, ['incident', 'shelve', 'escalate', 'disable']],
    [
      'over',
      { state: 'returned', active: false },
      ['acknowledge', 'incident', 'shelve', 'escalate', 'disable'],
    ],
    ['shelved', { state: 'shelved' }, ['incident', 'unshelve', 'disable']],
    ['suppressed', { state: 'suppressed' }, ['incident', 'disable']],
    ['out of service', { state: 'out-of-service' }, ['incident', 'enable']],
    [
      'an incident already',
      { incident: { id: 'i', number: 7 } },
      ['acknowledge', 'shelve', 'escalate', 'disable'],
    ],
  ])('UI-147 to one that is %s depends on its state', (_what, part, expected) => {
    expect(kinds([anAlarm(1, part)], person('supervisor'))).toEqual(expected);
  });

  it('UI-147 to an emergency begins with acknowledging it', () => {
    const offers = offersFor([anAlarm(1, { priority: 1 })], person('supervisor'), () => owner);
    const blocked = offers.filter((o) => o.blocked !== undefined).map((o) => o.kind);
    expect(blocked).toEqual(['shelve', 'disable']);
    const answered = anAlarm(2, {
      priority: 1,
      state: 'acknowledged',
      acknowledged: { by: '王', atMs: 1 },
    });
    const both = offersFor([anAlarm(1, { priority: 1 }), answered], person('supervisor'), () => owner);
    expect(both.find((o) => o.kind === 'shelve')).toEqual({ kind: 'shelve', alarms: [answered] });
  });

  it('UI-147 in a department is about the alarms that it owns', () => {
    expect(kinds([anAlarm(1)], person('department', 'health'))).toEqual(['acknowledge']);
    expect(kinds([anAlarm(1)], person('department', 'fire'))).toEqual([]);
    const anybody = offersFor([anAlarm(1)], person('department', 'fire'), () => ({ role: 'department' }));
    expect(anybody.map((o) => o.kind)).toEqual(['acknowledge']);
    expect(offersFor([anAlarm(1)], person('department', 'fire'), () => undefined)).toEqual([]);
  });

  it('UI-147 to several is done to those of them that it fits', () => {
    const alarms = [anAlarm(1), anAlarm(2, { state: 'acknowledged' }), anAlarm(3, { state: 'shelved' })];
    const offers = offersFor(alarms, person('supervisor'), () => owner);
    expect(Object.fromEntries(offers.map((o) => [o.kind, o.alarms.map((a) => a.number)]))).toEqual({
      acknowledge: [1],
      incident: [1, 2, 3],
      shelve: [1, 2],
      unshelve: [3],
      escalate: [1, 2],
      disable: [1, 2, 3],
    });
  });

  it('UI-157 escalates to the next on the rule’s ladder, at its end or without one to the supervisor', () => {
    const ladder = aRule('r', {
      escalate: [
        { afterMin: 2, to: 'dispatcher' },
        { afterMin: 5, to: 'department' },
      ],
    }).rule;
    const at = (to?: Role) => escalatesTo(to ? { escalated: { to, atMs: 1, times: 1 } } : {}, ladder);
    expect([at(), at('dispatcher'), at('department')]).toEqual(['dispatcher', 'department', 'supervisor']);
    expect(escalatesTo({}, undefined)).toBe('supervisor');
  });
});

const mirror = emptyMirror();
const sent: { type: string; payload: unknown }[] = [];
const flights: unknown[] = [];
const opened: string[] = [];
let answer: CommandAnswer = { ok: true, seq: 1 };
const session = {
  mirror,
  command: (type: string, payload: unknown): Promise<CommandAnswer> => {
    sent.push({ type, payload });
    return Promise.resolve(answer);
  },
};
const map = {
  layers: () => ({}),
  view: () => ({ center: [0, 0], zoom: 12, bbox: [0, 0, 1, 1] }),
  select: () => undefined,
  flyTo: (to: unknown) => flights.push(to),
};
const sentence = (o: Outcome): string => (o.said ? fill(catalogues['en-US'][o.said.key], o.said.params) : '');
const put = (...alarms: readonly AlarmRecord[]): void => {
  for (const a of alarms) mirror.records.alarm.set(a.id, a);
};

beforeEach(() => {
  furnish(session as unknown as Session, { city: null } as ClientConfig);
  placeMap(map as unknown as CityMap);
  placeDock({ open: (id: string) => opened.push(id) } as never);
  useAccount.setState({ person: person('supervisor') });
  useDesk.setState({ language: 'en-US', selection: null });
  useAlarmView.setState({ filter: noAlarmFilter, marks: noMarks, group: null, ask: null, openAll: false });
  mirror.records.alarm.clear();
  mirror.records.rule.clear();
  sent.length = flights.length = opened.length = 0;
  answer = { ok: true, seq: 1 };
});

describe('what is sent', () => {
  it('UI-158 acknowledges those that nobody has acknowledged, and says which', async () => {
    put(anAlarm(1), anAlarm(2, { state: 'acknowledged' }), anAlarm(3, { state: 'returned' }));
    const outcome = await alarmDeeds.acknowledge(['slow:l1', 'slow:l2', 'slow:l3']);
    expect(sent).toEqual([{ type: 'alarm.acknowledge', payload: { alarms: ['slow:l1', 'slow:l3'] } }]);
    expect(sentence(outcome)).toBe('Acknowledged: A1, A3');
    sent.length = 0;
    expect(sentence(await alarmDeeds.acknowledge(['slow:l2']))).toBe('Acknowledged already: A2 Congestion');
    expect(sent).toEqual([]);
  });

  it('UI-158 sends as many as a command takes, and stops where one is refused', async () => {
    const many = Array.from({ length: 1_200 }, (_, i) => anAlarm(i + 1));
    put(...many);
    const ids = many.map((a) => a.id);
    expect(sentence(await alarmDeeds.acknowledge(ids))).toBe('Acknowledged: A1, A2, A3 … (1200)');
    expect(sent.map((s) => (s.payload as { alarms: string[] }).alarms.length)).toEqual([500, 500, 200]);
    sent.length = 0;
    answer = { ok: false, refusal: { code: 'not-allowed', detail: 'A1' } };
    expect((await alarmDeeds.acknowledge(ids)).ok).toBe(false);
    expect(sent).toHaveLength(1);
  });

  it('UI-158 gives every act what was said for it', async () => {
    put(anAlarm(1), anAlarm(2, { state: 'shelved' }), anAlarm(3, { state: 'out-of-service' }));
    mirror.records.rule.set('slow', aRule('slow', { escalate: [{ afterMin: 3, to: 'dispatcher' }] }));
    await alarmDeeds.shelve(['slow:l1'], undefined, 'works');
    await alarmDeeds.shelve(['slow:l1'], 60, 'works');
    await alarmDeeds.unshelve(['slow:l2']);
    await alarmDeeds.alarmService(['slow:l1'], false, 'mended');
    await alarmDeeds.alarmService(['slow:l3'], true);
    await alarmDeeds.escalate(['slow:l1']);
    await alarmDeeds.escalate(['slow:l1'], 'supervisor', 'quick');
    expect(sent.map((s) => [s.type, s.payload])).toEqual([
      ['alarm.shelve', { alarms: ['slow:l1'], minutes: 15, reason: 'works' }],
      ['alarm.shelve', { alarms: ['slow:l1'], minutes: 60, reason: 'works' }],
      ['alarm.unshelve', { alarms: ['slow:l2'] }],
      ['alarm.service', { alarms: ['slow:l1'], inService: false, reason: 'mended' }],
      ['alarm.service', { alarms: ['slow:l3'], inService: true, reason: undefined }],
      ['alarm.escalate', { alarms: ['slow:l1'], to: 'dispatcher', reason: undefined }],
      ['alarm.escalate', { alarms: ['slow:l1'], to: 'supervisor', reason: 'quick' }],
    ]);
  });

  it('UI-158 leaves what the screen would not offer to the server, and says its reason', async () => {
    put(anAlarm(1, { priority: 1 }));
    answer = { ok: false, refusal: { code: 'emergency-stays', detail: 'A1' } };
    expect(sentence(await alarmDeeds.shelve(['slow:l1'], 15, 'later'))).toContain('has to be acknowledged');
    expect(sent).toHaveLength(1);
  });

  it('UI-143 means the marked alarms, then the line of a flood, then the selected one', async () => {
    put(...[1, 2, 3].map((n) => anAlarm(n)));
    expect((await alarmDeeds.acknowledge(undefined)).said?.key).toBe('cmd.noAlarmSelected');
    useDesk.setState({ selection: { kind: 'alarm', id: 'slow:l3' } });
    expect(meantAlarmIds()).toEqual(['slow:l3']);
    mirror.records.watch.set('alarms', { flood: { sinceMs: 1, rung: 30 } } as never);
    useAlarmView.setState({ group: 'group:area:slow@d1' });
    expect([...meantAlarmIds()].sort()).toEqual(['slow:l1', 'slow:l2', 'slow:l3']);
    mirror.records.watch.clear();
    useAlarmView.setState({ marks: { ids: new Set(['slow:l1', 'slow:l2']), anchor: null } });
    await alarmDeeds.acknowledge(undefined);
    expect(sent[0]?.payload).toEqual({ alarms: ['slow:l1', 'slow:l2'] });
    // Done is done: the marks do not stay for the next key.
    expect(useAlarmView.getState().marks.ids.size).toBe(0);
  });

  it('UI-143 keeps the marks of what was refused', async () => {
    put(anAlarm(1));
    useAlarmView.setState({ marks: { ids: new Set(['slow:l1']), anchor: null } });
    answer = { ok: false, refusal: { code: 'not-allowed' } };
    await alarmDeeds.acknowledge(undefined);
    expect(useAlarmView.getState().marks.ids.size).toBe(1);
  });

  it('lists what is shown, whatever is folded away left out', () => {
    put(anAlarm(1), anAlarm(2, { parent: 'slow:l1' }), anAlarm(3, { state: 'shelved' }));
    expect(shownAlarmIds()).toEqual(['slow:l1']);
  });
});

describe('the words an act needs', () => {
  it('UI-153 are asked for by its key: of one alarm in its card, of several in the list', () => {
    put(anAlarm(1), anAlarm(2));
    expect(alarmDeeds.askAct('shelve').said?.key).toBe('cmd.noAlarmSelected');
    useDesk.setState({ selection: { kind: 'alarm', id: 'slow:l1' } });
    expect(alarmDeeds.askAct('shelve').ok).toBe(true);
    expect(useAlarmView.getState().ask).toEqual({ kind: 'shelve', alarms: ['slow:l1'] });
    useAlarmView.setState({ marks: { ids: new Set(['slow:l1', 'slow:l2']), anchor: null } });
    alarmDeeds.askAct('escalate');
    expect(useAlarmView.getState().ask?.alarms).toHaveLength(2);
    expect(opened).toEqual(['details', 'alarms']);
  });

  it('UI-153 are not asked for where it cannot be done', () => {
    put(anAlarm(1, { priority: 1 }), anAlarm(2, { state: 'shelved' }));
    useDesk.setState({ selection: { kind: 'alarm', id: 'slow:l1' } });
    expect(alarmDeeds.askAct('shelve').said?.key).toBe('alarm.blocked.emergency');
    useDesk.setState({ selection: { kind: 'alarm', id: 'slow:l2' } });
    expect(alarmDeeds.askAct('escalate').said?.key).toBe('cmd.alarmNotNow');
    expect(useAlarmView.getState().ask).toBeNull();
  });
});

describe('turning alarms into an incident', () => {
  it('UI-159 makes one of all of them and opens it', async () => {
    put(anAlarm(1), anAlarm(2));
    answer = { ok: true, seq: 2, result: { incident: 'inc-9', number: 1042 } };
    const outcome = await alarmDeeds.toIncident(['slow:l1', 'slow:l2']);
    expect(sent).toEqual([{ type: 'alarm.incident', payload: { alarms: ['slow:l1', 'slow:l2'] } }]);
    expect(sentence(outcome)).toBe('Incident #1042 made of A1, A2');
    expect(useDesk.getState().selection).toEqual({ kind: 'incident', id: 'inc-9' });
    expect(opened).toEqual(['details']);
  });

  it('UI-159 opens the incident that one has become or is about, and makes no second', async () => {
    put(
      anAlarm(1, { incident: { id: 'inc-5', number: 5 } }),
      anAlarm(2, { subject: { kind: 'incident', id: 'inc-6', name: { zh: '火', en: 'Fire' } } }),
    );
    await alarmDeeds.toIncident(['slow:l1']);
    expect(useDesk.getState().selection).toEqual({ kind: 'incident', id: 'inc-5' });
    await alarmDeeds.toIncident(['slow:l2']);
    expect(useDesk.getState().selection).toEqual({ kind: 'incident', id: 'inc-6' });
    expect(sent).toEqual([]);
  });

  it('UI-148 moves the map neither then nor when an alarm is opened', async () => {
    const subject = { ...anAlarm(1).subject, position: [1, 1] as const };
    put(anAlarm(1, { subject }));
    alarmDeeds.openAlarm(['slow:l1']);
    expect(useDesk.getState().selection).toEqual({ kind: 'alarm', id: 'slow:l1' });
    answer = { ok: true, seq: 2, result: { incident: 'inc-9', number: 1 } };
    await alarmDeeds.toIncident(['slow:l1']);
    expect(flights).toEqual([]);
  });
});

describe('listing alarms by command', () => {
  it('UI-141 begins with everything else let go', () => {
    useAlarmView.setState({ filter: { ...noAlarmFilter, text: 'x', priorities: [3] } });
    alarmDeeds.showAlarms('shelved');
    expect(useAlarmView.getState().filter).toEqual({ ...noAlarmFilter, show: 'shelved' });
    alarmDeeds.showAlarms('mine');
    expect(useAlarmView.getState().filter).toEqual({ ...noAlarmFilter, mine: true });
    alarmDeeds.showAlarms('map');
    expect(useAlarmView.getState().filter).toEqual({ ...noAlarmFilter, area: 'map' });
    expect(opened).toEqual(['alarms', 'alarms', 'alarms']);
  });
});
