/**
 * Who is responsible for what (权责清单), by department kind, so that it fits any city. An entry whose leading
 * department the city does not have is passed over for the next less specific one.
 */
import type { CategoryCode, IncidentFamily } from '../../contract/categories.ts';
import type { Duty } from '../../contract/rulebook.ts';

const category = (code: CategoryCode, lead: string, ...support: string[]): Duty => ({
  match: { category: code },
  lead,
  support,
});
const family = (code: IncidentFamily, lead: string, ...support: string[]): Duty => ({
  match: { family: code },
  lead,
  support,
});
const OFFICE = 'street-office';

export const duties: Duty[] = [
  category('traffic.collision', 'traffic-police'),
  category('traffic.collision-injury', 'traffic-police', 'ambulance', 'fire', 'transport'),
  category('traffic.breakdown', 'traffic-police', 'transport'),
  category('traffic.congestion', 'traffic-police', 'transport'),
  category('traffic.obstruction', 'traffic-police', 'transport', 'urban-management'),
  category('traffic.signal-fault', 'traffic-police', 'power'),
  category('traffic.parking', 'traffic-police', 'urban-management', OFFICE),
  category('traffic.roadworks', 'transport', 'traffic-police', 'urban-management'),
  family('traffic', 'traffic-police', 'transport'),

  category('fire.structure', 'fire', 'police', 'ambulance', 'power', 'water', 'urban-management', OFFICE),
  category('fire.vehicle', 'fire', 'traffic-police', 'transport'),
  category('fire.vegetation', 'fire', 'urban-management', 'emergency', OFFICE),
  category('fire.alarm', 'fire', OFFICE),
  category('fire.smoke', 'fire', OFFICE),
  category('fire.rescue', 'fire', 'ambulance', 'police', 'emergency'),
  category('fire.service', 'fire', 'police', OFFICE),
  family('fire', 'fire', 'police'),

  category('medical.emergency', 'ambulance', 'health'),
  category('medical.cardiac', 'ambulance', 'health', 'fire'),
  category('medical.trauma', 'ambulance', 'health', 'police'),
  category('medical.transfer', 'ambulance', 'health'),
  family('medical', 'ambulance', 'health'),

  category('crime.theft', 'police'),
  category('crime.assault', 'police', 'ambulance'),
  category('crime.disturbance', 'police', OFFICE),
  category('crime.missing-person', 'police', OFFICE, 'traffic-police', 'transport'),
  family('crime', 'police', OFFICE),

  category(
    'hazmat.spill',
    'emergency',
    'fire',
    'environment',
    'police',
    'traffic-police',
    'health',
    'water',
    OFFICE,
  ),
  category('hazmat.gas-leak', 'fire', 'urban-management', 'police', 'power', 'housing', OFFICE),
  category('hazmat.odour', 'environment', 'fire', 'emergency', OFFICE),
  family('hazmat', 'fire', 'emergency', 'police'),

  category(
    'weather.flood',
    'emergency',
    'water',
    'urban-management',
    'traffic-police',
    'fire',
    'transport',
    OFFICE,
  ),
  category('weather.tree-down', 'urban-management', 'transport', 'traffic-police', 'power', OFFICE),
  category('weather.warning', 'emergency', 'urban-management', 'water', 'transport', OFFICE),
  family('weather', 'emergency', 'urban-management', 'water'),

  category('utility.power-outage', 'power', OFFICE),
  category('utility.water-outage', 'water', OFFICE),
  category('utility.water-burst', 'water', 'transport', 'traffic-police', 'urban-management'),
  family('utility', 'urban-management', 'water', 'power'),

  category('urban.waste', OFFICE, 'urban-management'),
  category('urban.noise', 'urban-management', 'police', 'environment', OFFICE),
  category('urban.street-light', 'urban-management', 'power'),
  category('urban.pothole', 'transport', 'urban-management'),
  category('urban.manhole', 'urban-management', 'water', 'transport', 'traffic-police'),
  category('urban.vendor', 'urban-management', 'police', OFFICE),
  category('urban.graffiti', 'urban-management', OFFICE),
  category('urban.housing', 'housing', OFFICE),
  {
    match: { category: 'urban.animal' },
    hours: 'off',
    lead: 'police',
    support: ['urban-management', OFFICE],
  },
  category('urban.animal', 'urban-management', 'police', OFFICE),
  family('urban', 'urban-management', OFFICE),

  { match: { category: 'social.elderly' }, hours: 'off', lead: 'police', support: [OFFICE, 'health'] },
  category('social.elderly', OFFICE, 'health', 'police'),
  category('social.consultation', 'hotline'),
  category('social.crowd', 'police', 'traffic-police', 'emergency', 'transport', OFFICE),
  family('social', 'hotline', OFFICE),

  category('other', 'hotline', OFFICE),
];
