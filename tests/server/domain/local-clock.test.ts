import { describe, expect, it } from 'vitest';
import { chinaCalendar } from '../../../server/city/rulebook/calendar-china.ts';
import { makeCalendar, weekdayAt } from '../../../server/domain/rules/calendar.ts';
import { makeLocalClock } from '../../../server/domain/rules/local-clock.ts';

const ms = (text: string): number => Date.parse(text);
const office = {
  hours: [{ from: '09:00', to: '17:00' }],
  workdays: [1, 2, 3, 4, 5],
  holidays: ['2026-05-01'],
  extraWorkdays: ['2026-05-09'],
};

describe('the city’s clock', () => {
  it.each([
    [
      'a Friday afternoon',
      'Asia/Shanghai',
      '2026-06-05T16:30:00+08:00',
      { hour: 16.5, weekday: 5, workday: true },
    ],
    [
      'the seconds of a minute',
      'Asia/Shanghai',
      '2026-06-05T16:45:59+08:00',
      { hour: 16.75, weekday: 5, workday: true },
    ],
    [
      'before working time',
      'Asia/Shanghai',
      '2026-06-05T00:15:00+08:00',
      { hour: 0.25, weekday: 5, workday: true },
    ],
    [
      'the last minute of a Sunday',
      'Asia/Shanghai',
      '2026-06-07T23:59:00+08:00',
      { weekday: 7, workday: false },
    ],
    [
      'a Monday that is still Sunday in Greenwich',
      'Asia/Shanghai',
      '2026-06-07T17:00:00Z',
      { hour: 1, weekday: 1, workday: true },
    ],
    ['a holiday', 'Asia/Shanghai', '2026-05-01T10:00:00+08:00', { hour: 10, weekday: 5, workday: false }],
    [
      'a Saturday that is worked',
      'Asia/Shanghai',
      '2026-05-09T10:00:00+08:00',
      { weekday: 6, workday: true },
    ],
    [
      'a zone of half hours',
      'Asia/Kolkata',
      '2026-06-05T00:00:00Z',
      { hour: 5.5, weekday: 5, workday: true },
    ],
    ['just before clocks go forward', 'Europe/Berlin', '2026-03-29T00:59:00Z', { weekday: 7 }],
    ['just after', 'Europe/Berlin', '2026-03-29T01:00:00Z', { hour: 3, weekday: 7 }],
    ['the hour that comes twice', 'Europe/Berlin', '2026-10-25T01:30:00Z', { hour: 2.5, weekday: 7 }],
  ])('AL-195 %s', (_, zone, at, shown) => {
    expect(makeLocalClock(office, zone).at(ms(at))).toMatchObject(shown);
  });

  it('AL-195 asked back and forth it shows the time that was asked for', () => {
    const clock = makeLocalClock(office, 'Asia/Shanghai');
    const [noon, later] = [ms('2026-06-05T12:00:00+08:00'), ms('2026-06-06T12:01:00+08:00')];
    const asked = [noon, later, noon + 59_999, later].map((at) => clock.at(at));
    expect(asked.map((t) => [t.hour, t.weekday, t.workday])).toEqual([
      [12, 5, true],
      [12 + 1 / 60, 6, false],
      [12, 5, true],
      [12 + 1 / 60, 6, false],
    ]);
  });

  it('AL-195 a day is worked from midnight to midnight, whatever its hours; weeks begin on Monday', () => {
    const calendar = makeCalendar(chinaCalendar, 'Asia/Shanghai');
    const worked = (day: string): boolean[] =>
      ['00:00', '12:30', '23:59'].map((clock) => calendar.isWorkday(ms(`${day}T${clock}:00+08:00`)));
    expect(worked('2026-06-02')).toEqual([true, true, true]);
    expect(worked('2026-06-06')).toEqual([false, false, false]);
    // Spring festival, and a Saturday worked for it (调休).
    expect(worked('2026-02-17')).toEqual([false, false, false]);
    expect(worked('2026-02-28')).toEqual([true, true, true]);
    const week = [1, 2, 3, 4, 5, 6, 7, 8].map((day) => weekdayAt(ms(`2026-06-0${day}T12:00:00Z`), 'UTC'));
    expect(week).toEqual([1, 2, 3, 4, 5, 6, 7, 1]);
    expect(weekdayAt(ms('1969-12-31T23:00:00Z'), 'UTC')).toBe(3);
  });
});
