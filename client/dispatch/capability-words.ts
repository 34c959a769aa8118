/** The words for what units can do; a capability that a city has of its own is shown as its pack names it. */
import { textIn, type Language, type LocalText } from '../../server/contract/text.ts';

const words: Readonly<Record<string, LocalText>> = {
  'advanced-life-support': { zh: '高级生命支持', en: 'advanced life support' },
  'basic-life-support': { zh: '基础生命支持', en: 'basic life support' },
  'fire-suppression': { zh: '灭火', en: 'fire suppression' },
  foam: { zh: '泡沫', en: 'foam' },
  'water-tender': { zh: '供水', en: 'water tender' },
  aerial: { zh: '举高', en: 'aerial' },
  'high-rise-rescue': { zh: '高层救援', en: 'high-rise rescue' },
  extrication: { zh: '破拆救援', en: 'extrication' },
  'water-rescue': { zh: '水域救援', en: 'water rescue' },
  hazmat: { zh: '危化处置', en: 'hazmat' },
  decontamination: { zh: '洗消', en: 'decontamination' },
  patrol: { zh: '巡逻', en: 'patrol' },
  armed: { zh: '武装', en: 'armed' },
  'traffic-control': { zh: '交通管制', en: 'traffic control' },
  'accident-survey': { zh: '事故勘查', en: 'accident survey' },
  escort: { zh: '护送', en: 'escort' },
  'aerial-view': { zh: '航拍', en: 'aerial view' },
  inspection: { zh: '巡查', en: 'inspection' },
  'street-order': { zh: '街面秩序', en: 'street order' },
  'water-main': { zh: '供水管网', en: 'water main' },
  drainage: { zh: '排水', en: 'drainage' },
  pumping: { zh: '抽排', en: 'pumping' },
  'power-line': { zh: '供电线路', en: 'power line' },
  generator: { zh: '应急发电', en: 'generator' },
  'road-repair': { zh: '道路养护', en: 'road repair' },
  towing: { zh: '清障拖车', en: 'towing' },
};

export const capabilityWord = (capability: string, language: Language): string => {
  const known = Object.hasOwn(words, capability) ? words[capability] : undefined;
  return known ? textIn(known, language) : capability;
};
