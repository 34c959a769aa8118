/** What a decision about a case may ask of the world, and how it answers. Everything is as of one moment. */
import type { RecommendationAnswer } from '../../contract/api.ts';
import type { CommandResult } from '../../contract/commands.ts';
import type { LonLat } from '../../contract/geo.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import type { LocalText } from '../../contract/text.ts';
import type { ResponsePlan } from '../../contract/rulebook.ts';
import type { Home, TravelTimes, UnitFacts } from '../dispatch/recommend.ts';
import type { Rules } from '../rules/rules.ts';
import type { By, CaseEvent, IncidentFacts, Obligations } from './events.ts';

export interface CaseWorld {
  readonly rules: Rules;
  readonly unit: (id: string) => UnitFacts | undefined;
  readonly units: () => readonly UnitFacts[];
  readonly travel: TravelTimes;
  readonly home: (id: string) => Home | undefined;
  readonly placeOf: (p: LonLat) => { readonly district?: string; readonly street?: string };
  readonly inCity: (p: LonLat) => boolean;
  readonly facilityExists: (id: string) => boolean;
  /** Facilities that a plan tells to be ready, nearest first. */
  readonly notify: (
    wanted: ResponsePlan['notify'],
    level: number,
    position: LonLat | undefined,
  ) => RecommendationAnswer['notify'];
}

export interface CaseContext {
  readonly nowMs: number;
  readonly by: By;
  /** The id of the command; names what it makes. */
  readonly commandId: string;
  readonly world: CaseWorld;
}

export interface Decision {
  readonly events: readonly CaseEvent[];
  readonly result?: CommandResult;
}
export type Decided = Result<Decision, Refusal>;

export const decide = (events: readonly CaseEvent[], result?: CommandResult): Decided =>
  ok(result === undefined ? { events } : { events, result });
export const refuse = (code: Refusal['code'], detail?: string): Decided =>
  err(detail === undefined ? { code } : { code, detail });

/** The detail of a refusal is read in either language: words of both where they differ. */
export const inBoth = ({ zh, en }: LocalText): string => (zh === en || en === '' ? zh : `${zh} / ${en}`);

/** Who is responsible for a case of this kind at this place, and by when. */
export function obligationsOf(rules: Rules, facts: IncidentFacts, atMs: number): Obligations {
  const { category, severity, channel, district, street } = facts;
  const place = { ...(district && { district }), ...(street && { street }) };
  const { lead, support } = rules.responsible({ category, severity, channel, ...place, atMs });
  return {
    lead,
    support,
    deadlines: rules.deadlines({ category, severity, channel }, atMs),
  };
}
