/**
 * Who decides the lights: each signal's mode as engineers set it, what is proposed for it, green waves, and measurements
 * of what a change brought. All are records; what happens every second is asked for (`signal-api.ts`).
 */
import { z } from 'zod';
import { portPlan } from './signal-port.ts';
import { localText } from './text.ts';

const id = z.string().min(1).max(160);
const ms = z.number();

/**
 * `local`: the controller's own plan. `advice`: a better plan is proposed, a person approves it. `auto`: decided here every
 * second, within the limits.
 */
export const signalModes = ['local', 'advice', 'auto'] as const;
export type SignalMode = (typeof signalModes)[number];

/** What people may set to decide a signal in `auto`, and what the others are measured against. */
export const controlMethods = [
  'ours',
  'maxpressure',
  'efficient',
  'advanced',
  'capacity',
  'actuated',
  'webster',
  'fixed',
] as const;
export type ControlMethod = (typeof controlMethods)[number];

/**
 * What shows its lights now. `method`: decided here. `wave`: held for an emergency unit. `actuated`: its data is poor, so
 * only gaps and extensions are used. `plan`: a plan given from here. `local`: its own plan. `silent`: nothing comes from it.
 */
export const signalGrounds = ['method', 'wave', 'actuated', 'plan', 'local', 'silent'] as const;
export type SignalGround = (typeof signalGrounds)[number];

const who = z.object({ id: z.string(), name: z.string() });

export const signalLimits = z.object({
  /** Longest red of anybody who waits, s. */
  maxRedS: z.number().int().min(45).max(240),
  /** Whether green waves may take it. */
  waves: z.boolean(),
});
export type SignalLimits = z.infer<typeof signalLimits>;
export const defaultLimits: SignalLimits = { maxRedS: 120, waves: true };

export const signalProposal = z.object({
  id,
  atMs: ms,
  plan: portPlan,
  cycleS: z.number(),
  /** Mean delay of a vehicle, s (Webster 1958; HCM 7th ed. ch. 19), as it runs now and as it would. */
  delayNowS: z.number(),
  delayThenS: z.number(),
  /** 0…1: of the flows that it is made from. */
  confidence: z.number().min(0).max(1),
  /** What spoke for it. */
  reason: localText,
});
export type SignalProposal = z.infer<typeof signalProposal>;

/** One for each signal that a controller has described. */
export const controlRecord = z.object({
  /** The signal's id in the city pack. */
  id,
  name: localText,
  position: z.tuple([z.number(), z.number()]),
  district: z.string().optional(),
  mode: z.enum(signalModes),
  method: z.enum(controlMethods),
  ground: z.enum(signalGrounds),
  /** Why it is not as the mode says, where it is not. */
  groundReason: localText.optional(),
  limits: signalLimits,
  /** The plan that was given from here, while it runs. */
  plan: portPlan.optional(),
  proposal: signalProposal.optional(),
  changed: z.object({ by: who, atMs: ms, reason: z.string().optional() }).optional(),
  /** The measurement that it takes part in. */
  measurement: id.optional(),
  /** The feed whose controller it is. */
  feed: z.string(),
});
export type ControlRecord = z.infer<typeof controlRecord>;

export const waveStates = ['running', 'done', 'cancelled'] as const;
/** A green wave for one emergency unit, kept while it runs and ten minutes after. */
export const waveRecord = z.object({
  /** `wave:UNIT`. */
  id,
  unit: id,
  incident: id.optional(),
  /** 1 highest. */
  priority: z.number().int().min(1).max(4),
  state: z.enum(waveStates),
  startedAtMs: ms,
  endedAtMs: ms.optional(),
  /** In the order of its way. `held`: green for it now. `yielded`: to a more urgent unit. `refused`: may not be taken. */
  junctions: z.array(
    z.object({
      signal: id,
      name: localText,
      metres: z.number(),
      etaS: z.number(),
      state: z.enum(['ahead', 'held', 'passed', 'yielded', 'refused']),
    }),
  ),
  /** Seconds saved so far against waiting at the lights as they stood; what was not measured is absent. */
  savedS: z.number().optional(),
  by: who,
});
export type WaveRecord = z.infer<typeof waveRecord>;

/** One block of a switch-back schedule: which way ruled, and what it cost. */
export const measuredBlock = z.object({
  fromMs: ms,
  untilMs: ms,
  arm: z.enum(['base', 'test']),
  /** Vehicle-hours lost in it, per hour of it. */
  lostVehH: z.number(),
  vehicles: z.number(),
  /** Mean delay of a vehicle that crossed, s. */
  delayS: z.number(),
  /** The same at the signals of the control group. */
  controlDelayS: z.number().optional(),
});
export const measurementRecord = z.object({
  id,
  name: localText,
  signals: z.array(id),
  /** Signals that nobody touches, for what changes by itself. */
  controls: z.array(id),
  /** `switch-back`: the two ways take turns in random order of pairs (Bojinov et al. 2023). `before-after`: one change. */
  design: z.enum(['switch-back', 'before-after']),
  base: z.enum(controlMethods),
  test: z.enum(controlMethods),
  blockMin: z.number(),
  state: z.enum(['running', 'done', 'stopped']),
  startedAtMs: ms,
  endsAtMs: ms,
  startedBy: who,
  blocks: z.array(measuredBlock),
  /** Change of the mean delay, %, with its 95 % interval; absent before there are enough blocks. */
  effect: z
    .object({ changePct: z.number(), lowPct: z.number(), highPct: z.number(), pairs: z.number().int() })
    .optional(),
});
export type MeasurementRecord = z.infer<typeof measurementRecord>;

export const specialPlanKinds = ['event', 'storm', 'evacuation', 'works'] as const;
export type SpecialPlanKind = (typeof specialPlanKinds)[number];
/** A special plan in force over an area. */
export const specialPlanRecord = z.object({
  id,
  kind: z.enum(specialPlanKinds),
  name: localText,
  signals: z.array(id),
  /** Towards it (storm, works: away from it) traffic is favoured. */
  place: z.tuple([z.number(), z.number()]),
  /** Inbound or outbound of the place. */
  direction: z.enum(['to', 'from']),
  startedAtMs: ms,
  endsAtMs: ms,
  by: who,
  reason: z.string(),
});
export type SpecialPlanRecord = z.infer<typeof specialPlanRecord>;
