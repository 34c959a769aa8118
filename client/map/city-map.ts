/** The one map of a screen, outside React: base map, data layers, picking, camera. (Signatures first; body follows.) */
import type { ClientConfig } from '../../server/contract/api.ts';
import type { Language } from '../../server/contract/text.ts';
import type { Session } from '../sync/session.ts';
import type { FlyTarget, MapEvents, MapLayerId, MapView, Selection, Theme } from './types.ts';

export type { FlyTarget, MapEvents, MapLayerId, MapView, Selection, Theme } from './types.ts';

export interface CityMapOptions {
  readonly session: Session;
  readonly config: ClientConfig;
  readonly language: Language;
  readonly theme: Theme;
  readonly reducedMotion: boolean;
  /** A wall shows no controls and never waits for a pointer. */
  readonly wall?: boolean;
}

export interface CityMap {
  setTheme(theme: Theme): void;
  setLanguage(language: Language): void;
  setLayer(id: MapLayerId, visible: boolean): void;
  layers(): Record<MapLayerId, boolean>;
  flyTo(target: FlyTarget): void;
  home(): void;
  setPitch(degrees: number): void;
  select(selection: Selection | null): void;
  follow(selection: Selection | null): void;
  on<E extends keyof MapEvents>(event: E, cb: (value: MapEvents[E]) => void): () => void;
  view(): MapView;
  destroy(): void;
}

export const CityMap = {
  async create(_container: HTMLElement, _options: CityMapOptions): Promise<CityMap> {
    throw new Error('under construction');
  },
};
