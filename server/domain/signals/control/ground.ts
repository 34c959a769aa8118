/**
 * Who decides the lights of a signal, step by step down to its own controller: a method here, gaps and extensions where
 * lanes are not known, a plan, and its own plan where nothing is known of it.
 */
import type { ControlMethod, ControlRecord, SignalGround } from '../../../contract/signal-control.ts';
import type { LocalText } from '../../../contract/text.ts';
import type { LaneFault } from './lane-health.ts';

/** A state older than this is not decided on. */
export const STALE_MS = 5_000;
/** Nothing came for so long: its line is down. */
const SILENT_MS = 60_000;

/** What is to rule a signal, by its mode and what runs over it. `own`: its controller by itself. */
export type Order =
  | { readonly by: 'method'; readonly method: Exclude<ControlMethod, 'fixed'> }
  | { readonly by: 'plan' }
  | { readonly by: 'own' };

export interface SignalHealth {
  /** Since something came from it last. */
  readonly ageMs: number;
  readonly lanes: number;
  readonly faults: ReadonlyMap<number, LaneFault>;
  readonly frozen: boolean;
  /** It does not follow fresh wishes. */
  readonly unheeding: boolean;
}

export interface Grounded {
  readonly ground: Exclude<SignalGround, 'wave'>;
  readonly reason?: LocalText;
}

/** What can rule it now. A reason is given where it is less than was ordered. */
export function groundOf(order: Order, health: SignalHealth): Grounded {
  if (health.ageMs > SILENT_MS) return { ground: 'silent', reason: silent };
  if (order.by !== 'method') return { ground: order.by === 'plan' ? 'plan' : 'local' };
  if (health.ageMs > STALE_MS) return { ground: 'local', reason: stale };
  if (health.frozen) return { ground: 'local', reason: frozen };
  const { size } = health.faults;
  if (size >= health.lanes) return { ground: 'local', reason: blind };
  if (health.unheeding) return { ground: 'local', reason: unheeding };
  if (size === 0) return { ground: 'method' };
  const faults = [...health.faults.values()];
  const worst = (['impossible', 'stuck', 'out'] as const).find((f) => faults.includes(f))!;
  return { ground: 'actuated', reason: poor(size, health.lanes, worst) };
}

const silent = { zh: '超过 60 秒没有收到信号机数据', en: 'Nothing from its controller for over 60 s' };
const stale = { zh: '数据超过 5 秒未更新', en: 'Its data is older than 5 s' };
const frozen = { zh: '信号机数据不再变化', en: 'Its controller repeats the same report' };
const blind = { zh: '所有车道的检测均不可用', en: 'Detection is out on all lanes' };
const unheeding = { zh: '信号机不执行控制请求', en: 'Its controller does not follow wishes' };

const faultTexts: Readonly<Record<LaneFault, LocalText>> = {
  out: { zh: '检测中断', en: 'detection is out' },
  stuck: { zh: '检测数据不变', en: 'detection is stuck' },
  impossible: { zh: '检测数据不可能', en: 'detection tells what cannot be' },
};
function poor(n: number, lanes: number, fault: LaneFault): LocalText {
  const { zh, en } = faultTexts[fault];
  return { zh: `${lanes} 条车道中 ${n} 条${zh}`, en: `${en} on ${n} of ${lanes} lanes` };
}

/** Less than was set: automatic and not decided by its method, or silent. */
export const isDegraded = ({ mode, ground, groundReason }: ControlRecord): boolean =>
  ground === 'silent' || (mode === 'auto' && groundReason !== undefined);
