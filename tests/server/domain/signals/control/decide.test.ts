/** What people decide about signals: rights, refusals, and that the journal alone brings everything back. */
import { describe, expect, it } from 'vitest';
import { commandPayloads } from '../../../../../server/contract/commands.ts';
import { mayDo } from '../../../../../server/contract/rights.ts';
import {
  controlRecord as controlSchema,
  measurementRecord as measurementSchema,
  specialPlanRecord as specialPlanSchema,
  waveRecord as waveSchema,
} from '../../../../../server/contract/signal-control.ts';
import type { SignalCommand } from '../../../../../server/domain/signals/control/decide.ts';
import { isSignalEvent } from '../../../../../server/domain/signals/control/events.ts';
import {
  controlRecord,
  measurementRecord,
  specialPlanRecord,
  waveRecord,
} from '../../../../../server/domain/signals/control/record.ts';
import {
  forgetControl,
  settingOf,
  WAVE_KNOWN_MS,
} from '../../../../../server/domain/signals/control/state.ts';
import { people, type PersonName } from '../../../../support/case-world.ts';
import { aProposal, SignalDesk } from '../../../../support/signal-world.ts';

const limits = { maxRedS: 90, waves: false };
const mode = { signals: ['x'], mode: 'advice' };
const measure = { signals: ['x'], base: 'fixed', test: 'ours', blockMin: 5, pairs: 2 };
const special = {
  kind: 'event',
  position: [118, 30],
  radiusM: 500,
  direction: 'to',
  minutes: 30,
  reason: '球赛',
};
const accept = { signal: 'x', proposal: aProposal().id, accepted: true };

const everyCommand: readonly (readonly [SignalCommand['type'], unknown])[] = [
  ['signal.mode', mode],
  ['signal.approve', accept],
  ['signal.measure', measure],
  ['signal.measure-stop', { measurement: 'measurement-1' }],
  ['special-plan.start', special],
  ['special-plan.end', { plan: 'special-plan-1' }],
  ['wave.start', { unit: 'u' }],
  ['wave.cancel', { unit: 'u', reason: '改道' }],
];

describe('rights', () => {
  it.each(everyCommand)('TR-170 %s is for those who may, and its payload can be said', (type, payload) => {
    expect(commandPayloads[type].safeParse(payload).success).toBe(true);
    for (const [name, { role }] of Object.entries(people)) {
      const answer = new SignalDesk().ask(name as PersonName, type, payload);
      expect(answer === 'not-allowed').toBe(role === undefined || !mayDo(role, type));
    }
  });
});

describe('refusals', () => {
  const cases: readonly (readonly [string, (desk: SignalDesk) => string])[] = [
    ['signal-unknown', (d) => d.ask('wang', 'signal.mode', { ...mode, signals: ['x', 'nowhere'] })],
    ['proposal-gone', (d) => d.ask('wang', 'signal.approve', accept)],
    ['same-methods', (d) => d.ask('sun', 'signal.measure', { ...measure, test: 'fixed' })],
    ['not-found', (d) => d.ask('sun', 'signal.measure-stop', { measurement: 'measurement-9' })],
    ['not-found', (d) => d.ask('sun', 'special-plan.end', { plan: 'special-plan-9' })],
    ['not-found', (d) => d.ask('wang', 'wave.cancel', { unit: 'u', reason: '改道' })],
    ['not-found', (d) => d.ask('wang', 'wave.start', { unit: 'nobody' })],
    [
      'no-way',
      (d) => {
        d.world = { ...d.world, wayOf: () => 'no-way' };
        return d.ask('wang', 'wave.start', { unit: 'u' });
      },
    ],
    [
      'no-signals-near',
      (d) => {
        d.world = { ...d.world, signalsNear: () => [] };
        return d.ask('sun', 'special-plan.start', special);
      },
    ],
    [
      'in-measurement',
      (d) => {
        d.ask('sun', 'signal.measure', measure);
        return d.ask('wang', 'signal.mode', mode);
      },
    ],
    [
      'in-measurement',
      (d) => {
        d.ask('sun', 'signal.measure', measure);
        return d.ask('sun', 'signal.measure', measure);
      },
    ],
    [
      'already-done',
      (d) => {
        d.ask('sun', 'signal.measure', measure);
        d.ask('sun', 'signal.measure-stop', { measurement: 'measurement-1' });
        return d.ask('sun', 'signal.measure-stop', { measurement: 'measurement-1' });
      },
    ],
    [
      'reason-needed',
      (d) => {
        d.ask('wang', 'signal.mode', mode);
        return d.ask('wang', 'signal.approve', { ...accept, accepted: false });
      },
    ],
  ];
  it.each(cases)('TR-171 %s', (code, ask) => {
    const desk = new SignalDesk();
    expect(ask(desk)).toBe(code);
  });
});

describe('modes and plans', () => {
  it('TR-173 keeps who set what and why, and what was not said stays', () => {
    const desk = new SignalDesk();
    desk.ask('wang', 'signal.mode', {
      ...mode,
      mode: 'auto',
      method: 'maxpressure',
      limits,
      reason: '早高峰',
    });
    desk.ask('zhao', 'signal.mode', { ...mode, signals: ['x', 'x'], mode: 'advice' });
    expect(settingOf(desk.state, 'x')).toMatchObject({
      mode: 'advice',
      method: 'maxpressure',
      limits,
      changed: { by: { id: 'zhao' } },
    });
    expect(desk.journal.map((e) => e.payload)).toMatchObject([
      { by: people.wang, reason: '早高峰' },
      { by: people.zhao, signals: ['x'] },
    ]);
  });

  it('TR-174 runs an approved plan until the signal is set to its own, and measures what it brought', () => {
    const desk = new SignalDesk();
    desk.ask('wang', 'signal.mode', mode);
    expect(desk.ask('zhao', 'signal.approve', accept)).toBe('done');
    expect(settingOf(desk.state, 'x').plan).toEqual(aProposal().plan);
    expect(measurementRecord(desk.state, 'measurement-1')).toMatchObject({
      design: 'before-after',
      signals: ['x'],
      controls: ['x8', 'x9'],
      startedBy: { id: 'zhao' },
    });
    expect(desk.journal.at(-2)).toMatchObject({
      type: 'signal.plan-changed',
      payload: { proposal: { delayNowS: 40, delayThenS: 30 }, by: people.zhao },
    });
    desk.ask('wang', 'signal.mode', { ...mode, mode: 'auto' });
    expect(settingOf(desk.state, 'x').plan).toEqual(aProposal().plan);
    // What the plan alone brought cannot be told any more.
    expect(measurementRecord(desk.state, 'measurement-1')?.state).toBe('stopped');
    desk.ask('wang', 'signal.mode', { ...mode, mode: 'local' });
    expect(settingOf(desk.state, 'x').plan).toBeNull();
  });

  it('TR-175 notes a refused proposal with its reason', () => {
    const desk = new SignalDesk();
    desk.ask('wang', 'signal.mode', mode);
    desk.ask('wang', 'signal.approve', { ...accept, accepted: false, reason: '行人多' });
    expect(desk.journal.at(-1)).toMatchObject({
      type: 'signal.proposal-refused',
      payload: { reason: '行人多', proposal: accept.proposal },
    });
    expect(settingOf(desk.state, 'x')).toMatchObject({ plan: null, refusedAtMs: desk.nowMs });
  });
});

describe('records', () => {
  it('TR-172 are as the contract says, and the same from the journal alone', () => {
    const desk = new SignalDesk();
    desk.ask('wang', 'signal.mode', { ...mode, limits, reason: '试' });
    desk.ask('wang', 'signal.approve', accept);
    desk.ask('sun', 'special-plan.start', special);
    desk.ask('sun', 'signal.measure', { ...measure, signals: ['x2'] });
    desk.ask('wang', 'wave.start', { unit: 'u' });
    desk.ask('wang', 'wave.cancel', { unit: 'u', reason: '改道' });
    const again = new SignalDesk();
    again.write(...desk.journal);
    const live = {
      id: 'x',
      name: { zh: '路口', en: 'Crossing' },
      position: [118, 30] as const,
      feed: 'f',
      ground: 'plan' as const,
      proposal: aProposal(),
    };
    const shown = [desk, again].map(({ state }) => ({
      control: controlSchema.parse(controlRecord(state, live)),
      measurements: ['measurement-1', 'measurement-2'].map((id) =>
        measurementSchema.parse(measurementRecord(state, id)),
      ),
      special: specialPlanSchema.parse(specialPlanRecord(state, 'special-plan-1')),
      wave: waveSchema.parse(waveRecord(state, 'u', { junctions: [] })),
    }));
    expect(shown[1]).toEqual(shown[0]);
    expect(shown[0]).toMatchObject({
      control: { mode: 'advice', proposal: { id: accept.proposal }, measurement: 'measurement-1' },
      special: { signals: ['x', 'x2'], reason: '球赛', by: { id: 'sun' } },
      wave: { state: 'cancelled', savedS: 31, by: { id: 'wang' } },
    });
    expect(desk.journal.every(isSignalEvent)).toBe(true);
  });

  it('TR-176 what ended is forgotten in time, what runs is not', () => {
    const desk = new SignalDesk();
    desk.ask('sun', 'signal.measure', measure);
    desk.ask('wang', 'wave.start', { unit: 'u' });
    forgetControl(desk.state, desk.nowMs + 365 * 86_400_000);
    expect([desk.state.measurements.size, desk.state.waves.size]).toEqual([1, 1]);
    desk.ask('wang', 'wave.cancel', { unit: 'u', reason: '改道' });
    desk.ask('sun', 'signal.measure-stop', { measurement: 'measurement-1' });
    forgetControl(desk.state, desk.nowMs + WAVE_KNOWN_MS);
    expect([desk.state.measurements.size, desk.state.waves.size]).toEqual([1, 1]);
    forgetControl(desk.state, desk.nowMs + 8 * 86_400_000);
    expect([desk.state.measurements.size, desk.state.waves.size]).toEqual([0, 0]);
  });
});
