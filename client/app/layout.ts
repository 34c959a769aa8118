/**
 * Where panels stand: the default arrangement, and the kept one of this browser. The middle is the map's window, a
 * group without a header whose place the map element takes; the map itself is never moved into the dock.
 */
import type { DockviewApi, SerializedDockview } from 'dockview-react';
import { readStored, store } from '../desk/desk.ts';
import type { DockSide, PanelId } from '../desk/desk-panels.ts';
import type { Translate } from '../i18n/i18n.ts';

export const MAP_WINDOW = 'map-window';
/** Raise it when panels are added or renamed: an older arrangement is then forgotten. */
const LAYOUT = 'city-brain.layout.5';
const MAP_RECT = 'city-brain.map-rect';

type Side = 'left' | 'right' | 'bottom';
/** In which column a panel opens, and behind whom. */
const places: Readonly<Record<PanelId, { side: Side; with?: PanelId; below?: PanelId }>> = {
  vitals: { side: 'left' },
  alarms: { side: 'left', below: 'vitals' },
  layers: { side: 'left', with: 'alarms' },
  legend: { side: 'left', with: 'alarms' },
  feeds: { side: 'left', with: 'alarms' },
  incidents: { side: 'right' },
  units: { side: 'right', with: 'incidents' },
  services: { side: 'right', with: 'incidents' },
  details: { side: 'right', below: 'incidents' },
  search: { side: 'right', with: 'details' },
  intake: { side: 'right', with: 'details' },
  evaluation: { side: 'right', with: 'incidents' },
  rules: { side: 'right', with: 'incidents' },
  'alarm-kpi': { side: 'right', with: 'incidents' },
  warnings: { side: 'right', with: 'incidents' },
  handover: { side: 'right', with: 'incidents' },
  signals: { side: 'right', with: 'incidents' },
  corridors: { side: 'bottom' },
  traffic: { side: 'bottom' },
};

export interface Widths {
  readonly left: number;
  readonly right: number;
}
/** The columns leave the map at least half of the screen. */
export function columnWidths(screenPx: number): Widths {
  const clamp = (v: number, low: number, high: number): number =>
    Math.round(Math.max(low, Math.min(high, v)));
  return { left: clamp(screenPx * 0.17, 272, 330), right: clamp(screenPx * 0.215, 320, 430) };
}

/** Of the height, what a panel below the map takes. */
const BOTTOM_SHARE = 0.4;

const firstSize = (
  api: DockviewApi,
  side: Side,
  screenPx: number,
): { initialWidth: number } | { initialHeight: number } =>
  side === 'bottom'
    ? { initialHeight: Math.round(api.height * BOTTOM_SHARE) }
    : { initialWidth: columnWidths(screenPx)[side] };

export function lockMapWindow(api: DockviewApi): void {
  const group = api.getPanel(MAP_WINDOW)?.group;
  if (!group) return;
  group.locked = true;
  group.header.hidden = true;
  group.element.classList.add('cb-map-window');
}

function addMapWindow(api: DockviewApi): void {
  api.addPanel({ id: MAP_WINDOW, component: MAP_WINDOW, title: '' });
  lockMapWindow(api);
}

export function openPanel(api: DockviewApi, id: PanelId, t: Translate, screenPx = innerWidth): void {
  const there = api.getPanel(id);
  if (there) {
    there.api.setActive();
    return;
  }
  const place = places[id];
  const beside = place.with && api.getPanel(place.with);
  const above = place.below && api.getPanel(place.below);
  const sibling = (Object.keys(places) as PanelId[]).find(
    (other) => places[other].side === place.side && api.getPanel(other)?.api.location.type === 'grid',
  );
  const at = beside
    ? { referencePanel: beside, direction: 'within' as const }
    : above
      ? { referencePanel: above, direction: 'below' as const }
      : sibling
        ? { referencePanel: sibling, direction: place.below ? ('below' as const) : ('within' as const) }
        : {
            referencePanel: MAP_WINDOW,
            direction: place.side === 'bottom' ? ('below' as const) : place.side,
          };
  api.addPanel({
    id,
    component: id,
    title: t(`panel.${id}`),
    position: at,
    ...(beside || above || sibling ? {} : firstSize(api, place.side, screenPx)),
    minimumWidth: 220,
    minimumHeight: 90,
  });
}

/** Docks a panel at an edge of the map's window, alone in its group; a floating one hovers over the map. */
export function movePanel(api: DockviewApi, id: PanelId, side: DockSide, t: Translate): void {
  openPanel(api, id, t);
  const panel = api.getPanel(id);
  const map = api.getPanel(MAP_WINDOW);
  if (!panel || !map) return;
  if (side === 'float') {
    if (panel.api.location.type !== 'floating') api.addFloatingGroup(panel);
  } else {
    panel.api.moveTo({ group: map.group, position: side });
    const widths = columnWidths(innerWidth);
    if (side === 'left' || side === 'right') panel.group.api.setSize({ width: widths[side] });
    else panel.group.api.setSize({ height: Math.round(api.height * 0.3) });
  }
  panel.api.setActive();
}

export function defaultLayout(api: DockviewApi, t: Translate): void {
  api.clear();
  addMapWindow(api);
  for (const id of [
    'vitals',
    'incidents',
    'alarms',
    'details',
    'layers',
    'legend',
    'feeds',
    'units',
    'services',
    'search',
  ] as const)
    openPanel(api, id, t);
  const widths = columnWidths(innerWidth);
  const height = api.height;
  api.getPanel('vitals')?.group.api.setSize({ width: widths.left, height: Math.round(height * 0.56) });
  // A case needs more room than the queue it comes from.
  api.getPanel('incidents')?.group.api.setSize({ width: widths.right, height: Math.round(height * 0.4) });
  for (const id of ['alarms', 'incidents', 'details'] as const) api.getPanel(id)?.api.setActive();
}

export function restoreLayout(api: DockviewApi, t: Translate): void {
  const kept = readStored(LAYOUT) as SerializedDockview | null;
  if (kept) {
    try {
      api.fromJSON(kept);
      if (api.getPanel(MAP_WINDOW)) {
        lockMapWindow(api);
        renamePanels(api, t);
        widenColumns(api);
        return;
      }
    } catch (error) {
      console.info('the kept layout cannot be used', error);
    }
  }
  defaultLayout(api, t);
}

/** An arrangement of a wider screen would squeeze its columns on this one; there they get their usual width again. */
function widenColumns(api: DockviewApi): void {
  const before = readStored(MAP_RECT) as { screen?: readonly number[] } | null;
  if (before?.screen?.[0] === innerWidth) return;
  const widths = columnWidths(innerWidth);
  for (const panel of api.panels) {
    if (panel.id === MAP_WINDOW || panel.api.location.type !== 'grid') continue;
    const { side } = places[panel.id as PanelId];
    if (side === 'bottom') continue;
    const width = widths[side];
    if (panel.group.width < width) panel.group.api.setSize({ width });
  }
}

/** Popped-out windows need a click to open again, so they are kept as docked by leaving them out. */
export function keepLayout(api: DockviewApi): void {
  if (!api.getPanel(MAP_WINDOW) || api.getPopouts().length > 0 || api.hasMaximizedGroup()) return;
  store(LAYOUT, api.toJSON());
}

export function renamePanels(api: DockviewApi, t: Translate): void {
  for (const panel of api.panels)
    if (panel.id !== MAP_WINDOW) panel.api.setTitle(t(`panel.${panel.id as PanelId}`));
}

/** Puts the map where its window is; remembered, so that the next start draws it there at once. */
export function placeMapElement(mapElement: HTMLElement, rect: DOMRect | null): void {
  const s = mapElement.style;
  if (!rect) {
    s.inset = s.width = s.height = '';
    return;
  }
  s.inset = `${Math.round(rect.top)}px auto auto ${Math.round(rect.left)}px`;
  s.width = `${Math.round(rect.width)}px`;
  s.height = `${Math.round(rect.height)}px`;
}

export function rememberMapRect(rect: DOMRect): void {
  store(MAP_RECT, {
    screen: [innerWidth, innerHeight],
    rect: [rect.left, rect.top, rect.width, rect.height],
  });
}
