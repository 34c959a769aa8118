/** Figures, times and ages in both languages, and when something is out of date. */
import { describe, expect, it } from 'vitest';
import { isStale, limitMs } from '../../../client/desk/age.ts';
import {
  formatAgo,
  formatClock,
  formatDistance,
  formatHeading,
  formatMoment,
  formatNumber,
  formatShare,
  formatSpan,
  UNKNOWN,
} from '../../../client/desk/format.ts';

const at = Date.UTC(2026, 10, 23, 15, 59, 58);

describe('figures', () => {
  it.each([undefined, null, Number.NaN, Number.POSITIVE_INFINITY])(
    'UI-6 shows %s as a dash, never 0',
    (value) => {
      for (const language of ['zh-CN', 'en-US'] as const) {
        expect(formatNumber(value, language)).toBe(UNKNOWN);
        expect(formatShare(value, language)).toBe(UNKNOWN);
        expect(formatDistance(value, language)).toBe(UNKNOWN);
        expect(formatSpan(value, language)).toBe(UNKNOWN);
      }
      expect(formatNumber(0, 'zh-CN')).toBe('0');
    },
  );
  it('groups, rounds and names units by language', () => {
    expect(formatNumber(12_345.6, 'en-US')).toBe('12,346');
    expect(formatNumber(1.5, 'zh-CN', 2)).toBe('1.50');
    expect(formatShare(0.256, 'en-US')).toBe('26%');
    expect(formatDistance(850, 'en-US')).toBe('850 m');
    expect(formatDistance(1_250, 'en-US')).toBe('1.3 km');
    expect(formatHeading(350, 'zh-CN')).toBe('北 350°');
    expect(formatHeading(225, 'en-US')).toBe('SW 225°');
  });
});

describe('times', () => {
  it('UI-7 are in the city’s zone, with the day where it is another', () => {
    expect(formatClock(at, 'zh-CN', 'Asia/Shanghai')).toBe('23:59:58');
    expect(formatClock(at, 'en-US', 'America/Los_Angeles')).toBe('07:59:58');
    expect(formatMoment(at, at + 1_000, 'en-US', 'Asia/Shanghai')).toBe('23:59:58');
    expect(formatMoment(at, at + 5_000, 'en-US', 'Asia/Shanghai')).toBe('11/23 23:59:58');
  });
  it.each([
    [-5_000, 'just now', '刚刚'],
    [0, 'just now', '刚刚'],
    [3_400, '3 s ago', '3 秒前'],
    [99_999, '99 s ago', '99 秒前'],
    [150_000, '2 min ago', '2 分钟前'],
    [7_200_000, '2 h ago', '2 小时前'],
    [72 * 3_600_000, '3 d ago', '3 天前'],
  ])('UI-7 ages %s ms', (ms, en, zh) => {
    expect(formatAgo(ms, 'en-US')).toBe(en);
    expect(formatAgo(ms, 'zh-CN')).toBe(zh);
  });
  it('words spans', () => {
    expect(formatSpan(850, 'en-US')).toBe('850 ms');
    expect(formatSpan(1_240, 'zh-CN')).toBe('1.2 秒');
    expect(formatSpan(240_000, 'en-US')).toBe('4 min');
  });
});

describe('out of date', () => {
  it('UI-8 follows the kind, or the feed’s own habit where that is slower', () => {
    expect(isStale(0, 29_000, 'vehicle')).toBe(false);
    expect(isStale(0, 31_000, 'vehicle')).toBe(true);
    expect(isStale(0, 31_000, 'vehicle', { medianIntervalMs: 20_000 })).toBe(false);
    expect(isStale(0, 101_000, 'vehicle', { medianIntervalMs: 20_000 })).toBe(true);
    expect(limitMs('vehicle', { medianIntervalMs: 10 })).toBe(30_000);
  });
});
