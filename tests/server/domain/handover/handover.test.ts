import { describe, expect, it } from 'vitest';
import { handoverRecord as schema, type AlarmRecord } from '../../../../server/contract/alarms.ts';
import type { IncidentRecord } from '../../../../server/contract/records.ts';
import { mayDo } from '../../../../server/contract/rights.ts';
import type { WarningRecord } from '../../../../server/contract/warnings.ts';
import { decideHandoverCommand, type HandoverCommand } from '../../../../server/domain/handover/decide.ts';
import type { HandoverEvent } from '../../../../server/domain/handover/events.ts';
import { evolveHandovers } from '../../../../server/domain/handover/evolve.ts';
import { handoverItems, MAX_ITEMS_OF_A_KIND } from '../../../../server/domain/handover/items.ts';
import { handoverRecord } from '../../../../server/domain/handover/record.ts';
import { emptyHandovers, forgetHandovers } from '../../../../server/domain/handover/state.ts';
import { UndoLog } from '../../../../server/domain/undo.ts';
import { people, TestDesk, type PersonName } from '../../../support/case-world.ts';
import { anAlarm, atSecond, KPI_START_MS } from '../../../support/kpi-events.ts';
import { aMessage } from '../../../support/warning-desk.ts';

const DAY_MS = 86_400_000;
const standing = [{ kind: 'alarm' as const, id: 'a:1', name: { zh: '拥堵', en: 'Jam' }, sinceMs: 1 }];

class Shifts {
  readonly state = emptyHandovers(new UndoLog());
  readonly journal: HandoverEvent[] = [];
  nowMs = KPI_START_MS;

  ask(who: PersonName, command: HandoverCommand): string {
    const ctx = { nowMs: this.nowMs, by: people[who], items: () => standing };
    const decided = decideHandoverCommand(this.state, command, ctx);
    if (!decided.ok) return [decided.error.code, decided.error.detail].filter(Boolean).join(' ');
    for (const event of JSON.parse(JSON.stringify(decided.value.events)) as HandoverEvent[]) {
      evolveHandovers(this.state, event);
      this.journal.push(event);
    }
    return decided.value.result.handover!;
  }

  offer(who: PersonName, note = ''): string {
    return this.ask(who, { type: 'handover.offer', payload: { note } });
  }

  sign(who: PersonName, handover: string): string {
    return this.ask(who, { type: 'handover.sign', payload: { handover } });
  }

  records() {
    return [...this.state.byId.keys()].map((id) => handoverRecord(this.state, id)!);
  }
}

describe('handing a shift over', () => {
  it('AL-118 holds what stands: alarms, those out of sight and why, the worst cases, our warnings', () => {
    const alarms: AlarmRecord[] = [
      anAlarm('low:1', 5),
      anAlarm('low:2', 3, { state: 'acknowledged', acknowledged: { by: '王调度', atMs: atSecond(9) } }),
      anAlarm('emergency:1', 9),
      anAlarm('low:3', 1, { parent: 'emergency:1' }),
      anAlarm('low:4', 1, { state: 'returned', active: false }),
      anAlarm('low:5', 1, { state: 'suppressed' }),
      anAlarm('low:6', 1, {
        state: 'shelved',
        active: false,
        shelved: { by: '王调度', atMs: atSecond(60), untilMs: atSecond(960), reason: '施工' },
      }),
      anAlarm('low:7', 1, {
        state: 'out-of-service',
        outOfService: { by: '孙值班长', atMs: atSecond(70), reason: '检修' },
      }),
    ];
    const desk = new TestDesk();
    const worst = desk.call({ severity: 1 });
    const [second, merged, over] = [
      desk.call({ severity: 2 }),
      desk.call({ severity: 1 }),
      desk.call({ severity: 1 }),
    ];
    desk.must('wang', 'incident.merge', { incident: merged, into: worst });
    desk.must('wang', 'incident.close', { incident: over, override: '误报' });
    const incidents: IncidentRecord[] = [worst, second, merged, over].map((id) => desk.record(id));
    const warning = (id: string, more: Partial<WarningRecord>): WarningRecord => ({
      id,
      direction: 'out',
      state: 'in-force',
      receivedAtMs: 0,
      changedAtMs: 0,
      message: { ...aMessage(id, 0), expiresAtMs: Date.UTC(2026, 5, 8, 10, 5) },
      ...more,
    });
    const warnings = [
      warning('w1', {}),
      warning('w2', { direction: 'in' }),
      warning('w3', { state: 'draft' }),
    ];
    const items = handoverItems({ alarms, incidents, warnings, timeZone: 'Asia/Shanghai' });
    expect(items.map(({ kind, id, note }) => [kind, id, note])).toEqual([
      ['alarm', 'emergency:1', '未确认 / Unacknowledged'],
      ['alarm', 'low:2', '已确认 / Acknowledged: 王调度'],
      ['alarm', 'low:1', '未确认 / Unacknowledged'],
      ['shelved', 'low:6', '施工 → 06-08 00:16'],
      ['out-of-service', 'low:7', '检修'],
      ['incident', worst, undefined],
      ['warning', 'w1', 'Actual → 06-08 18:05'],
    ]);
    expect(items[0]).toEqual({
      kind: 'alarm',
      id: 'emergency:1',
      number: 100,
      priority: 1,
      sinceMs: atSecond(9),
      name: { zh: '规则 emergency · 路 1', en: 'Rule emergency · Road 1' },
      note: '未确认 / Unacknowledged',
    });
    expect(items.find((i) => i.kind === 'shelved')?.sinceMs).toBe(atSecond(60));
    expect(items.find((i) => i.kind === 'incident')).toMatchObject({ number: 1000, priority: 1 });
  });

  it('AL-118 no more of a kind than somebody can go through, the most important first', () => {
    const alarms = Array.from({ length: 300 }, (_, i) => anAlarm(`${i < 290 ? 'low' : 'high'}:${i}`, i));
    const items = handoverItems({ alarms, incidents: [], warnings: [], timeZone: 'UTC' });
    expect(items).toHaveLength(MAX_ITEMS_OF_A_KIND);
    expect(items.slice(0, 11).map((i) => i.id)).toEqual([
      ...Array.from({ length: 10 }, (_, i) => `high:${290 + i}`),
      'low:0',
    ]);
  });

  it('AL-119 of each person only the newest offer counts that nobody has signed', () => {
    const shifts = new Shifts();
    const first = shifts.offer('wang', '一号');
    const other = shifts.offer('zhao');
    shifts.state.touched.clear();
    const second = shifts.offer('wang', '二号');
    expect([...shifts.state.touched].sort()).toEqual([first, second].sort());
    expect(shifts.sign('sun', first)).toBe('not-found');
    expect(shifts.sign('sun', second)).toBe(second);
    const third = shifts.offer('wang', '三号');
    expect(shifts.records().map((r) => [r.id, r.note, r.signedBy?.id])).toEqual([
      [other, '', undefined],
      [second, '二号', 'sun'],
      [third, '三号', undefined],
    ]);
    expect(new Set([first, other, second, third]).size).toBe(4);
  });

  it('AL-120 somebody else signs for it, once; the record says who and when', () => {
    const shifts = new Shifts();
    const id = shifts.offer('wang', '桥面湿滑');
    shifts.nowMs += 60_000;
    expect(shifts.sign('wang', id)).toBe('not-yours-to-sign');
    expect(shifts.sign('li', id)).toBe(id);
    expect(shifts.sign('sun', id)).toBe('already-done 李接警');
    const [record] = shifts.records();
    expect(schema.parse(record)).toEqual({
      id,
      offeredBy: { id: 'wang', name: '王调度' },
      offeredAtMs: KPI_START_MS,
      note: '桥面湿滑',
      items: standing,
      signedBy: { id: 'li', name: '李接警' },
      signedAtMs: KPI_START_MS + 60_000,
    });
  });

  it('AL-120 offers and signs who the table of rights says', () => {
    for (const who of Object.keys(people) as PersonName[]) {
      const shifts = new Shifts();
      const id = shifts.offer(who === 'wang' ? 'zhao' : 'wang');
      const refused = '^not-allowed';
      const may = (type: HandoverCommand['type'], answer: string) =>
        expect([who, type, !new RegExp(refused).test(answer)]).toEqual([
          who,
          type,
          mayDo(people[who].role, type),
        ]);
      may('handover.sign', shifts.sign(who, id));
      may('handover.offer', shifts.offer(who));
    }
  });

  it('AL-121 is forgotten after a week: signed, since it was; else since it was offered', () => {
    const shifts = new Shifts();
    const open = shifts.offer('zhao');
    const signed = shifts.offer('wang');
    shifts.nowMs += 3 * DAY_MS;
    shifts.sign('sun', signed);
    expect(forgetHandovers(shifts.state, KPI_START_MS + 7 * DAY_MS)).toEqual([]);
    expect(forgetHandovers(shifts.state, KPI_START_MS + 7 * DAY_MS + 1)).toEqual([open]);
    expect(handoverRecord(shifts.state, open)).toBeUndefined();
    expect(forgetHandovers(shifts.state, KPI_START_MS + 10 * DAY_MS)).toEqual([]);
    expect(forgetHandovers(shifts.state, KPI_START_MS + 10 * DAY_MS + 1)).toEqual([signed]);
    expect(shifts.sign('sun', open)).toBe('not-found');
    expect(shifts.offer('wang')).not.toBe(signed);
  });

  it('AL-121 the journal leads to the same state, and what is taken back leaves no trace', () => {
    const shifts = new Shifts();
    const id = shifts.offer('wang');
    shifts.offer('zhao');
    const seen = ({ byId, numbers }: typeof shifts.state) => ({
      byId: new Map(byId.entries()),
      numbers: new Map(numbers.entries()),
    });
    const before = seen(shifts.state);
    shifts.state.undo.begin();
    shifts.sign('sun', id);
    shifts.offer('zhao');
    const after = seen(shifts.state);
    shifts.state.undo.takeBack();
    expect(seen(shifts.state)).toEqual(before);
    const read = new Shifts();
    for (const event of shifts.journal) evolveHandovers(read.state, event);
    expect(seen(read.state)).toEqual(after);
  });
});
