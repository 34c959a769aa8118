/** Which alarms the map shows at a zoom and how they gather; no drawing. */
import type { AlarmPriority, AlarmRecord } from '../../../server/contract/alarms.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import type { ScreenPoint } from '../picking.ts';
import { clusterIncidents, type Cluster } from './cluster.ts';

/** Symbols nearer to each other than this are one with a count. */
const GATHER_PX = 26;
/** Where its subject has a symbol of its own an alarm stands beside it, up to the right. */
export const LIFT_PX: readonly [x: number, y: number] = [13, -15];
const REACH_PX = 14;

export interface PlacedAlarm {
  readonly id: string;
  readonly position: LonLat;
  /** Its priority, and a half more once somebody has acknowledged it: the least comes first. */
  readonly severity: number;
  readonly priority: AlarmPriority;
  readonly unacknowledged: boolean;
  readonly lifted: boolean;
}
export type ShownAlarm = Cluster<PlacedAlarm>;

const withSymbol: ReadonlySet<string> = new Set(['incident', 'unit', 'facility', 'station', 'signal']);

/** Active ones that have a place and no alarm that explains them (emergencies always), the most urgent last, on top. */
export function placedAlarms(records: Iterable<AlarmRecord>): PlacedAlarm[] {
  const placed: PlacedAlarm[] = [];
  for (const { id, state, active, priority, parent, subject } of records) {
    if (!active || !subject.position || (state !== 'unacknowledged' && state !== 'acknowledged')) continue;
    if (parent !== undefined && priority !== 1) continue;
    const unacknowledged = state === 'unacknowledged';
    placed.push({
      id,
      position: subject.position,
      severity: priority + (unacknowledged ? 0 : 0.5),
      priority,
      unacknowledged,
      lifted: withSymbol.has(subject.kind),
    });
  }
  return placed.sort((a, b) => b.severity - a.severity || (a.id < b.id ? -1 : 1));
}

/** Nothing of them differs on the map: values and counts are not drawn. */
export const sameAlarms = (a: readonly PlacedAlarm[], b: readonly PlacedAlarm[]): boolean =>
  a.length === b.length &&
  a.every((one, i) => {
    const other = b[i]!;
    return (
      one.id === other.id &&
      one.severity === other.severity &&
      one.position[0] === other.position[0] &&
      one.position[1] === other.position[1]
    );
  });

export const alarmClusters = (alarms: readonly PlacedAlarm[], zoom: number): ShownAlarm[] =>
  clusterIncidents(alarms, Math.round(zoom * 2) / 2, GATHER_PX).sort((a, b) => b.worst - a.worst);

/** The alarm whose symbol lies under the pointer, the most urgent of those that lie on each other. */
export function pickAlarm(
  alarms: readonly PlacedAlarm[],
  point: ScreenPoint,
  project: (p: LonLat) => ScreenPoint,
): PlacedAlarm | null {
  let best: PlacedAlarm | null = null;
  let bestPx = REACH_PX;
  for (const alarm of alarms) {
    const at = project(alarm.position);
    const [dx, dy] = alarm.lifted ? LIFT_PX : [0, 0];
    const px = Math.hypot(at.x + dx - point.x, at.y + dy - point.y);
    if (px > bestPx) continue;
    best = alarm;
    bestPx = px;
  }
  return best;
}
