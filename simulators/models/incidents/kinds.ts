/**
 * What people of a city call about: how often, when, where, who answers, how long it takes. Rates are calls for a city
 * of 2 million inhabitants (the mean hour of a day), tuned to 20–60 open cases on an ordinary day; real 12345 and 110
 * centres of that size take several times as many, most of them closed on the phone.
 */
import type { IncidentKind } from './kind.ts';
import { cityKinds } from './kinds-city.ts';
import { emergencyKinds } from './kinds-emergency.ts';

export const incidentKinds: readonly IncidentKind[] = [...emergencyKinds, ...cityKinds];
