/** The figures of the city at a glance, as a table: where each stands in the record, its words, form and source. */
import type { VitalsRecord } from '../../server/contract/records.ts';
import type { Language } from '../../server/contract/text.ts';
import { formatNumber, formatShare } from '../desk/format.ts';
import type { MessageKey, Translate } from '../i18n/i18n.ts';

export interface Vital {
  /** Its name in the record and in the history. */
  readonly id: Exclude<keyof VitalsRecord, 'id' | 'atMs'>;
  readonly label: MessageKey;
  readonly format: (value: number | null | undefined, language: Language) => string;
  readonly unit?: MessageKey;
  /** A second, smaller word beside the figure. */
  readonly beside?: (v: VitalsRecord, t: Translate, language: Language) => string | null;
  readonly from: (v: VitalsRecord, t: Translate, language: Language) => string;
  /** True where a person should look. */
  readonly alarm?: (v: VitalsRecord) => boolean;
}

const whole = (v: number | null | undefined, l: Language): string => formatNumber(v, l);
const oneDigit = (v: number | null | undefined, l: Language): string => formatNumber(v, l, 1);
const fromTraffic: Vital['from'] = (v, t, l) =>
  t('vitals.from.traffic', { measured: formatNumber(v.linksMeasured, l), links: formatNumber(v.links, l) });
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
        label: 'vitals.vehicles',
        format: whole,
        unit: 'unit.vehicles',
        from: from('vitals.from.positions'),
      },
      {
        id: 'meanSpeedKph',
        label: 'vitals.meanSpeedKph',
        format: oneDigit,
        unit: 'unit.kph',
        from: fromTraffic,
      },
      {
        id: 'congestionIndex',
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
        label: 'vitals.openIncidents',
        format: whole,
        beside: (v, t, l) => t('vitals.openIncidents.severe', { n: formatNumber(v.openSevere, l) }),
        from: from('vitals.from.incidents'),
        alarm: (v) => v.openSevere > 0,
      },
      {
        id: 'unitsAvailable',
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
        label: 'vitals.hospitalLoad',
        format: formatShare,
        from: from('vitals.from.facilities'),
        alarm: (v) => (v.hospitalLoad ?? 0) >= 0.95,
      },
      {
        id: 'erQueue',
        label: 'vitals.erQueue',
        format: whole,
        unit: 'unit.people',
        from: from('vitals.from.facilities'),
      },
      {
        id: 'parkingLoad',
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
        label: 'vitals.aqi',
        format: whole,
        from: from('vitals.from.stations'),
        alarm: (v) => (v.aqi ?? 0) > 150,
      },
      {
        id: 'rainMmH',
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
        label: 'vitals.feedsStale',
        format: whole,
        beside: (v, t, l) => t('vitals.ofTotal', { n: formatNumber(v.feeds, l) }),
        from: from('vitals.from.feeds'),
        alarm: (v) => v.feedsStale > 0,
      },
    ],
  },
];

export const valueOf = (record: VitalsRecord, vital: Vital): number | undefined => {
  // Without any unit or feed a count of none is not known rather than zero.
  if (vital.id === 'unitsAvailable' && record.units === 0) return undefined;
  if (vital.id === 'feedsStale' && record.feeds === 0) return undefined;
  return record[vital.id];
};
