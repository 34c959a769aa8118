/** Applies an event to the state of control. */
import type { SignalEvent, SignalEventPayloads } from './events.ts';
import { settingOf, type ControlState } from './state.ts';

export function evolveControl(state: ControlState, event: SignalEvent): void {
  switch (event.type) {
    case 'signal.mode-changed':
      modeChanged(state, event.payload);
      return;
    case 'signal.plan-changed': {
      const { signal, plan, ...act } = event.payload;
      state.signals.set(signal, { ...settingOf(state, signal), plan, changed: changeOf(act) });
      return;
    }
    case 'signal.proposal-refused': {
      const { signal, atMs } = event.payload;
      state.signals.set(signal, { ...settingOf(state, signal), refusedAtMs: atMs });
      return;
    }
    case 'measurement.began': {
      const { reason: _reason, ...began } = event.payload;
      const running = { effect: null, state: 'running', endedAtMs: null } as const;
      state.measurements.set(began.id, { ...began, ...running });
      count(state, 'measurement');
      touch(state, [...began.signals, ...began.controls]);
      return;
    }
    case 'measurement.block': {
      const { id, block, effect } = event.payload;
      const known = state.measurements.get(id);
      if (known)
        state.measurements.set(id, {
          ...known,
          blocks: [...known.blocks, block],
          effect: effect ?? known.effect,
        });
      return;
    }
    case 'measurement.ended': {
      const { id, state: ended, atMs } = event.payload;
      const known = state.measurements.get(id);
      if (known === undefined) return;
      state.measurements.set(id, { ...known, state: ended, endedAtMs: atMs });
      touch(state, known.signals);
      return;
    }
    case 'special-plan.began':
      state.specialPlans.set(event.payload.id, event.payload);
      count(state, 'special-plan');
      touch(state, Object.keys(event.payload.plans));
      return;
    case 'special-plan.ended': {
      const known = state.specialPlans.get(event.payload.id);
      state.specialPlans.delete(event.payload.id);
      if (known) touch(state, Object.keys(known.plans));
      return;
    }
    case 'wave.began': {
      const { reason: _reason, ...began } = event.payload;
      state.waves.set(began.unit, { ...began, ended: null });
      return;
    }
    case 'wave.ended': {
      const { unit, ...ended } = event.payload;
      const known = state.waves.get(unit);
      if (known) state.waves.set(unit, { ...known, ended });
    }
  }
}

function modeChanged(state: ControlState, p: SignalEventPayloads['signal.mode-changed']): void {
  for (const signal of p.signals) {
    const before = settingOf(state, signal);
    state.signals.set(signal, {
      ...before,
      mode: p.mode,
      method: p.method ?? before.method,
      limits: p.limits ?? before.limits,
      // `local` is the controller's own plan, not one of ours.
      plan: p.mode === 'local' ? null : before.plan,
      changed: changeOf(p),
    });
  }
}

const changeOf = ({
  by,
  atMs,
  reason,
}: Pick<SignalEventPayloads['signal.mode-changed'], 'by' | 'atMs' | 'reason'>) => ({
  by,
  atMs,
  ...(reason !== undefined && { reason }),
});

const count = (state: ControlState, kind: 'measurement' | 'special-plan'): void =>
  state.numbers.set(kind, (state.numbers.get(kind) ?? 0) + 1);

/** Their records say that they take part. */
function touch(state: ControlState, signals: readonly string[]): void {
  for (const signal of signals) state.touched.signals.add(signal);
}
