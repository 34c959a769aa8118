/**
 * The rulebook that the product brings: departments are named by kind, so that it fits any city. Its numbers are
 * sensible ones, not a law: a city copies it, changes what it has agreed on, and names the file.
 */
import type { Rulebook } from '../../contract/rulebook.ts';
import { chinaCalendar } from './calendar-china.ts';
import { deadlines } from './deadlines.ts';
import { duties } from './duties.ts';
import { otherPlans, socialPlans, urbanPlans, utilityPlans, weatherPlans } from './plans-city.ts';
import { firePlans, hazmatPlans, medicalPlans, policePlans, trafficPlans } from './plans-emergency.ts';
import { cityTriage } from './triage-city.ts';
import { fireTriage, hazmatTriage, medicalTriage, policeTriage, trafficTriage } from './triage-emergency.ts';
import { t } from './words.ts';

export const defaultRulebook: Rulebook = {
  format: 'city-brain-rulebook/1',
  plans: [
    ...firePlans,
    ...medicalPlans,
    ...policePlans,
    ...trafficPlans,
    ...hazmatPlans,
    ...weatherPlans,
    ...utilityPlans,
    ...urbanPlans,
    ...socialPlans,
    ...otherPlans,
  ],
  minimums: [
    { kinds: ['fire-engine'], count: 1 },
    { kinds: ['ambulance'], count: 1 },
    { kinds: ['police-car'], count: 1 },
    { kinds: ['traffic-car', 'traffic-motorcycle'], count: 2 },
  ],
  duties,
  arbiter: {
    name: t('城市运行指挥中心值班长', 'Duty supervisor of the city operations centre'),
    department: 'emergency',
    role: 'supervisor',
  },
  deadlines,
  calendar: chinaCalendar,
  triage: [
    ...medicalTriage,
    ...fireTriage,
    ...trafficTriage,
    ...hazmatTriage,
    ...policeTriage,
    ...cityTriage,
  ],
  // Smoke is seen and a smell noticed from afar; a heap of waste is the same one for a day.
  nearness: [
    { match: { category: 'hazmat.odour' }, radiusM: 500, minutes: 30 },
    { match: { category: 'hazmat.gas-leak' }, radiusM: 250, minutes: 20 },
    { match: { category: 'hazmat.spill' }, radiusM: 400, minutes: 30 },
    { match: { family: 'traffic' }, radiusM: 120, minutes: 15 },
    { match: { family: 'fire' }, radiusM: 250, minutes: 20 },
    { match: { family: 'weather' }, radiusM: 200, minutes: 60 },
    { match: { family: 'utility' }, radiusM: 400, minutes: 60 },
    { match: { family: 'urban' }, radiusM: 60, minutes: 24 * 60 },
    { match: {}, radiusM: 80, minutes: 10 },
  ],
  scoring: { overdue: 5, taskOverdue: 3, returned: 5, rework: 15, override: 2, dissatisfied: 10, hops: 3 },
  staleUnitS: 120,
};
