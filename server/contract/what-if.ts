/**
 * What-if runs: what people ask for, and what a simulator that can fork its traffic says of a run. It is offered a run in
 * the answer of the signal port (`whatIf`) until it says that it has begun.
 */
import { z } from 'zod';
import { controlMethods } from './signal-control.ts';
import { localText } from './text.ts';

const id = z.string().min(1).max(160);

/** What is changed: `POST /api/v1/what-if`. */
export const whatIfRequest = z.object({
  closeLinks: z.array(id).max(50).readonly(),
  /** Absent, or `fixed`: every signal runs the plan it has. Others are refused: nobody decides the lights of a fork. */
  method: z.enum(controlMethods).optional(),
  /** Over the demand that there is now. */
  demandFactor: z.number().min(0.2).max(3).optional(),
  /** Simulated minutes. */
  minutes: z.number().min(5).max(60),
});
export type WhatIfRequest = z.infer<typeof whatIfRequest>;

export const whatIfOffer = z.object({ id, request: whatIfRequest });
export type WhatIfOffer = z.infer<typeof whatIfOffer>;

const kph = z.number().min(0).max(400);
const count = z.number().int().min(0);

/** `POST /api/v1/what-if-results`, with the token of the feed that was offered the run. */
export const whatIfResult = z.object({
  feed: id,
  id,
  state: z.enum(['running', 'done', 'failed']),
  /** 0…1. */
  progress: z.number().min(0).max(1),
  links: z
    .array(z.object({ link: id, nowKph: kph, thenKph: kph }))
    .max(50_000)
    .optional(),
  totals: z
    .object({
      /** Mean of all who were under way or waited to enter, s. */
      delayNowS: z.number().min(0),
      delayThenS: z.number().min(0),
      arrivedNow: count,
      arrivedThen: count,
    })
    .optional(),
  tookMs: z.number().min(0).optional(),
  reason: localText.optional(),
});
export type WhatIfResult = z.infer<typeof whatIfResult>;
