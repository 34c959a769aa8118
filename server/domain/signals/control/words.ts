/** What control methods and the like are called, where a sentence has to be made on the server. */
import type { ControlMethod, SpecialPlanKind } from '../../../contract/signal-control.ts';
import type { LocalText } from '../../../contract/text.ts';

export const methodTexts: Readonly<Record<ControlMethod, LocalText>> = {
  ours: { zh: '城市大脑', en: 'City Brain' },
  maxpressure: { zh: '最大压力', en: 'Max pressure' },
  efficient: { zh: '高效最大压力', en: 'Efficient max pressure' },
  advanced: { zh: '进阶最大压力', en: 'Advanced max pressure' },
  capacity: { zh: '容量感知反压', en: 'Capacity-aware back pressure' },
  actuated: { zh: '感应控制', en: 'Actuated' },
  webster: { zh: '韦伯斯特配时', en: 'Webster' },
  fixed: { zh: '本地固定方案', en: 'Own fixed plan' },
};

export const specialPlanTexts: Readonly<Record<SpecialPlanKind, LocalText>> = {
  event: { zh: '大型活动', en: 'Event' },
  storm: { zh: '暴雨', en: 'Storm' },
  evacuation: { zh: '疏散', en: 'Evacuation' },
  works: { zh: '施工', en: 'Works' },
};
