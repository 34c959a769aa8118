/**
 * Public warnings, as the Common Alerting Protocol has them (CAP 1.2, OASIS 2010): those of other authorities that come in,
 * and our own that go out once a second person approved them.
 */
import { z } from 'zod';
import { lonLat } from './geo.ts';
import { plainText } from './plain-text.ts';
import { localText } from './text.ts';

const ms = z.number();
export const capStatuses = ['Actual', 'Exercise', 'System', 'Test', 'Draft'] as const;
export const capMessageTypes = ['Alert', 'Update', 'Cancel', 'Ack', 'Error'] as const;
export const capScopes = ['Public', 'Restricted', 'Private'] as const;
export const capCategories = [
  'Geo',
  'Met',
  'Safety',
  'Security',
  'Rescue',
  'Fire',
  'Health',
  'Env',
  'Transport',
  'Infra',
  'CBRNE',
  'Other',
] as const;
export const capUrgencies = ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'] as const;
export const capSeverities = ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'] as const;
export const capCertainties = ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'] as const;

export const warningArea = z.object({
  description: z.string().max(500),
  /** Outer rings, closed. */
  polygons: z.array(z.array(lonLat).min(4).max(2_000)).max(200),
  circles: z.array(z.object({ center: lonLat, radiusM: z.number().min(0).max(2_000_000) })).max(200),
  /** `name=value` as the sender codes places. */
  geocodes: z.array(z.string().max(200)).max(500),
});
export type WarningArea = z.infer<typeof warningArea>;

/** `superseded`: an update took its place. */
export const warningStates = ['draft', 'in-force', 'superseded', 'cancelled', 'expired', 'rejected'] as const;
export type WarningState = (typeof warningStates)[number];

const content = {
  status: z.enum(capStatuses),
  scope: z.enum(capScopes),
  categories: z.array(z.enum(capCategories)).min(1).max(12),
  event: localText,
  urgency: z.enum(capUrgencies),
  severity: z.enum(capSeverities),
  certainty: z.enum(capCertainties),
  headline: localText,
  description: localText,
  instruction: localText,
  effectiveAtMs: ms.optional(),
  onsetAtMs: ms.optional(),
  expiresAtMs: ms.optional(),
  areas: z.array(warningArea).max(100),
};

/** One CAP message as it was read or will be sent. */
export const warningMessage = z.object({
  identifier: z.string().min(1).max(300),
  sender: z.string().min(1).max(300),
  senderName: z.string().max(300).optional(),
  sentAtMs: ms,
  messageType: z.enum(capMessageTypes),
  /** Messages it updates or cancels: `sender,identifier,sent`. */
  references: z.array(z.string().max(700)).max(200),
  /** Bears an XML signature; whether it holds is not checked. */
  signed: z.boolean(),
  web: z.string().max(500).optional(),
  ...content,
});
export type WarningMessage = z.infer<typeof warningMessage>;

export const warningRecord = z.object({
  id: z.string().min(1).max(200),
  direction: z.enum(['in', 'out']),
  state: z.enum(warningStates),
  message: warningMessage,
  feed: z.string().optional(),
  receivedAtMs: ms,
  changedAtMs: ms,
  draftedBy: z.object({ id: z.string(), name: z.string() }).optional(),
  decidedBy: z.object({ id: z.string(), name: z.string() }).optional(),
  reason: z.string().optional(),
});
export type WarningRecord = z.infer<typeof warningRecord>;

const bilingual = (max: number) =>
  z.object({ zh: plainText(max).or(z.literal('')), en: plainText(max).or(z.literal('')) });
/** What a person writes of a warning. */
export const warningDraft = z.object({
  status: z.enum(['Actual', 'Exercise', 'Test']),
  categories: content.categories,
  event: bilingual(100),
  urgency: content.urgency,
  severity: content.severity,
  certainty: content.certainty,
  headline: bilingual(160),
  description: bilingual(2_000),
  instruction: bilingual(2_000),
  /** In force for so many minutes once it is approved. */
  minutes: z
    .number()
    .int()
    .min(5)
    .max(7 * 24 * 60),
  areas: content.areas.min(1),
  /** Our warning in force that it updates. */
  updates: z.string().max(200).optional(),
});
export type WarningDraft = z.infer<typeof warningDraft>;
