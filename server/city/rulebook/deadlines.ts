/**
 * By when a case must be where; no stage before the one that comes earlier, at any hour of any day. Emergencies count minutes from the report; their order is that of NFPA 1710 (turnout
 * within 80 s, the first engine driving 240 s) with the longer ways of a large city. What the hotline and the grid
 * bring counts working hours, of the order that cities publish for their grid management.
 */
import { categories, type CategoryCode, type IncidentFamily } from '../../contract/categories.ts';
import type { CaseMatch, DeadlineRule } from '../../contract/rulebook.ts';

type Escalation = DeadlineRule['escalate'];
/** At once to the supervisor: a life hangs on it. */
const urgent: Escalation = [{ afterMinutes: 0, to: 'supervisor' }];
/** First to who dispatched it, then to the supervisor. */
const brisk: Escalation = [
  { afterMinutes: 0, to: 'dispatcher' },
  { afterMinutes: 5, to: 'supervisor' },
];
/** Supervision (督办) after a day. */
const patient: Escalation = [
  { afterMinutes: 0, to: 'dispatcher' },
  { afterMinutes: 24 * 60, to: 'supervisor' },
];

const WARN_AT = 0.8;
const within = (
  reach: DeadlineRule['reach'],
  match: CaseMatch,
  minutes: number,
  escalate: Escalation,
): DeadlineRule => ({ match, reach, minutes, warnAt: WARN_AT, escalate });
const inWork = (
  reach: DeadlineRule['reach'],
  match: CaseMatch,
  workingHours: number,
  escalate: Escalation = patient,
): DeadlineRule => ({ match, reach, workingHours, warnAt: WARN_AT, escalate });

/** Minutes from the report to the first unit there, where it is another than for the category's usual priority. */
const onScene: readonly (readonly [CategoryCode, number])[] = [
  ['fire.structure', 8],
  ['fire.vehicle', 8],
  ['medical.cardiac', 8],
  ['medical.transfer', 60],
  ['traffic.collision-injury', 10],
  ['crime.assault', 8],
  ['hazmat.spill', 12],
  ['hazmat.gas-leak', 10],
  ['weather.flood', 15],
  ['utility.power-outage', 45],
  ['utility.water-burst', 40],
  ['urban.manhole', 30],
];
/** Minutes from the report until it is dealt with. */
const resolved: readonly (readonly [CategoryCode | IncidentFamily, number])[] = [
  ['traffic', 90],
  ['traffic.collision-injury', 120],
  ['traffic.signal-fault', 180],
  ['traffic.congestion', 120],
  ['fire', 120],
  ['fire.structure', 360],
  ['fire.vegetation', 360],
  ['medical', 120],
  ['medical.transfer', 180],
  ['crime', 180],
  ['crime.missing-person', 24 * 60],
  ['hazmat', 240],
  ['hazmat.spill', 720],
  ['weather', 360],
  ['weather.warning', 24 * 60],
  ['utility', 480],
  ['utility.water-burst', 360],
  ['social.crowd', 180],
  ['social.elderly', 180],
];
/** Working hours; a working day has seven. */
const resolvedInWork: readonly (readonly [CategoryCode, number])[] = [
  ['traffic.parking', 4],
  ['traffic.roadworks', 21],
  ['urban.waste', 7],
  ['urban.noise', 7],
  ['urban.vendor', 4],
  ['urban.graffiti', 14],
  ['urban.animal', 7],
  ['urban.manhole', 14],
  ['urban.street-light', 21],
  ['urban.pothole', 21],
  ['urban.housing', 35],
  ['social.consultation', 7],
];
/** What offices do in their hours. */
const office: readonly CaseMatch[] = [
  { family: 'urban', priority: 4 },
  { category: 'traffic.parking', priority: 4 },
  { category: 'traffic.roadworks', priority: 4 },
  { category: 'social.consultation', priority: 4 },
  { category: 'other', priority: 4 },
];
const emergencyFamilies = ['fire', 'medical', 'crime', 'hazmat', 'weather'] as const;

const matchOf = (of: CategoryCode | IncidentFamily): CaseMatch =>
  of.includes('.') ? { category: of as CategoryCode } : { family: of as IncidentFamily };

export const deadlines: DeadlineRule[] = [
  within('triaged', { priority: 1 }, 1, urgent),
  within('triaged', { priority: 2 }, 2, brisk),
  within('triaged', { priority: 3 }, 10, brisk),
  within('triaged', {}, 30, patient),
  { ...inWork('triaged', { family: 'urban', priority: 4 }, 1), channel: 'grid' },

  within('dispatched', { priority: 1 }, 1.5, urgent),
  within('dispatched', { priority: 2 }, 3, brisk),
  within('dispatched', { priority: 3 }, 15, brisk),
  within('dispatched', {}, 30, brisk),
  ...office.map((match) => inWork('dispatched', match, 1)),

  within('en-route', { priority: 1 }, 2.5, urgent),
  within('en-route', { priority: 2 }, 5, brisk),
  within('en-route', { priority: 3 }, 20, brisk),
  within('en-route', {}, 45, brisk),
  ...office.map((match) => inWork('en-route', match, 2)),

  within('on-scene', { priority: 1 }, 10, urgent),
  within('on-scene', { priority: 2 }, 20, brisk),
  within('on-scene', { priority: 3 }, 40, brisk),
  within('on-scene', {}, 90, brisk),
  ...office.map((match) => inWork('on-scene', match, 4)),
  ...onScene.map(([category, minutes]) =>
    within(
      'on-scene',
      { category, priority: categories[category].severity },
      minutes,
      minutes <= 15 ? urgent : brisk,
    ),
  ),

  ...resolved.map(([of, minutes]) => within('resolved', matchOf(of), minutes, brisk)),
  ...resolvedInWork.map(([category, hours]) => inWork('resolved', { category }, hours)),
  within('resolved', { category: 'urban.manhole', priority: 1 }, 120, urgent),
  within('resolved', { category: 'urban.manhole', priority: 2 }, 180, brisk),
  inWork('resolved', {}, 35),

  ...emergencyFamilies.map((family) => within('closed', { family }, 3 * 24 * 60, patient)),
  inWork('closed', {}, 49),
];
