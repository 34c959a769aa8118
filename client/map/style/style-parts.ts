/** What all parts of the base style share: their source, how they name a feature, and how they are typed. */
import type { LayerSpecification } from 'maplibre-gl';
import type { Language } from '../../../server/contract/text.ts';

export const CITY_SOURCE = 'city';

/** The text of a feature in the reader's language, else in the other. */
export const nameOf = (language: Language): unknown[] =>
  language === 'zh-CN'
    ? ['coalesce', ['get', 'name_zh'], ['get', 'name_en']]
    : ['coalesce', ['get', 'name_en'], ['get', 'name_zh']];

/** Layers are plain data with many expressions; the style-spec validator checks them in a test. */
export const asLayers = (layers: readonly Record<string, unknown>[]): LayerSpecification[] =>
  layers as unknown as LayerSpecification[];
