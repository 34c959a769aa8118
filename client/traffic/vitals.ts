/** The figures of the city at a glance, as a table: where each stands in the record, its words, form and source. */
import type { FeedRecord, IncidentRecord, VitalsRecord } from '../../server/contract/records.ts';
import type { VitalsHistory } from '../../server/contract/api.ts';
import type { Language } from '../../server/contract/text.ts';
import { formatNumber, formatShare } from '../desk/format.ts';
import type { MessageKey, Translate } from '../i18n/i18n.ts';

/** The record, with what the screen adds of its own from other records. */
export interface VitalsView extends VitalsRecord {
  /** Feeds that never sent anything: neither live nor stale. */
  readonly feedsWaiting: number;
  /** Open critical incidents without any unit for longer than `UNATTENDED_MS`. */
  readonly unattended: number;
}
/** A dispatcher needs about a minute; after two somebody should look. */
const UNATTENDED_MS = 2 * 60_000;

export function viewOf(
  record: VitalsRecord,
  feeds: readonly FeedRecord[],
  incidents: readonly IncidentRecord[],
): VitalsView {
  const unattended = incidents.filter(
    (i) =>
      i.status === 'open' &&
      i.case.mergedInto === undefined &&
      i.severity === 1 &&
      i.units.length === 0 &&
      record.atMs - i.reportedAtMs > UNATTENDED_MS,
  ).length;
  return { ...record, unattended, feedsWaiting: feeds.filter((f) => f.state === 'waiting').length };
}

export interface Vital {
  /** Its name in the record and in the history. */
  readonly id: Exclude<keyof VitalsRecord, 'id' | 'atMs'>;
  readonly label: MessageKey;
  readonly format: (value: number | null | undefined, language: Language) => string;
  readonly unit?: MessageKey;
  /** A second, smaller word beside the figure. */
  readonly beside?: (v: VitalsView, t: Translate, language: Language) => string | null;
  readonly from: (v: VitalsView, t: Translate, language: Language) => string;
  /** From where to where its small trend reaches at least, so that a small change looks small. */
  readonly scale: readonly [from: number, to: number];
  /** True where a person should look. */
  readonly alarm?: (v: VitalsView) => boolean;
}

const whole = (v: number | null | undefined, l: Language): string => formatNumber(v, l);
const oneDigit = (v: number | null | undefined, l: Language): string => formatNumber(v, l, 1);
const fromTraffic: Vital['from'] = (v, t, l) =>
  v.links === 0
    ? t('vitals.from.positions')
    : t('vitals.from.traffic', {
        measured: formatNumber(v.linksMeasured, l),
        links: formatNumber(v.links, l),
      });
const from =
  (key: MessageKey): Vital['from'] =>
  (_v, t) =>
    t(key);

export const vitalGroups: readonly { readonly label: MessageKey; readonly vitals: readonly Vital[] }[] = [
  {
    label: 'vitals.group.traffic',
    vitals: [
      {
        id: 'vehicles',
        scale: [0, 100],
        label: 'vitals.vehicles',
        format: whole,
        unit: 'unit.vehicles',
        from: from('vitals.from.positions'),
      },
      {
        id: 'meanSpeedKph',
        scale: [0, 60],
        label: 'vitals.meanSpeedKph',
        format: oneDigit,
        unit: 'unit.kph',
        from: fromTraffic,
      },
      {
        id: 'congestionIndex',
        scale: [1, 3],
        label: 'vitals.congestionIndex',
        format: (v, l) => formatNumber(v, l, 2),
        from: (v, t, l) =>
          v.congestionIndex === undefined
            ? fromTraffic(v, t, l)
            : t('vitals.congestionIndex.plain', { x: formatNumber(v.congestionIndex, l, 2) }),
        alarm: (v) => (v.congestionIndex ?? 0) >= 1.8,
      },
      {
        id: 'congestedShare',
        scale: [0, 0.5],
        label: 'vitals.congestedShare',
        format: formatShare,
        from: fromTraffic,
        alarm: (v) => (v.congestedShare ?? 0) >= 0.25,
      },
    ],
  },
  {
    label: 'vitals.group.safety',
    vitals: [
      {
        id: 'openIncidents',
        scale: [0, 10],
        label: 'vitals.openIncidents',
        format: whole,
        beside: (v, t, l) =>
          v.unattended > 0
            ? t('vitals.openIncidents.unattended', {
                n: formatNumber(v.openSevere, l),
                waiting: formatNumber(v.unattended, l),
              })
            : t('vitals.openIncidents.severe', { n: formatNumber(v.openSevere, l) }),
        from: from('vitals.from.incidents'),
        alarm: (v) => v.unattended > 0,
      },
      {
        id: 'unitsAvailable',
        scale: [0, 10],
        label: 'vitals.unitsAvailable',
        format: whole,
        beside: (v, t, l) => t('vitals.ofTotal', { n: formatNumber(v.units, l) }),
        from: from('vitals.from.units'),
        alarm: (v) => v.units > 0 && v.unitsAvailable / v.units < 0.2,
      },
    ],
  },
  {
    label: 'vitals.group.services',
    vitals: [
      {
        id: 'hospitalLoad',
        scale: [0, 1],
        label: 'vitals.hospitalLoad',
        format: formatShare,
        from: from('vitals.from.facilities'),
        alarm: (v) => (v.hospitalLoad ?? 0) >= 0.95,
      },
      {
        id: 'erQueue',
        scale: [0, 20],
        label: 'vitals.erQueue',
        format: whole,
        unit: 'unit.people',
        from: from('vitals.from.facilities'),
      },
      {
        id: 'parkingLoad',
        scale: [0, 1],
        label: 'vitals.parkingLoad',
        format: formatShare,
        from: from('vitals.from.facilities'),
      },
    ],
  },
  {
    label: 'vitals.group.environment',
    vitals: [
      {
        id: 'aqi',
        scale: [0, 150],
        label: 'vitals.aqi',
        format: whole,
        from: from('vitals.from.stations'),
        alarm: (v) => (v.aqi ?? 0) > 150,
      },
      {
        id: 'rainMmH',
        scale: [0, 16],
        label: 'vitals.rainMmH',
        format: oneDigit,
        unit: 'unit.mmh',
        from: from('vitals.from.stations'),
        alarm: (v) => (v.rainMmH ?? 0) >= 16,
      },
    ],
  },
  {
    label: 'vitals.group.data',
    vitals: [
      {
        id: 'feedsStale',
        scale: [0, 3],
        label: 'vitals.feedsStale',
        format: whole,
        beside: (v, t, l) => t('vitals.ofTotal', { n: formatNumber(v.feeds - v.feedsWaiting, l) }),
        from: (v, t, l) =>
          v.feedsWaiting === 0
            ? t('vitals.from.feeds')
            : t('vitals.feedsWaiting', { n: formatNumber(v.feedsWaiting, l) }),
        alarm: (v) => v.feedsStale > 0,
      },
    ],
  },
];

export const valueOf = (record: VitalsRecord, vital: Vital): number | undefined => {
  // Without any unit or feed a count of none is not known rather than zero.
  if (vital.id === 'unitsAvailable' && record.units === 0) return undefined;
  if (vital.id === 'feedsStale' && record.feeds === 0) return undefined;
  // A city nobody sends positions from has an unknown number of vehicles, not none.
  if (vital.id === 'vehicles' && record.vehicles === 0 && record.linksMeasured === 0) return undefined;
  return record[vital.id];
};

/** Without a city pack only what is known is shown: there is no hospital to wait for. */
export function shownGroups(record: VitalsRecord, withCity: boolean): typeof vitalGroups {
  if (withCity) return vitalGroups;
  return vitalGroups
    .map((group) => ({ ...group, vitals: group.vitals.filter((v) => valueOf(record, v) !== undefined) }))
    .filter((group) => group.vitals.length > 0);
}

/** A trend of fewer samples is a shape without a meaning; the history takes one every 10 s. */
const TREND_LEAST_SAMPLES = 7;

/**
 * The recent samples of a figure, from the first that saw anything: a server that has just started knows nothing yet, and
 * its zeros are no fall or rise. Empty where there are too few to be called a trend.
 */
export function trendOf(
  history: VitalsHistory | undefined,
  id: Vital['id'],
): readonly { readonly atMs: number; readonly value: number | null }[] {
  const values = history?.series[id];
  if (!history || !values) return [];
  const saw = (i: number): boolean =>
    (['vehicles', 'linksMeasured', 'openIncidents', 'unitsAvailable'] as const).some(
      (name) => (history.series[name]?.[i] ?? 0) > 0,
    );
  const first = history.atMs.findIndex((_, i) => saw(i));
  if (first < 0) return [];
  const points = history.atMs.map((atMs, i) => ({ atMs, value: values[i] ?? null })).slice(first);
  return points.filter((p) => p.value !== null).length < TREND_LEAST_SAMPLES ? [] : points;
}
