/** What a facility is called by its kind alone. */
import type { FacilityKind } from '../contract/city-pack.ts';
import type { LocalText } from '../contract/text.ts';

export const facilityWords: Readonly<Record<FacilityKind, LocalText>> = {
  hospital: { zh: '医院', en: 'Hospital' },
  'health-centre': { zh: '卫生服务中心', en: 'Health centre' },
  'ambulance-post': { zh: '急救站', en: 'Ambulance post' },
  'fire-station': { zh: '消防站', en: 'Fire station' },
  'police-station': { zh: '派出所', en: 'Police station' },
  'traffic-police': { zh: '交警队', en: 'Traffic police' },
  school: { zh: '学校', en: 'School' },
  'elderly-care': { zh: '养老机构', en: 'Elderly care' },
  'service-hall': { zh: '办事大厅', en: 'Service hall' },
  parking: { zh: '停车场', en: 'Car park' },
  stadium: { zh: '体育场', en: 'Stadium' },
  'metro-station': { zh: '地铁站', en: 'Metro station' },
  'bus-terminal': { zh: '公交枢纽', en: 'Bus terminal' },
  shelter: { zh: '避难场所', en: 'Shelter' },
  government: { zh: '政府机构', en: 'Government office' },
};
