/**
 * Working time of public offices in China. The State Council announces the holidays of a year, and the weekends worked
 * for them, in the November before it: this list is to be checked and extended every year.
 */
import type { WorkCalendar } from '../../contract/rulebook.ts';

/** The days from one to another of the same month. */
const days = (month: string, from: number, to = from): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${month}-${String(from + i).padStart(2, '0')}`);

export const chinaCalendar: WorkCalendar = {
  hours: [
    { from: '09:00', to: '12:00' },
    { from: '13:30', to: '17:30' },
  ],
  workdays: [1, 2, 3, 4, 5],
  holidays: [
    // 2026, by the notice of the General Office of the State Council of 4 November 2025
    ...days('2026-01', 1, 3),
    ...days('2026-02', 15, 23),
    ...days('2026-04', 4, 6),
    ...days('2026-05', 1, 5),
    ...days('2026-06', 19, 21),
    ...days('2026-09', 25, 27),
    ...days('2026-10', 1, 7),
    // 2027: only the days that the regulation on public holidays itself names (as amended in 2024); the notice, which
    // moves weekends around them, comes in November 2026
    ...days('2027-01', 1),
    ...days('2027-02', 5, 8),
    ...days('2027-04', 5),
    ...days('2027-05', 1, 2),
    ...days('2027-06', 9),
    ...days('2027-09', 15),
    ...days('2027-10', 1, 3),
  ],
  extraWorkdays: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
};
