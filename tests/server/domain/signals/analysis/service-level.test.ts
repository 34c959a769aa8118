import { expect, it } from 'vitest';
import { serviceLevel } from '../../../../../server/domain/signals/analysis/service-level.ts';

it('TR-221 level of service ends at 10, 20, 35, 55 and 80 s', () => {
  const levels = [0, 10, 10.1, 20, 20.1, 35, 35.1, 55, 55.1, 80, 80.1].map(serviceLevel).join('');
  expect(levels).toBe('AABBCCDDEEF');
});
