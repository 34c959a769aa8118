/** The weather service's words as a message of the Common Alerting Protocol (CAP 1.2), over the whole city. */
import type { Manifest } from '../../../server/contract/city-pack.ts';
import { distanceM } from '../../../server/contract/geo.ts';
import type { WarningObservation } from '../../../server/contract/observations.ts';
import type { WarningMessage } from '../../../server/contract/warnings.ts';

type Words = Pick<
  WarningMessage,
  'event' | 'headline' | 'description' | 'instruction' | 'severity' | 'urgency'
>;

/** `minutes`: in force for so long from now. */
export function warningOf(
  {
    event,
    headline,
    description,
    instruction,
    severity,
    urgency,
    minutes,
  }: Words & { readonly minutes: number },
  { id: city, name, center, bbox }: Manifest,
  identifier: string,
  nowMs: number,
): WarningObservation {
  return {
    type: 'warning',
    id: identifier,
    at: nowMs,
    message: {
      identifier,
      sender: `met@${city}.example`,
      senderName: `${name.zh}气象台`,
      sentAtMs: nowMs,
      messageType: 'Alert',
      references: [],
      signed: false,
      status: 'Actual',
      scope: 'Public',
      categories: ['Met'],
      event,
      urgency,
      severity,
      certainty: 'Likely',
      headline,
      description,
      instruction,
      expiresAtMs: nowMs + minutes * 60_000,
      areas: [
        {
          description: `${name.zh}全市`,
          polygons: [],
          circles: [{ center, radiusM: Math.ceil(distanceM(center, [bbox[0], bbox[1]])) }],
          geocodes: [],
        },
      ],
    },
  };
}
