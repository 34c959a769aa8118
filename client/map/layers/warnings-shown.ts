/** Which public warnings the map shows and where: those in force as areas, those that wait for a second person as outlines. */
import { metresPerDegree, type LonLat } from '../../../server/contract/geo.ts';
import { textIn, type Language } from '../../../server/contract/text.ts';
import type { WarningArea, WarningRecord } from '../../../server/contract/warnings.ts';
import { isUnreal, severityLooks, statusNames, type CapSeverity } from '../../ui/warning-look.ts';

const CIRCLE_POINTS = 64;

/** A circle as a closed ring. */
export function circleRing(center: LonLat, radiusM: number): LonLat[] {
  const m = metresPerDegree(center[1]);
  return Array.from({ length: CIRCLE_POINTS + 1 }, (_, i): LonLat => {
    const angle = ((i % CIRCLE_POINTS) / CIRCLE_POINTS) * 2 * Math.PI;
    return [center[0] + (Math.cos(angle) * radiusM) / m.lon, center[1] + (Math.sin(angle) * radiusM) / m.lat];
  });
}

export const ringsOf = (areas: readonly WarningArea[]): readonly (readonly LonLat[])[] =>
  areas.flatMap((area) => [
    ...area.polygons,
    ...area.circles.map((circle) => circleRing(circle.center, circle.radiusM)),
  ]);

export interface WarningShape {
  readonly id: string;
  readonly severity: CapSeverity;
  readonly ring: readonly LonLat[];
  /** In force and meant: the area is filled. */
  readonly filled: boolean;
}
export interface WarningLabel {
  readonly id: string;
  readonly position: LonLat;
  readonly severity: CapSeverity;
  readonly record: WarningRecord;
}

/** Drawn first to last: what is worst lies on top. */
const order: readonly CapSeverity[] = ['Unknown', 'Minor', 'Moderate', 'Severe', 'Extreme'];

export function shownWarnings(records: Iterable<WarningRecord>, nowMs: number): readonly WarningRecord[] {
  return [...records]
    .filter(
      ({ state, message }) =>
        state === 'draft' ||
        (state === 'in-force' && (message.expiresAtMs === undefined || message.expiresAtMs > nowMs)),
    )
    .sort(
      (a, b) =>
        order.indexOf(a.message.severity) - order.indexOf(b.message.severity) || (a.id < b.id ? -1 : 1),
    );
}

export const warningShapes = (shown: readonly WarningRecord[]): readonly WarningShape[] =>
  shown.flatMap(({ id, state, message }) =>
    ringsOf(message.areas).map((ring) => ({
      id,
      severity: message.severity,
      ring,
      filled: state === 'in-force' && !isUnreal(message.status),
    })),
  );

/** One a warning, at the northern edge of its first area: its middle is where other things lie. */
export function warningLabels(shown: readonly WarningRecord[]): readonly WarningLabel[] {
  return shown.flatMap((record) => {
    const ring = ringsOf(record.message.areas)[0];
    if (!ring || ring.length === 0) return [];
    const top = ring.reduce((best, point) => (point[1] > best[1] ? point : best));
    return [{ id: record.id, position: top, severity: record.message.severity, record }];
  });
}

const MOST_LETTERS = 24;
/** What it is and how severe; before all, whether nothing real is meant. */
export function warningLabelText({ message, state }: WarningRecord, language: Language): string {
  const marks = [
    ...(isUnreal(message.status) ? [statusNames[message.status]] : []),
    ...(state === 'draft' && message.status !== 'Draft' ? [statusNames.Draft] : []),
  ];
  return [
    ...marks.map((name) => textIn(name, language)),
    textIn(message.event, language).slice(0, MOST_LETTERS),
    textIn(severityLooks[message.severity].name, language),
  ].join(' · ');
}
