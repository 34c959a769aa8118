/**
 * What a screen shares between its panels: the session, the map, what is selected, language and theme. Panels import
 * this and never each other; the shell in `app/` fills it. The map is told by calls, panels by this store.
 */
import { create } from 'zustand';
import type { ClientConfig } from '../../server/contract/api.ts';
import type { LonLat } from '../../server/contract/geo.ts';
import type { Language } from '../../server/contract/text.ts';
import type { CityMap, MapLayerId, MapView, Selection, Theme } from '../map/city-map.ts';
import type { Session } from '../sync/session.ts';
import type { DockSide, PanelId } from './desk-panels.ts';

export interface DeskState {
  readonly language: Language;
  readonly theme: Theme;
  readonly selection: Selection | null;
  readonly followed: Selection | null;
  readonly layers: Readonly<Record<MapLayerId, boolean>> | null;
  readonly view: MapView | null;
  readonly mapReady: boolean;
  readonly mapError: string | null;
  /** What the search panel shows; the command line sets it too. */
  readonly searchText: string;
  /** Grows whenever a person asks for the search, so that its field takes the focus. */
  readonly searchAsked: number;
  /** Incidents a person has looked at on this screen. */
  readonly seenIncidents: ReadonlySet<string>;
  /** Lists of one line a row. */
  readonly denseLists: boolean;
  readonly panelsShown: boolean;
  readonly helpOpen: boolean;
  readonly commandOpen: boolean;
  /** A new call is being taken; `text` is what was said of it already. */
  readonly intakeOpen: { readonly text: string } | null;
  /** Short tones say whether a command was taken or refused. */
  readonly tones: boolean;
  readonly wall: boolean;
}

const PREFERENCES = 'city-brain.preferences';

interface Preferences {
  language?: Language;
  theme?: Theme;
  denseLists?: boolean;
  tones?: boolean;
}

/** A browser that refuses storage (private mode, policy) only loses the memory. */
export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}
export function store(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch (error) {
    console.info('not stored', key, error);
  }
}

function preferences(): Required<Preferences> {
  const asked = new URLSearchParams(location.search);
  const kept = (readStored(PREFERENCES) ?? {}) as Preferences;
  const language = asked.get('lang') ?? kept.language ?? navigator.language;
  const theme = asked.get('theme') ?? kept.theme ?? 'dark';
  return {
    language: language.startsWith('zh') ? 'zh-CN' : 'en-US',
    theme: theme === 'light' ? 'light' : 'dark',
    denseLists: kept.denseLists === true,
    tones: kept.tones !== false,
  };
}

/** Wall mode stands in the page's address: a screen on a wall is set once, reloads as it was and is left alone. */
export function setWall(wall: boolean): void {
  const url = new URL(location.href);
  if (wall) url.searchParams.set('wall', '');
  else url.searchParams.delete('wall');
  history.replaceState(null, '', url.href.replace('wall=&', 'wall&').replace(/wall=$/, 'wall'));
  useDesk.setState({ wall });
}

export const useDesk = create<DeskState>(() => ({
  ...preferences(),
  selection: null,
  followed: null,
  layers: null,
  view: null,
  mapReady: false,
  mapError: null,
  searchText: '',
  searchAsked: 0,
  seenIncidents: new Set<string>(),
  panelsShown: true,
  helpOpen: false,
  commandOpen: false,
  intakeOpen: null,
  wall: new URLSearchParams(location.search).has('wall'),
}));

export function setPreferences(change: Preferences): void {
  useDesk.setState(change);
  const { language, theme, denseLists, tones } = useDesk.getState();
  store(PREFERENCES, { language, theme, denseLists, tones });
}

interface Parts {
  session: Session | null;
  config: ClientConfig | null;
  map: CityMap | null;
}
const parts: Parts = { session: null, config: null, map: null };

/** Filled once by `main.tsx` before any panel is drawn. */
export function furnish(session: Session, config: ClientConfig): void {
  parts.session = session;
  parts.config = config;
}
export function placeMap(map: CityMap): void {
  parts.map = map;
  useDesk.setState({ mapReady: true, layers: map.layers(), view: map.view() });
}
export function session(): Session {
  if (!parts.session) throw new Error('the desk is not furnished yet');
  return parts.session;
}
export function clientConfig(): ClientConfig {
  if (!parts.config) throw new Error('the desk is not furnished yet');
  return parts.config;
}
export const cityMap = (): CityMap | null => parts.map;
export const timeZone = (): string =>
  clientConfig().city?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

const CLOSE_ZOOM = 16;

/** Where a selected record stands, if the mirror knows. */
export function positionOf(selection: Selection): LonLat | undefined {
  const { records } = session().mirror;
  switch (selection.kind) {
    case 'incident':
      return records.incident.get(selection.id)?.position;
    case 'unit':
      return records.unit.get(selection.id)?.position;
    case 'facility':
      return records.facility.get(selection.id)?.position;
    case 'station':
      return records.station.get(selection.id)?.position;
    case 'alarm':
      return records.alarm.get(selection.id)?.subject.position;
    case 'place':
      return selection.position;
    case 'signal': {
      const id = parts.map?.signalIdOf(selection.index);
      return id === undefined ? undefined : records.control.get(id)?.position;
    }
    case 'vehicle':
    case 'link':
      return undefined;
  }
}

/** Selects; with `fly` the map goes there too, keeping a closer zoom that is already set. */
export function select(selection: Selection | null, options: { fly?: boolean } = {}): void {
  const seen = useDesk.getState().seenIncidents;
  useDesk.setState({
    selection,
    ...(selection?.kind === 'incident' && !seen.has(selection.id)
      ? { seenIncidents: new Set(seen).add(selection.id) }
      : {}),
  });
  parts.map?.select(selection);
  if (selection && options.fly) {
    const position = positionOf(selection);
    if (position) flyTo(position);
  }
}

export function flyTo(position: LonLat): void {
  const zoom = Math.max(parts.map?.view().zoom ?? 0, CLOSE_ZOOM);
  parts.map?.flyTo({ position, zoom });
}

export function follow(selection: Selection | null): void {
  parts.map?.follow(selection);
  useDesk.setState({ followed: selection });
}

export function setLayer(id: MapLayerId, visible: boolean): void {
  parts.map?.setLayer(id, visible);
  if (parts.map) useDesk.setState({ layers: parts.map.layers() });
}

/** The dock, as far as others may move it. Absent on a wall and until its code has come. */
export interface Dock {
  open(panel: PanelId): void;
  resetLayout(): void;
  popOut(): Promise<boolean>;
  maximise(): void;
  /** Docks a panel at an edge of the map (or floats it), wherever it stood before. */
  move(panel: PanelId, side: DockSide): void;
  /** False where it was not open. */
  close(panel: PanelId): boolean;
}
let dock: Dock | null = null;
export const theDock = (): Dock | null => dock;
export function placeDock(placed: Dock | null): void {
  dock = placed;
}
