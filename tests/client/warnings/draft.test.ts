/** A public warning while it is written. */
import { afterEach, describe, expect, it } from 'vitest';
import { areaOfDistrict, boxOfAreas, closedRing, districtsAmong } from '../../../client/warnings/areas.ts';
import {
  areasOf,
  blankWarning,
  changeWarning,
  formOfWarning,
  readWarning,
  useWarningForm,
  writeWarning,
  type WarningForm,
} from '../../../client/warnings/draft.ts';
import { warningLines } from '../../../client/warnings/warning-text.ts';
import { translator } from '../../../client/i18n/i18n.ts';
import type { District } from '../../../server/contract/city-pack.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import { warningDraft } from '../../../server/contract/warnings.ts';
import { aWarning, square } from './warning.ts';

const ring: LonLat[] = square.polygons[0]!.map(([lon, lat]) => [lon, lat]);
const east: District = {
  id: 'east',
  level: 'district',
  name: { zh: '东城', en: 'East' },
  polygons: [
    [
      ring,
      [
        [118.61, 30.21],
        [118.62, 30.21],
        [118.62, 30.22],
        [118.61, 30.21],
      ],
    ],
  ],
};
const districts = new Map([[east.id, east]]);
const whole: WarningForm = {
  ...blankWarning,
  status: 'Exercise',
  categories: ['Met', 'Safety'],
  event: { zh: ' 暴雨 ', en: 'Rainstorm' },
  headline: { zh: '暴雨橙色预警', en: '' },
  instruction: { zh: '远离低洼处', en: '' },
  minutes: 90,
  districts: ['east'],
  circles: [{ center: [118.65, 30.25], radiusM: 2_000, description: ' 人民广场周围 ' }],
};

describe('a warning that is drafted', () => {
  it('UI-188 is what the contract asks for, its districts by outline and its circle by name', () => {
    const { draft, problems } = readWarning(whole, districts);
    expect(problems).toEqual([]);
    expect(warningDraft.safeParse(draft).success).toBe(true);
    expect(draft).toMatchObject({
      status: 'Exercise',
      event: { zh: '暴雨', en: 'Rainstorm' },
      minutes: 90,
      areas: [
        { description: '东城 East', polygons: [ring], geocodes: ['district=east'] },
        { description: '人民广场周围', circles: [{ center: [118.65, 30.25], radiusM: 2_000 }] },
      ],
    });
    expect(draft).not.toHaveProperty('updates');
  });

  const none = { zh: ' ', en: '' };
  it.each<readonly [string, Partial<WarningForm>, string, string]>([
    ['whether it is meant', { status: null }, 'status', 'warn.fault.status'],
    ['a category', { categories: [] }, 'categories', 'warn.fault.categories'],
    ['the event', { event: none }, 'event', 'warn.fault.event'],
    ['a headline', { headline: none }, 'headline', 'warn.fault.headline'],
    ['what people should do', { instruction: none }, 'instruction', 'warn.fault.instruction'],
    ['an area', { districts: [], circles: [] }, 'areas', 'warn.fault.areas'],
    ['a district that there is', { districts: ['gone'] }, 'areas', 'warn.fault.district'],
    ['an end', { minutes: null }, 'minutes', 'warn.fault.minutes'],
    ['an end within a week', { minutes: 10_081 }, 'minutes', 'warn.fault.minutes'],
    ['whole minutes', { minutes: 7.5 }, 'minutes', 'warn.fault.minutes'],
    ['a radius', { circles: [{ ...whole.circles[0]!, radiusM: null }] }, 'areas', 'warn.fault.radius'],
    [
      'a name for its circle',
      { circles: [{ ...whole.circles[0]!, description: '' }] },
      'areas',
      'warn.fault.place',
    ],
    ['plain text', { description: { zh: '<i>雨</i>', en: '' } }, 'description', 'text.fault.markup'],
    ['a headline that fits', { headline: { zh: '雨'.repeat(161), en: '' } }, 'headline', 'text.fault.long'],
  ])('UI-188 is none without %s', (_name, part, field, key) => {
    const { draft, problems } = readWarning({ ...whole, ...part }, districts);
    expect(draft).toBeNull();
    expect(problems.map((p) => [p.field, p.said.key])).toEqual([[field, key]]);
  });

  it('UI-188 needs no description', () => {
    expect(readWarning({ ...whole, description: none }, districts).draft?.description).toEqual({
      zh: '',
      en: '',
    });
  });

  it('UI-190 that updates another begins with what it says, and names it', () => {
    const other = { description: '沿江', polygons: [ring, ring], circles: [], geocodes: [] };
    const circle = {
      description: '广场',
      polygons: [],
      circles: [{ center: [118.6, 30.2] as const, radiusM: 500 }],
      geocodes: [],
    };
    const record = aWarning({}, { expiresAtMs: 7_200_000, areas: [square, circle, other] });
    const form = formOfWarning(record, 'update');
    expect(form).toMatchObject({
      status: 'Actual',
      minutes: 120,
      updates: 'w-1',
      districts: ['east'],
      circles: [{ center: [118.6, 30.2], radiusM: 500, description: '广场' }],
      kept: [other],
    });
    expect(readWarning(form, districts).draft).toMatchObject({
      updates: 'w-1',
      headline: record.message.headline,
    });
    expect(areasOf(form, districts)).toEqual([square, circle, other]);
  });

  it('UI-190 that is written anew names no other, and has to say again what a system message was', () => {
    const form = formOfWarning(
      aWarning({ state: 'rejected' }, { status: 'System', expiresAtMs: 60_000 }),
      'copy',
    );
    expect(form).toMatchObject({ updates: null, status: null, minutes: 5 });
  });

  afterEach(() => writeWarning(null));
  it('UI-190 stays as it was written while the panel is closed', () => {
    changeWarning({ minutes: 5 });
    expect(useWarningForm.getState().form).toBeNull();
    writeWarning(whole);
    changeWarning((form) => ({ districts: [...form.districts, 'west'] }));
    expect(useWarningForm.getState().form).toMatchObject({ districts: ['east', 'west'], minutes: 90 });
  });
});

describe('areas of a warning', () => {
  it('UI-189 has a district by its outer ring, closed, under both its names', () => {
    const area = areaOfDistrict({ ...east, polygons: [[ring.slice(0, 4)]] });
    expect(area.description).toBe('东城 East');
    expect(area.polygons).toEqual([ring]);
    expect(areaOfDistrict({ ...east, name: { zh: '东城', en: '' } }).description).toBe('东城');
    expect(districtsAmong([square, { ...square, geocodes: ['EMMA_ID=IT001'] }])).toEqual(['east']);
  });

  it('UI-189 thins a ring that is too long, and keeps it closed', () => {
    const long = Array.from({ length: 5_000 }, (_, i): LonLat => [118 + i / 10_000, 30]);
    const thinned = closedRing(long);
    expect(thinned.length).toBeLessThanOrEqual(2_000);
    expect(thinned.length).toBeGreaterThan(1_000);
    expect(thinned.at(-1)).toEqual(thinned[0]);
  });

  it('UI-189 is flown to as a whole', () => {
    const circle = {
      description: '',
      polygons: [],
      circles: [{ center: [118.9, 30.2] as const, radiusM: 1_000 }],
      geocodes: [],
    };
    const box = boxOfAreas([square, circle])!;
    expect(box[0]).toBeCloseTo(118.6);
    expect(box[2]).toBeCloseTo(118.9 + 1_000 / 96_100, 3);
    expect(box[3]).toBeCloseTo(30.3);
    expect(boxOfAreas([{ ...square, polygons: [] }])).toBeNull();
  });
});

describe('a warning as it is read', () => {
  const lines = (status: WarningForm['status'], language: 'zh-CN' | 'en-US'): readonly string[] =>
    warningLines({ ...whole, status, areas: ['东城 East'], until: '…' }, translator(language), language);

  it.each([
    ['Exercise', 'zh-CN', '【演习】暴雨橙色预警'],
    ['Test', 'zh-CN', '【测试】暴雨橙色预警'],
    ['Test', 'en-US', '【Test】暴雨橙色预警'],
    ['Actual', 'zh-CN', '暴雨橙色预警'],
    [null, 'zh-CN', '【性质未定】暴雨橙色预警'],
  ] as const)('UI-192 says before all that it is no more than that: %s in %s', (status, language, head) => {
    expect(lines(status, language)[0]).toBe(head);
  });

  it('UI-192 says how severe, where and what to do in words, and leaves out what is empty', () => {
    const read = lines('Actual', 'en-US');
    expect(read).toContain('Rainstorm · Severe · immediate · observed');
    expect(read).toContain('Areas: 东城 East');
    expect(read.at(-1)).toBe('What to do: 远离低洼处');
    expect(read).toHaveLength(5);
  });
});
