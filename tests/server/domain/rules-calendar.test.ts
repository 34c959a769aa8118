import { describe, expect, it } from 'vitest';
import { localTimeAt } from '../../../server/contract/local-time.ts';
import { chinaCalendar } from '../../../server/city/rulebook/calendar-china.ts';
import { makeCalendar } from '../../../server/domain/rules/calendar.ts';

const ms = (text: string): number => Date.parse(text);
const china = makeCalendar(chinaCalendar, 'Asia/Shanghai');
const cn = (text: string): number => ms(`${text}:00+08:00`);

describe('working time', () => {
  it.each([
    ['in the morning', '2026-06-02T09:00', true],
    ['just before', '2026-06-02T08:59', false],
    ['as the break begins', '2026-06-02T12:00', false],
    ['in the break', '2026-06-02T13:29', false],
    ['after the break', '2026-06-02T13:30', true],
    ['in the evening', '2026-06-02T17:30', false],
    ['on a Saturday', '2026-06-06T10:00', false],
    ['on a holiday', '2026-02-17T10:00', false],
    ['on a Saturday worked for a holiday (调休)', '2026-02-28T10:00', true],
    ['on a Sunday worked for a holiday (调休)', '2026-09-20T10:00', true],
  ])('DI-67 %s', (_, clock, expected) => {
    expect(china.isWorking(cn(clock))).toBe(expected);
  });

  it.each([
    ['within a span', '2026-06-02T09:30', 60, '2026-06-02T10:30'],
    ['to the end of a span, not the next morning', '2026-06-02T11:00', 60, '2026-06-02T12:00'],
    ['over the break', '2026-06-02T11:30', 60, '2026-06-02T14:00'],
    ['over the night', '2026-06-02T17:00', 60, '2026-06-03T09:30'],
    ['from the break', '2026-06-02T12:30', 30, '2026-06-02T14:00'],
    ['over a weekend', '2026-06-05T17:00', 60, '2026-06-08T09:30'],
    ['over the spring festival', '2026-02-14T17:00', 60, '2026-02-24T09:30'],
    ['into a Saturday that is worked', '2026-02-27T17:00', 60, '2026-02-28T09:30'],
    ['over the turn of the year', '2026-12-31T17:00', 60, '2027-01-04T09:30'],
    ['a working week of 35 hours', '2026-06-01T09:00', 35 * 60, '2026-06-05T17:30'],
    ['no time at all: the next moment that is worked', '2026-06-06T10:00', 0, '2026-06-08T09:00'],
  ])('DI-67 counts %s', (_, from, minutes, to) => {
    expect(new Date(china.addWorkingMinutes(cn(from), minutes))).toEqual(new Date(cn(to)));
  });

  const always = {
    hours: [{ from: '00:00', to: '24:00' }],
    workdays: [1, 2, 3, 4, 5, 6, 7],
    holidays: [],
    extraWorkdays: [],
  };

  it('DI-67 counts the time that passes where clocks change', () => {
    const office = makeCalendar(
      { ...always, hours: [{ from: '09:00', to: '17:00' }], workdays: [1, 2, 3, 4, 5] },
      'Europe/Berlin',
    );
    // Clocks go forward on Sunday 29 March 2026: the same local hours, an hour earlier.
    expect(office.addWorkingMinutes(ms('2026-03-27T15:00:00Z'), 120)).toBe(ms('2026-03-30T08:00:00Z'));
    const clock = makeCalendar(always, 'Europe/Berlin');
    // That Sunday has 23 hours, the Sunday of 25 October 25.
    expect(clock.addWorkingMinutes(ms('2026-03-28T23:00:00Z'), 23 * 60)).toBe(ms('2026-03-29T22:00:00Z'));
    expect(clock.addWorkingMinutes(ms('2026-10-24T22:00:00Z'), 25 * 60)).toBe(ms('2026-10-25T23:00:00Z'));
    const night = makeCalendar({ ...always, hours: [{ from: '01:00', to: '03:00' }] }, 'America/New_York');
    // 1 November 2026: one o'clock comes twice, so the span lasts three hours.
    expect(night.isWorking(ms('2026-11-01T05:30:00Z'))).toBe(true);
    expect(night.isWorking(ms('2026-11-01T06:30:00Z'))).toBe(true);
    expect(night.addWorkingMinutes(ms('2026-11-01T05:00:00Z'), 180)).toBe(ms('2026-11-01T08:00:00Z'));
  });

  it.each(['Asia/Shanghai', 'Asia/Kathmandu', 'Pacific/Apia', 'America/St_Johns'])(
    'DI-67 adds up in %s: twice a half is the whole, for four years',
    (zone) => {
      const calendar = makeCalendar(chinaCalendar, zone);
      for (let at = ms('2024-02-28T03:17:00Z'); at < ms('2028-03-02T00:00:00Z'); at += 29 * 3_600_000) {
        const half = calendar.addWorkingMinutes(at, 500);
        expect(calendar.addWorkingMinutes(half, 500)).toBe(calendar.addWorkingMinutes(at, 1_000));
        const { hour } = localTimeAt(half, zone);
        expect(hour >= 9 && hour <= 17).toBe(true);
      }
    },
  );

  it('DI-67 time of a calendar that never works does not exist', () => {
    expect(() => makeCalendar({ ...always, hours: [{ from: '09:00', to: '09:00' }] }, 'UTC')).toThrow(
      'without working time',
    );
  });
});

describe('the holidays of the default rulebook', () => {
  it('gives the whole of 2026 the 248 working days of the notice', () => {
    let days = 0;
    for (let at = cn('2026-01-01T10:00'); at < cn('2027-01-01T00:00'); at += 86_400_000)
      if (china.isWorking(at)) days++;
    // 261 weekdays, less 19 that are holidays, and 6 weekend days worked.
    expect(days).toBe(248);
  });

  it('works weekends only that are no holidays', () => {
    for (const day of chinaCalendar.extraWorkdays) {
      expect([0, 6]).toContain(new Date(`${day}T00:00:00Z`).getUTCDay());
      expect(chinaCalendar.holidays).not.toContain(day);
    }
  });
});
