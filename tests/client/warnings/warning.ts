/** A warning as small as it can be. */
import type { WarningArea, WarningMessage, WarningRecord } from '../../../server/contract/warnings.ts';

export const square: WarningArea = {
  description: '东城 East',
  polygons: [
    [
      [118.6, 30.2],
      [118.7, 30.2],
      [118.7, 30.3],
      [118.6, 30.3],
      [118.6, 30.2],
    ],
  ],
  circles: [],
  geocodes: ['district=east'],
};

export const aMessage = (more: Partial<WarningMessage> = {}): WarningMessage => ({
  identifier: 'w-1',
  sender: 'centre@city',
  sentAtMs: 0,
  messageType: 'Alert',
  references: [],
  signed: false,
  status: 'Actual',
  scope: 'Public',
  categories: ['Met'],
  event: { zh: '暴雨', en: 'Rainstorm' },
  urgency: 'Immediate',
  severity: 'Severe',
  certainty: 'Observed',
  headline: { zh: '暴雨橙色预警', en: 'Orange rainstorm warning' },
  description: { zh: '三小时雨量 50 毫米', en: '50 mm in three hours' },
  instruction: { zh: '远离低洼处', en: 'Keep away from low ground' },
  areas: [square],
  ...more,
});

export const aWarning = (
  more: Partial<WarningRecord> = {},
  message: Partial<WarningMessage> = {},
): WarningRecord => ({
  id: 'w-1',
  direction: 'out',
  state: 'in-force',
  message: aMessage(message),
  receivedAtMs: 0,
  changedAtMs: 0,
  ...more,
});
