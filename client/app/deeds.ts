/** What the actions do on the real screen: the one place where the desk, the map and the server's search meet. */
import type { SearchHit } from '../../server/contract/api.ts';
import { textIn } from '../../server/contract/text.ts';
import { codeOf } from '../alarms/alarm-state.ts';
import { alarmDeeds } from '../alarms/deeds.ts';
import * as desk from '../desk/desk.ts';
import { moveInList } from '../desk/list-focus.ts';
import type { CityMap, MapLayerId, Selection } from '../map/city-map.ts';
import { signalDeeds } from '../signals/deeds.ts';
import { ApiError, searchCity } from '../sync/api.ts';
import { caseDeeds } from '../dispatch/deeds.ts';
import { translator, type MessageKey } from '../i18n/i18n.ts';
import { done, refused, type Deeds, type Outcome } from './actions.ts';

const { useDesk } = desk;
const LANGUAGES = { zh: 'zh-CN', en: 'en-US' } as const;
const TILT_DEG = 55;
let tilted = false;

const word = (key: MessageKey): string => translator(useDesk.getState().language)(key);

function onMap(run: (map: CityMap) => Outcome): Outcome {
  const map = desk.cityMap();
  return map ? run(map) : refused('cmd.noMap');
}

/** What a hit of the search selects on the map, where it is an object there. */
export function selectionOf(hit: SearchHit): Selection | null {
  switch (hit.kind) {
    case 'facility':
    case 'unit':
    case 'incident':
    case 'station':
      return { kind: hit.kind, id: hit.id };
    case 'vehicle':
      return Number.isInteger(Number(hit.id)) ? { kind: 'vehicle', slot: Number(hit.id) } : null;
    case 'link':
      return Number.isInteger(Number(hit.id)) ? { kind: 'link', index: Number(hit.id) } : null;
    case 'road':
    case 'place':
    case 'district':
      return null;
  }
}

/** Goes to a hit: selects it where it is an object, flies to it where it has a place. */
export function goTo(hit: SearchHit): Outcome {
  const name = textIn(hit.name, useDesk.getState().language);
  const selection =
    selectionOf(hit) ??
    (hit.position ? { kind: 'place' as const, position: hit.position, name: hit.name } : null);
  if (selection && (selection.kind !== 'place' || !hit.bbox)) desk.select(selection);
  const map = desk.cityMap();
  if (!map) return refused('cmd.noMap');
  if (hit.bbox) map.flyTo({ bbox: hit.bbox });
  else if (hit.position) desk.flyTo(hit.position);
  else {
    desk.theDock()?.open('details');
    return done('cmd.noPosition', { q: name });
  }
  return done('cmd.went', { name });
}

async function firstHit(
  q: string,
  fits: (hit: SearchHit) => boolean = () => true,
): Promise<SearchHit | Outcome> {
  try {
    const hit = (await searchCity(q)).find(fits);
    return hit ?? refused('cmd.notFound', { q });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refused('search.failed', { reason: textIn(error.text, useDesk.getState().language) });
  }
}
const isHit = (answer: SearchHit | Outcome): answer is SearchHit => 'kind' in answer;

/** `#1042`, `1042`, a callsign, `A107` or an id of what the mirror holds. */
function ownObject(q: string): Selection | null {
  const { records } = desk.session().mirror;
  const number = /^#?(\d{1,9})$/.exec(q)?.[1];
  if (number !== undefined)
    for (const incident of records.incident.values())
      if (incident.number === Number(number)) return { kind: 'incident', id: incident.id };
  if (records.incident.has(q)) return { kind: 'incident', id: q };
  const wanted = q.toLowerCase();
  for (const unit of records.unit.values())
    if (unit.id === q || unit.callsign.toLowerCase() === wanted) return { kind: 'unit', id: unit.id };
  if (records.facility.has(q)) return { kind: 'facility', id: q };
  if (records.station.has(q)) return { kind: 'station', id: q };
  for (const alarm of records.alarm.values())
    if (codeOf(alarm).toLowerCase() === wanted) return { kind: 'alarm', id: alarm.id };
  return null;
}

function followSelection(selection: Selection, name: string): Outcome {
  if (selection.kind !== 'vehicle' && selection.kind !== 'unit') return refused('cmd.cannotFollow');
  desk.select(selection);
  desk.follow(selection);
  return done('cmd.following', { name });
}

export const deeds: Deeds = {
  ...caseDeeds,
  ...alarmDeeds,
  ...signalDeeds,
  openCommandLine() {
    useDesk.setState({ commandOpen: true });
    return done();
  },
  toggleHelp() {
    useDesk.setState((s) => ({ helpOpen: !s.helpOpen }));
    return done();
  },
  escape() {
    const s = useDesk.getState();
    if (s.helpOpen || s.commandOpen) useDesk.setState({ helpOpen: false, commandOpen: false });
    else if (s.followed) desk.follow(null);
    else if (s.selection) desk.select(null);
    else if (s.wall) desk.setWall(false);
    return done();
  },
  home: () =>
    onMap((map) => {
      desk.follow(null);
      map.home();
      return done();
    }),
  zoomBy: (steps) =>
    onMap((map) => {
      const { center, zoom } = map.view();
      map.flyTo({ position: center, zoom: Math.max(3, Math.min(20, zoom + steps)) });
      return done();
    }),
  zoomTo: (zoom) =>
    onMap((map) => {
      map.flyTo({ position: map.view().center, zoom });
      return done('cmd.zoom', { zoom });
    }),
  tilt: () =>
    onMap((map) => {
      tilted = !tilted;
      map.setPitch(tilted ? TILT_DEG : 0);
      return done();
    }),
  async go(q) {
    const own = ownObject(q);
    if (own && desk.positionOf(own)) {
      desk.select(own, { fly: true });
      return done('cmd.went', { name: q });
    }
    const hit = await firstHit(q);
    return isHit(hit) ? goTo(hit) : hit;
  },
  find(q) {
    useDesk.setState({ searchText: q });
    desk.theDock()?.open('search');
    return done();
  },
  async selectObject(q) {
    const own = ownObject(q);
    if (own) {
      desk.select(own, { fly: true });
      desk.theDock()?.open('details');
      return done('cmd.went', { name: q });
    }
    if (q.startsWith('#')) return refused('cmd.noIncident', { q });
    const hit = await firstHit(q, (h) => selectionOf(h) !== null);
    return isHit(hit) ? goTo(hit) : hit;
  },
  async follow(q) {
    if (q === undefined) {
      const { selection, followed } = useDesk.getState();
      if (followed) {
        desk.follow(null);
        return done();
      }
      if (!selection) return refused('cmd.nothingSelected');
      return followSelection(selection, 'id' in selection ? selection.id : '');
    }
    const own = ownObject(q);
    if (own) return followSelection(own, q);
    const hit = await firstHit(q, (h) => h.kind === 'vehicle' || h.kind === 'unit');
    if (!isHit(hit)) return hit;
    const went = goTo(hit);
    const selection = selectionOf(hit);
    return went.ok && selection ? followSelection(selection, q) : went;
  },
  flyToSelection() {
    const { selection } = useDesk.getState();
    if (!selection) return refused('cmd.nothingSelected');
    const position = desk.positionOf(selection);
    if (position) desk.flyTo(position);
    return done();
  },
  moveInList(step) {
    moveInList(step);
    return done();
  },
  layer: (id: MapLayerId, to) =>
    onMap((map) => {
      const on = to === undefined ? !map.layers()[id] : to === 'on';
      desk.setLayer(id, on);
      return done(on ? 'cmd.layer.on' : 'cmd.layer.off', { name: word(`layer.${id}`) });
    }),
  openPanel(id) {
    useDesk.setState((s) => ({
      panelsShown: true,
      searchAsked: s.searchAsked + (id === 'search' ? 1 : 0),
      // As by `new`: the form takes the cursor, or what is typed next would be keys of the screen.
      ...(id === 'intake' && { intakeOpen: { text: '' } }),
    }));
    desk.theDock()?.open(id);
    return done();
  },
  togglePanels() {
    useDesk.setState((s) => ({ panelsShown: !s.panelsShown }));
    return done();
  },
  async popOut() {
    const opened = (await desk.theDock()?.popOut()) ?? false;
    return opened ? done() : refused('panel.pop.blocked');
  },
  maximise() {
    desk.theDock()?.maximise();
    return done();
  },
  movePanel(id, side) {
    useDesk.setState({ panelsShown: true });
    desk.theDock()?.move(id, side);
    return done('cmd.moved', { name: word(`panel.${id}`), side: word(`side.${side}`) });
  },
  closePanel(id) {
    return desk.theDock()?.close(id)
      ? done('cmd.closed', { name: word(`panel.${id}`) })
      : refused('cmd.notOpen', { name: word(`panel.${id}`) });
  },
  resetLayout() {
    desk.theDock()?.resetLayout();
    return done('cmd.layout');
  },
  theme(to) {
    const theme = to ?? (useDesk.getState().theme === 'dark' ? 'light' : 'dark');
    desk.setPreferences({ theme });
    return done('cmd.theme', { name: word(`app.theme.${theme}`) });
  },
  language(to) {
    const language = to ? LANGUAGES[to] : useDesk.getState().language === 'zh-CN' ? 'en-US' : 'zh-CN';
    desk.setPreferences({ language });
    return done();
  },
  wall() {
    desk.setWall(!useDesk.getState().wall);
    return done();
  },
  resync() {
    desk.session().resync();
    return done();
  },
};
