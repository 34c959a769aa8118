/**
 * A scenario is data: weather, demand, rates and a script of events, each at a minute after its start, at places that
 * are found in whatever city it runs in. Own scenarios are JSON files of this shape.
 */
import { z } from 'zod';
import { categoryCodes } from '../../server/contract/categories.ts';
import { areaKinds, facilityKinds, unitKinds } from '../../server/contract/city-pack.ts';
import { lonLat } from '../../server/contract/geo.ts';
import { localText } from '../../server/contract/text.ts';
import { capSeverities, capUrgencies } from '../../server/contract/warnings.ts';
import { callTexts, type CalmTextKey } from '../models/incidents/texts.ts';

const atMin = z
  .number()
  .min(0)
  .max(24 * 60);

/** Where, in a city one does not know beforehand. */
export const placeSpec = z.discriminatedUnion('at', [
  z.strictObject({ at: z.literal('centre') }),
  z.strictObject({ at: z.literal('area'), kind: z.enum(areaKinds) }),
  z.strictObject({
    at: z.literal('facility'),
    kind: z.enum(facilityKinds),
    nth: z.number().int().min(0).default(0),
  }),
  z.strictObject({ at: z.literal('position'), position: lonLat }),
  /** A share of the way from the centre to the edge of the city, in a compass direction. */
  z.strictObject({
    at: z.literal('towards'),
    bearingDeg: z.number().min(0).max(360),
    share: z.number().min(0).max(1),
  }),
]);
export type PlaceSpec = z.infer<typeof placeSpec>;

const textKeys = Object.keys(callTexts) as [CalmTextKey, ...CalmTextKey[]];

export const scenarioEvent = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('incident'),
    atMin,
    place: placeSpec,
    key: z.enum(textKeys),
    category: z.enum(categoryCodes).optional(),
    severity: z.number().int().min(1).max(4).optional(),
    title: localText.optional(),
    detail: localText.optional(),
    furtherCallers: z.number().min(0).max(50).optional(),
    serviceMin: z.number().min(1).max(600).optional(),
    units: z
      .array(z.array(z.enum(unitKinds)).min(1))
      .max(20)
      .optional(),
    /** It was reported so many days before, and is long closed. */
    daysAgo: z.number().min(1).max(399).optional(),
  }),
  /** Closes the roads along the way through the places, from front to back, and opens them again behind. */
  z.strictObject({
    do: z.literal('close-route'),
    atMin,
    via: z.array(placeSpec).min(2),
    /** A leg is closed this long before the field gets there, and opened this long after it. */
    beforeMin: z.number().min(0),
    afterMin: z.number().min(0),
    fieldKph: z.number().min(1),
  }),
  /** People at the first facility of a kind, and their cars in the car parks around it. */
  z.strictObject({
    do: z.literal('crowd'),
    atMin,
    untilMin: atMin,
    facility: z.enum(facilityKinds),
    people: z.number().int().min(1),
  }),
  /** People who come by themselves to the hospital that is nearest to a place. */
  z.strictObject({
    do: z.literal('patients'),
    atMin,
    untilMin: atMin,
    place: placeSpec,
    perHour: z.number().min(1).max(2_000),
    /** Share of them that stays overnight. */
    admitted: z.number().min(0).max(1),
  }),
  /** The signals within a radius lose power. */
  z.strictObject({
    do: z.literal('blackout'),
    atMin,
    untilMin: atMin,
    place: placeSpec,
    radiusM: z.number().min(20).max(5_000),
  }),
  /** The weather service warns of something over the whole city. */
  z.strictObject({
    do: z.literal('warning'),
    atMin,
    /** In force for so long. */
    minutes: z
      .number()
      .min(1)
      .max(24 * 60),
    event: localText,
    headline: localText,
    description: localText,
    instruction: localText,
    severity: z.enum(capSeverities),
    urgency: z.enum(capUrgencies),
  }),
  /** Traffic out of (or into) a place beyond the usual. */
  z.strictObject({
    do: z.literal('demand'),
    atMin,
    untilMin: atMin,
    place: placeSpec,
    direction: z.enum(['out', 'in']),
    vehiclesPerHour: z.number().min(1).max(50_000),
  }),
  /** No entry within a radius: all links there are closed. */
  z.strictObject({
    do: z.literal('cordon'),
    atMin,
    untilMin: atMin,
    place: placeSpec,
    radiusM: z.number().min(20).max(5_000),
  }),
  /** Something in the air that the wind carries off: Gaussian across, thinning along. */
  z.strictObject({
    do: z.literal('plume'),
    atMin,
    untilMin: atMin,
    place: placeSpec,
    pm25AtSource: z.number().min(1).max(5_000),
    reachM: z.number().min(100).max(20_000),
  }),
]);
export type ScenarioEvent = z.infer<typeof scenarioEvent>;
export type ScenarioWarning = Extract<ScenarioEvent, { do: 'warning' }>;

export const scenario = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: localText,
  description: localText,
  /** Hour of the day a run of it begins at. */
  startHour: z.number().min(0).max(24),
  /** Against an ordinary demand of the hour, which has all vehicles on the road at the peak only. */
  demandFactor: z.number().min(0).max(3).default(1),
  weather: z
    .array(
      z.strictObject({
        atMin,
        rainMmH: z.number().min(0).max(200).optional(),
        windKph: z.number().min(0).max(250).optional(),
        windFromDeg: z.number().min(0).max(360).optional(),
        visibilityM: z.number().min(20).max(50_000).optional(),
      }),
    )
    .default([]),
  /** 0: the drains cope with any rain; 1: an hour of 40 mm floods low roads; more is faster. */
  flooding: z.number().min(0).max(50).default(0),
  /** Factor on the rate of a category, or of a family by its prefix. */
  rates: z.record(z.string(), z.number().min(0).max(100)).default({}),
  events: z.array(scenarioEvent).default([]),
});
export type Scenario = z.infer<typeof scenario>;
export type ScenarioInput = z.input<typeof scenario>;

/** The factor for a category: its own, or its family's, or 1. */
export function rateFactorOf(s: Scenario, category: string): number {
  return s.rates[category] ?? s.rates[category.split('.')[0]!] ?? 1;
}
