/** What the map shows of signal control: who decides each junction, delays, green waves; no drawing. */
import type { LonLat } from '../../../server/contract/geo.ts';
import type { SignalLine, SignalServiceLevel } from '../../../server/contract/signal-api.ts';
import type { ControlRecord, WaveRecord } from '../../../server/contract/signal-control.ts';

export const ringKinds = ['automatic', 'advice', 'plan', 'wave', 'degraded'] as const;
export type RingKind = (typeof ringKinds)[number];
export interface ControlRing {
  readonly id: string;
  readonly position: LonLat;
  readonly kind: RingKind;
}

type Decided = Pick<ControlRecord, 'mode' | 'ground'>;
/** Not decided as the mode says, or nothing comes from it at all. A green wave is no fault. */
export const isDegraded = ({ mode, ground }: Decided): boolean =>
  ground === 'silent' || (mode === 'auto' && (ground === 'actuated' || ground === 'local'));

/** What is seen of a signal; null: it runs its own plan, as it should. */
export function ringOf({ mode, ground }: Decided): RingKind | null {
  if (ground === 'wave') return 'wave';
  if (isDegraded({ mode, ground })) return 'degraded';
  if (mode === 'auto' && ground === 'method') return 'automatic';
  if (ground === 'plan') return 'plan';
  return mode === 'advice' ? 'advice' : null;
}

/** What is wrong lies on top. */
export function controlRings(controls: Iterable<ControlRecord>): readonly ControlRing[] {
  const rings: ControlRing[] = [];
  for (const c of controls) {
    const kind = ringOf(c);
    if (kind) rings.push({ id: c.id, position: c.position, kind });
  }
  return rings.sort(
    (a, b) => ringKinds.indexOf(a.kind) - ringKinds.indexOf(b.kind) || (a.id < b.id ? -1 : 1),
  );
}

export const sameRings = (a: readonly ControlRing[], b: readonly ControlRing[]): boolean =>
  a.length === b.length && a.every((ring, i) => ring.id === b[i]!.id && ring.kind === b[i]!.kind);

export interface JunctionDelay {
  readonly id: string;
  readonly position: LonLat;
  readonly los: SignalServiceLevel;
  /** Whole seconds: less is no news for a map. */
  readonly delayS: number;
}

/** Those whose delay is known; the worst lie on top. */
export const junctionDelays = (lines: readonly SignalLine[]): readonly JunctionDelay[] =>
  lines
    .flatMap(({ id, position, los, delayS }): JunctionDelay[] =>
      los === null || delayS === null ? [] : [{ id, position, los, delayS: Math.round(delayS) }],
    )
    .sort((a, b) => a.delayS - b.delayS || (a.id < b.id ? -1 : 1));

export const sameDelays = (a: readonly JunctionDelay[], b: readonly JunctionDelay[]): boolean =>
  a.length === b.length &&
  a.every((d, i) => d.id === b[i]!.id && d.delayS === b[i]!.delayS && d.los === b[i]!.los);

type JunctionState = WaveRecord['junctions'][number]['state'];
export interface WaveLight {
  readonly position: LonLat;
  readonly state: Exclude<JunctionState, 'passed'>;
  readonly etaS: number;
}
export interface ShownWave {
  readonly unit: string;
  readonly path: readonly LonLat[];
  readonly lights: readonly WaveLight[];
}
export interface WaveWorld {
  readonly controls: ReadonlyMap<string, Pick<ControlRecord, 'position'>>;
  readonly unitAt: (unit: string) => LonLat | undefined;
  /** Ways along the roads, by unit; without one the lights are joined as the crow flies. */
  readonly ways: ReadonlyMap<string, readonly LonLat[]>;
}

export function shownWaves(waves: Iterable<WaveRecord>, world: WaveWorld): readonly ShownWave[] {
  const shown: ShownWave[] = [];
  for (const wave of waves) {
    if (wave.state !== 'running') continue;
    const lights = wave.junctions.flatMap(({ signal, state, etaS }): WaveLight[] => {
      const position = world.controls.get(signal)?.position;
      return state === 'passed' || !position ? [] : [{ position, state, etaS: Math.round(etaS) }];
    });
    const at = world.unitAt(wave.unit);
    const straight = [...(at ? [at] : []), ...lights.map((l) => l.position)];
    shown.push({ unit: wave.unit, path: world.ways.get(wave.unit) ?? straight, lights });
  }
  return shown;
}

/** Of several units that come to one junction, who comes first: their seconds would lie on each other. */
export function soonest(lights: readonly WaveLight[]): readonly WaveLight[] {
  const first = new Map<string, WaveLight>();
  for (const light of lights) {
    const at = light.position.join(' ');
    const known = first.get(at);
    if (known === undefined || light.etaS < known.etaS) first.set(at, light);
  }
  return [...first.values()];
}
