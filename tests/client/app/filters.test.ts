/** Which incidents, units and facilities the lists show, in which order, and what counts as new. */
import { describe, expect, it } from 'vitest';
import { incidentRecord, unitRecord } from '../cases.ts';
import { filterIncidents, isFiltering, isNew, noFilter } from '../../../client/incidents/filter.ts';
import { facilitiesOf, filterUnits, loadOf } from '../../../client/services/filter.ts';
import { progressIn } from '../../../client/incidents/progress.ts';
import { placeOf } from '../../../client/incidents/place.ts';
import { shownGroups, trendOf, valueOf, viewOf, vitalGroups } from '../../../client/traffic/vitals.ts';
import type {
  FacilityRecord,
  IncidentRecord,
  UnitRecord,
  VitalsRecord,
} from '../../../server/contract/records.ts';

const incident = incidentRecord;
const numbers = (list: readonly IncidentRecord[]): number[] => list.map((i) => i.number);

describe('the incident list', () => {
  const all = [
    incident(1, { severity: 3, channel: '12345', category: 'urban.noise' }),
    incident(2, { severity: 1, category: 'fire.structure', channel: '119', address: '人民路 5 号' }),
    incident(3, { status: 'closed' }),
    incident(4),
    incident(5, { severity: 1, units: ['A12'] }),
  ];
  it('UI-9 shows the open ones, by severity the newest of those first', () => {
    expect(numbers(filterIncidents(all, { ...noFilter, sort: 'severity' }))).toEqual([5, 2, 4, 1]);
    expect(numbers(filterIncidents(all, { ...noFilter, sort: 'oldest' }))).toEqual([1, 2, 4, 5]);
    expect(numbers(filterIncidents(all, { ...noFilter, sort: 'newest', status: 'all' }))).toEqual([
      5, 4, 3, 2, 1,
    ]);
  });
  it.each([
    [{ families: ['fire' as const] }, [2]],
    [{ severities: [1] }, [2, 5]],
    [{ channels: ['12345' as const] }, [1]],
    [{ text: '人民路' }, [2]],
    [{ text: 'COLLIDED a12' }, [5]],
    [{ text: '#4' }, [4]],
    [{ status: 'closed' as const }, [3]],
    [{ text: 'nothing like it' }, []],
  ])('UI-9 filters by %o', (part, expected) => {
    expect(numbers(filterIncidents(all, { ...noFilter, ...part }))).toEqual(expected);
  });
  it('does not call the choice of closed ones a filter', () => {
    expect(isFiltering({ ...noFilter, status: 'closed' })).toBe(false);
    expect(isFiltering({ ...noFilter, text: ' ' })).toBe(false);
    expect(isFiltering({ ...noFilter, severities: [1] })).toBe(true);
  });
  it('UI-13 places an incident by its district, and by its address where that is news to the reader', () => {
    const names = new Map([['d-1', { zh: '白石街道', en: 'Baishi Subdistrict' }]]);
    const title = { zh: '人民路有人摔伤', en: 'Fall injury on Renmin Road' };
    const place = (address: string | undefined, language: 'zh-CN' | 'en-US'): string =>
      placeOf({ title, street: 'd-1', ...(address === undefined ? {} : { address }) }, language, names);
    expect(place('人民路', 'zh-CN')).toBe('白石街道');
    expect(place('人民路 5 号', 'zh-CN')).toBe('白石街道 · 人民路 5 号');
    expect(place('人民路 5 号', 'en-US')).toBe('Baishi Subdistrict');
    expect(place('100 Main St', 'en-US')).toBe('Baishi Subdistrict · 100 Main St');
    expect(place(undefined, 'zh-CN')).toBe('白石街道');
  });
  it('reads the common words of a source in both languages and leaves its others alone', () => {
    expect(progressIn('已派单', 'en-US')).toBe('Dispatched');
    expect(progressIn('ON SCENE', 'zh-CN')).toBe('已到场');
    expect(progressIn('已派单', 'zh-CN')).toBe('已派单');
    expect(progressIn('10-97', 'zh-CN')).toBe('10-97');
  });
  it('UI-10 marks as new what came after the screen opened, until it is looked at or old', () => {
    const openedAtMs = 10_000;
    const came = incident(20);
    expect(isNew(came, openedAtMs, 21_000, new Set())).toBe(true);
    expect(isNew(came, openedAtMs, 21_000, new Set(['inc-20']))).toBe(false);
    expect(isNew(came, openedAtMs, 20_000 + 180_001, new Set())).toBe(false);
    expect(isNew(incident(5), openedAtMs, 21_000, new Set())).toBe(false);
    expect(isNew({ ...came, status: 'closed' }, openedAtMs, 21_000, new Set())).toBe(false);
  });
});

describe('units and facilities', () => {
  const unit = (
    callsign: string,
    status: UnitRecord['status'],
    kind: UnitRecord['kind'] = 'ambulance',
  ): UnitRecord => unitRecord(callsign, { status, kind });
  it('puts those at work first, then by callsign as a number', () => {
    const all = [
      unit('A10', 'available'),
      unit('A2', 'available'),
      unit('A3', 'on-scene'),
      unit('P1', 'en-route', 'police-car'),
    ];
    const list = (part: object): string[] =>
      filterUnits(all, { text: '', statuses: [], kinds: [], ...part }).map((u) => u.callsign);
    expect(list({})).toEqual(['A3', 'P1', 'A2', 'A10']);
    expect(list({ kinds: ['police-car'] })).toEqual(['P1']);
    expect(list({ statuses: ['available'], text: 'a1' })).toEqual(['A10']);
  });
  const facility = (id: string, part: Partial<FacilityRecord>): FacilityRecord => ({
    id,
    kind: 'hospital',
    name: { zh: id, en: id },
    position: [118, 30],
    capacity: { beds: 100 },
    metrics: {},
    ...part,
  });
  it('UI-6 knows how full a facility is only where it has said so', () => {
    expect(loadOf(facility('h', { metrics: { bedsFree: 25 } }))).toBe(0.75);
    expect(loadOf(facility('h', {}))).toBeUndefined();
    expect(loadOf(facility('h', { capacity: {}, metrics: { bedsFree: 25 } }))).toBeUndefined();
    expect(loadOf(facility('h', { capacity: { beds: 0 }, metrics: { bedsFree: 0 } }))).toBeUndefined();
    expect(
      loadOf(facility('p', { kind: 'parking', capacity: { spaces: 40 }, metrics: { spacesFree: 50 } })),
    ).toBe(0);
  });
  it('lists the fullest first and the silent last', () => {
    const all = [
      facility('silent', {}),
      facility('half', { metrics: { bedsFree: 50 } }),
      facility('full', { metrics: { bedsFree: 1 } }),
    ];
    expect(facilitiesOf(all, ['hospital']).map((f) => f.id)).toEqual(['full', 'half', 'silent']);
    expect(facilitiesOf(all, ['parking'])).toEqual([]);
  });
});

describe('vital signs', () => {
  const bare: VitalsRecord = {
    id: 'city',
    atMs: 0,
    vehicles: 3,
    linksMeasured: 0,
    links: 10,
    openIncidents: 0,
    openSevere: 0,
    unitsAvailable: 0,
    units: 0,
    feedsStale: 0,
    feeds: 0,
  };
  it('UI-6 are a dash where nothing is known, and never alarm then', () => {
    const vitals = vitalGroups.flatMap((g) => g.vitals);
    const known = vitals.filter((vital) => vital.format(valueOf(bare, vital), 'en-US') !== '—');
    expect(known.map((vital) => vital.id)).toEqual(['vehicles', 'openIncidents']);
    expect(vitals.filter((vital) => vital.alarm?.(viewOf(bare, [], []))).map((vital) => vital.id)).toEqual(
      [],
    );
  });
  it('UI-14 alarm for critical incidents only where one waits for a unit', () => {
    const open = vitalGroups.flatMap((g) => g.vitals).find((v) => v.id === 'openIncidents')!;
    const alarms = (part: Partial<IncidentRecord>): boolean | undefined =>
      open.alarm?.(viewOf({ ...bare, atMs: 200_000 }, [], [incident(1, { severity: 1, ...part })]));
    expect(alarms({})).toBe(true);
    expect(alarms({ units: ['A1'] })).toBe(false);
    expect(alarms({ severity: 2 })).toBe(false);
    expect(alarms({ status: 'closed' })).toBe(false);
    expect(alarms({ reportedAtMs: 150_000 })).toBe(false);
  });
  it('UI-15 leave out what a server without a city cannot know', () => {
    const ids = (withCity: boolean): string[] =>
      shownGroups(bare, withCity).flatMap((group) => group.vitals.map((vital) => vital.id));
    expect(ids(false)).toEqual(['vehicles', 'openIncidents']);
    expect(ids(true)).toHaveLength(vitalGroups.flatMap((g) => g.vitals).length);
  });
  it('UI-16 have a trend only of enough samples, from the first that saw anything', () => {
    const history = (...vehicles: number[]) => ({
      atMs: vehicles.map((_, i) => i * 10_000),
      series: { vehicles, rainMmH: vehicles.map(() => 0) },
    });
    expect(trendOf(undefined, 'vehicles')).toEqual([]);
    expect(trendOf(history(0, 5, 6, 7, 8, 9, 9), 'vehicles')).toEqual([]);
    const points = trendOf(history(0, 0, 5, 0, 7, 8, 9, 9, 9), 'vehicles');
    expect(points.map((p) => p.value)).toEqual([5, 0, 7, 8, 9, 9, 9]);
    expect(points[0]!.atMs).toBe(20_000);
    expect(trendOf(history(0, 1, 1, 1, 1, 1, 1, 1), 'rainMmH').map((p) => p.value)).toEqual([
      0, 0, 0, 0, 0, 0, 0,
    ]);
    expect(trendOf(history(0, 1, 1, 1, 1, 1, 1, 1), 'aqi')).toEqual([]);
  });
});
