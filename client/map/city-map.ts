/**
 * The one map of a screen, outside React: base map, data layers, picking, camera. Whoever holds it tells it what to
 * show and hears what was pointed at; nothing else reaches into it.
 */
import type { Map as MapLibreMap, MapMouseEvent } from 'maplibre-gl';
import type { ClientConfig, NetworkAnswer } from '../../server/contract/api.ts';
import type { Bbox, LonLat } from '../../server/contract/geo.ts';
import { telemetryLayers } from '../../server/contract/sync.ts';
import type { SignalLine } from '../../server/contract/signal-api.ts';
import type { Language } from '../../server/contract/text.ts';
import { fetchNetwork } from '../sync/api.ts';
import type { Session } from '../sync/session.ts';
import { createBaseMap, setImageTheme, styleFor } from './base-map.ts';
import { DataLayers } from './data-layers.ts';
import { Emitter } from './emitter.ts';
import { HeatLayer } from './heat-layer.ts';
import { styleImage } from './icons.ts';
import type { VehicleColour } from './layers/vehicles.ts';
import type { SpeedChange } from './layers/what-if.ts';
import { readNetwork } from './network.ts';
import { pick } from './pick.ts';
import { BELOW_BUILDINGS, PITCH_FOR_3D_DEG } from './style/base-style.ts';
import {
  sameSelection,
  type FlyTarget,
  type MapEvents,
  type MapLayerId,
  type MapView,
  type RouteLine,
  type Selection,
  type Theme,
} from './types.ts';
import { VehicleCanvas } from './vehicle-canvas.ts';

export type { FlyTarget, MapEvents, MapLayerId, MapView, RouteLine, Selection, Theme } from './types.ts';

export interface CityMapOptions {
  readonly session: Session;
  readonly config: ClientConfig;
  readonly language: Language;
  readonly theme: Theme;
  readonly reducedMotion: boolean;
  /** A wall shows no controls and never waits for a pointer. */
  readonly wall?: boolean;
  readonly render?: 'interleaved' | 'overlaid';
}

const HOVER_EVERY_MS = 60;
const VIEW_EVERY_MS = 400;
/** The server is told a little more than is seen, so that a small pan shows no empty edge. */
const VIEW_PADDING = 0.12;
const FLY_MS = 1_400;
const CLOSE_ZOOM = 16.5;
const FOLLOW_ZOOM = 16.8;
/** Of the way to what is followed, covered in each 1/60 s. */
const FOLLOW_PULL = 0.12;

const defaultLayers: Readonly<Record<MapLayerId, boolean>> = {
  vehicles: true,
  links: true,
  signals: true,
  incidents: true,
  incidentHeat: false,
  facilities: true,
  units: true,
  stations: true,
  districts: true,
  buildings: true,
  labels: true,
  alarms: true,
  warnings: true,
  signalDelay: false,
  signalControl: true,
  greenWave: true,
  whatIf: true,
};

export class CityMap {
  static async create(container: HTMLElement, options: CityMapOptions): Promise<CityMap> {
    const network = options.config.city ? fetchNetwork() : null;
    // It is awaited where it is used; until then a failure must not count as unhandled.
    network?.catch(() => undefined);
    const canvas = new VehicleCanvas();
    const map = await createBaseMap(container, {
      config: options.config,
      language: options.language,
      theme: options.theme,
      reducedMotion: options.reducedMotion,
      wall: options.wall ?? false,
      software: canvas.software,
    });
    canvas.addTo(map);
    return new CityMap(map, canvas, options, network);
  }

  private readonly map: MapLibreMap;
  private readonly o: CityMapOptions;
  private readonly events = new Emitter<MapEvents>();
  private readonly data: DataLayers;
  private readonly heat: HeatLayer;
  private theme: Theme;
  private language: Language;
  private selection: Selection | null = null;
  private followed: Selection | null = null;
  private placeAsked: ((place: LonLat) => void) | null = null;
  private hovered: Selection | null = null;
  private hoverTimer: ReturnType<typeof setTimeout> | null = null;
  private lastPointer: MapMouseEvent | null = null;
  private viewTimer: ReturnType<typeof setTimeout> | null = null;
  private lastFollowMs = 0;
  /** Labels wait for fonts, and tiles for labels: they come after the first frame. */
  private lettered = false;
  private readonly stops: (() => void)[] = [];

  private constructor(
    map: MapLibreMap,
    canvas: VehicleCanvas,
    options: CityMapOptions,
    network: Promise<NetworkAnswer> | null,
  ) {
    this.map = map;
    this.o = options;
    this.theme = options.theme;
    this.language = options.language;
    this.data = new DataLayers(
      {
        map,
        canvas,
        session: options.session,
        theme: options.theme,
        language: options.language,
        reducedMotion: options.reducedMotion,
        drivesOn: options.config.city?.drivesOn ?? 'right',
        hasCity: options.config.city !== null,
        render: options.render ?? 'interleaved',
      },
      { ...defaultLayers },
    );
    this.data.onFrame = (nowMs) => this.followFrame(nowMs);
    this.heat = new HeatLayer(map, options.session);
    this.listen();
    if (network) this.loadNetwork(network);
    this.sendView();
  }

  setTheme(theme: Theme): void {
    if (theme === this.theme) return;
    this.theme = theme;
    this.restyle();
    this.data.setTheme(theme);
  }

  setLanguage(language: Language): void {
    if (language === this.language) return;
    this.language = language;
    this.restyle();
    this.data.setLanguage(language);
  }

  setLayer(id: MapLayerId, visible: boolean): void {
    if (this.data.visible[id] === visible) return;
    this.data.setVisible(id, visible);
    this.applyVisibility();
    if ((telemetryLayers as readonly string[]).includes(id)) this.sendView();
    this.events.emit('layers', this.layers());
  }

  layers(): Record<MapLayerId, boolean> {
    return { ...this.data.visible };
  }

  /** Vehicles by kind, or by speed on the scale of the levels of service. */
  setVehicleColour(by: VehicleColour): void {
    this.data.setVehicleColour(by);
  }

  /** Ways of units, below their symbols; an empty list takes them away. */
  setRoutes(routes: readonly RouteLine[]): void {
    this.data.setRoutes(routes);
  }

  /** The index of a signal of the city pack; -1 where the city has none of that id. */
  signalIndex(id: string): number {
    return this.data.network.signals.findIndex((s) => s.id === id);
  }

  signalIdOf(index: number): string | undefined {
    return this.data.network.signals[index]?.id;
  }

  /** Delays at junctions, for the layer that shows them. */
  setSignalLines(lines: readonly SignalLine[]): void {
    this.data.signals.setLines(lines);
  }

  /** Ways of units with a green wave, by unit. */
  setWaveWays(ways: ReadonlyMap<string, readonly LonLat[]>): void {
    this.data.signals.setWays(ways);
  }

  /** What a what-if run would change; an empty list takes it away. */
  setSpeedChanges(changes: readonly SpeedChange[]): void {
    this.data.signals.setChanges(changes);
  }

  flyTo(target: FlyTarget): void {
    const instant = this.o.reducedMotion;
    if (target.bbox) {
      const [west, south, east, north] = target.bbox;
      this.map.fitBounds(
        [
          [west, south],
          [east, north],
        ],
        { padding: 60, maxZoom: target.zoom ?? 17, animate: !instant, duration: FLY_MS },
      );
      return;
    }
    if (!target.position) return;
    const to = {
      center: [...target.position] as [number, number],
      zoom: target.zoom ?? Math.max(this.map.getZoom(), CLOSE_ZOOM),
    };
    if (instant) this.map.jumpTo(to);
    else this.map.flyTo({ ...to, duration: FLY_MS, essential: true });
  }

  home(): void {
    this.follow(null);
    const { center, zoom } = this.o.config.view;
    const to = { center: [...center] as [number, number], zoom, pitch: 0, bearing: 0 };
    if (this.o.reducedMotion) this.map.jumpTo(to);
    else this.map.flyTo({ ...to, duration: FLY_MS, essential: true });
  }

  setPitch(degrees: number): void {
    if (this.o.reducedMotion) this.map.jumpTo({ pitch: degrees });
    else this.map.easeTo({ pitch: degrees, duration: 700, essential: true });
  }

  select(selection: Selection | null): void {
    if (sameSelection(selection, this.selection)) return;
    this.selection = selection;
    this.data.setSelection(selection);
    this.events.emit('select', selection);
  }

  /** The camera keeps to a vehicle or unit until it is told otherwise or the map is dragged. */
  follow(selection: Selection | null): void {
    if (sameSelection(selection, this.followed)) return;
    this.followed = selection;
    if (selection) {
      this.select(selection);
      const place = this.data.place(selection, Date.now());
      if (place) this.map.jumpTo({ center: [...place], zoom: Math.max(this.map.getZoom(), FOLLOW_ZOOM) });
    }
    this.events.emit('follow', selection);
  }

  on<E extends keyof MapEvents>(event: E, cb: (value: MapEvents[E]) => void): () => void {
    return this.events.on(event, cb);
  }

  /** The next click answers a place instead of choosing what lies there. Answers how to give that up. */
  askPlace(answer: (place: LonLat) => void): () => void {
    this.placeAsked = answer;
    this.map.getCanvas().style.cursor = 'crosshair';
    return () => {
      if (this.placeAsked === answer) this.placeAnswered(null);
    };
  }

  view(): MapView {
    const { lng, lat } = this.map.getCenter();
    return { center: [lng, lat], zoom: this.map.getZoom(), bbox: this.box() };
  }

  destroy(): void {
    for (const stop of this.stops) stop();
    if (this.hoverTimer) clearTimeout(this.hoverTimer);
    if (this.viewTimer) clearTimeout(this.viewTimer);
    this.events.clear();
    this.heat.destroy();
    this.data.destroy();
    this.map.remove();
  }

  private listen(): void {
    const { map } = this;
    map.on('style.load', () => this.styleReady());
    map.on('pitch', () => this.applyBuildings());
    map.on('move', () => this.viewSoon());
    map.on('moveend', () => {
      this.sendView();
      this.events.emit('view', this.view());
    });
    map.on('dragstart', () => this.follow(null));
    map.on('click', (e) => {
      if (this.placeAsked) this.placeAnswered([e.lngLat.lng, e.lngLat.lat]);
      else this.select(this.pickAt(e));
    });
    map.on('mousemove', (e) => this.hoverSoon(e));
    map.on('mouseout', () => this.setHover(null, null));
    const report = (): void => {
      if (!this.data.ready() || !map.areTilesLoaded()) return;
      if (this.o.config.city && this.data.network.linkCount === 0) return;
      map.off('render', report);
      performance.mark('first-frame');
      this.lettered = true;
      this.applyVisibility();
      void this.data.loadRecords();
      this.events.emit('first-frame', { afterMs: Math.round(performance.now()) });
    };
    map.on('render', report);
    // A tile that cannot be had is not the end: it is said on the console once and asked for again when wanted.
    map.on('error', (e) => console.warn('map:', e.error?.message ?? 'unknown error'));
  }

  private placeAnswered(place: LonLat | null): void {
    const answer = this.placeAsked;
    this.placeAsked = null;
    this.map.getCanvas().style.cursor = '';
    if (place) answer?.(place);
  }

  private loadNetwork(first: Promise<NetworkAnswer>): void {
    const abort = new AbortController();
    this.stops.push(() => abort.abort());
    const attempt = (delayMs: number, network = fetchNetwork(abort.signal)): void => {
      network.then(
        (answer) => this.data.setNetwork(readNetwork(answer)),
        () => {
          if (abort.signal.aborted) return;
          const timer = setTimeout(() => attempt(Math.min(delayMs * 2, 30_000)), delayMs);
          this.stops.push(() => clearTimeout(timer));
        },
      );
    };
    attempt(1_000, first);
  }

  private restyle(): void {
    setImageTheme(this.map, this.theme);
    this.map.setStyle(
      styleFor({
        config: this.o.config,
        language: this.language,
        theme: this.theme,
        reducedMotion: this.o.reducedMotion,
      }),
      { diff: true },
    );
    this.map.once('styledata', () => this.styleReady());
  }

  private styleReady(): void {
    for (const id of this.map.listImages()) {
      const image = styleImage(id, this.theme);
      if (image) this.map.updateImage(id, image);
    }
    this.heat.attach();
    this.data.attach();
    this.applyVisibility();
  }

  private show(id: string, on: boolean): void {
    if (this.map.getLayer(id)) this.map.setLayoutProperty(id, 'visibility', on ? 'visible' : 'none');
  }

  private applyVisibility(): void {
    if (!this.map.isStyleLoaded() && this.map.getStyle() === undefined) return;
    const { visible } = this.data;
    const labels = visible.labels && this.lettered;
    for (const { id } of this.map.getStyle().layers) {
      if (id === 'label-district' || id === 'label-street') this.show(id, labels && visible.districts);
      else if (id.startsWith('label-')) this.show(id, labels);
      else if (id === 'boundary') this.show(id, visible.districts);
      else if (id === 'building') this.show(id, visible.buildings);
    }
    this.heat.setVisible(visible.incidentHeat);
    this.applyBuildings();
  }

  private applyBuildings(): void {
    const layer = this.map.getLayer(BELOW_BUILDINGS);
    if (!layer || layer.type !== 'fill-extrusion') return;
    const on = this.data.visible.buildings && this.map.getPitch() > PITCH_FOR_3D_DEG;
    if ((this.map.getLayoutProperty(BELOW_BUILDINGS, 'visibility') !== 'none') !== on) {
      this.show(BELOW_BUILDINGS, on);
    }
  }

  private box(): Bbox {
    const b = this.map.getBounds();
    return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()];
  }

  private viewSoon(): void {
    this.viewTimer ??= setTimeout(() => this.sendView(), VIEW_EVERY_MS);
  }

  private sendView(): void {
    if (this.viewTimer) clearTimeout(this.viewTimer);
    this.viewTimer = null;
    const [west, south, east, north] = this.box();
    const dx = (east - west) * VIEW_PADDING;
    const dy = (north - south) * VIEW_PADDING;
    const { visible } = this.data;
    this.o.session.setView({
      bbox: [
        Math.max(-180, west - dx),
        Math.max(-90, south - dy),
        Math.min(180, east + dx),
        Math.min(90, north + dy),
      ],
      zoom: Math.max(0, Math.min(24, this.map.getZoom())),
      layers: telemetryLayers.filter((l) => visible[l]),
    });
  }

  private pickAt(e: MapMouseEvent): Selection | null {
    const { lng, lat } = e.lngLat;
    return pick({
      point: e.point,
      at: [lng, lat],
      zoom: this.map.getZoom(),
      project: (p: LonLat) => this.map.project([...p] as [number, number]),
      nowMs: Date.now(),
      data: this.data,
      session: this.o.session,
      drivesOn: this.o.config.city?.drivesOn ?? 'right',
      hasCity: this.o.config.city !== null,
    });
  }

  private hoverSoon(e: MapMouseEvent): void {
    this.lastPointer = e;
    this.hoverTimer ??= setTimeout(() => {
      this.hoverTimer = null;
      if (!this.lastPointer || this.map.isMoving()) return;
      this.setHover(this.pickAt(this.lastPointer), this.lastPointer);
    }, HOVER_EVERY_MS);
  }

  private setHover(selection: Selection | null, e: MapMouseEvent | null): void {
    if (e === null) this.lastPointer = null;
    if (selection === null && this.hovered === null) return;
    this.hovered = selection;
    this.map.getCanvas().style.cursor = this.placeAsked ? 'crosshair' : selection ? 'pointer' : '';
    this.events.emit(
      'hover',
      selection && e
        ? { selection, position: [e.lngLat.lng, e.lngLat.lat], point: [e.point.x, e.point.y] }
        : null,
    );
  }

  private followFrame(nowMs: number): boolean {
    const { followed } = this;
    if (!followed) return false;
    const place = this.data.place(followed, nowMs);
    if (!place) return false;
    const { lng, lat } = this.map.getCenter();
    const steps = Math.max(1, Math.min(30, (nowMs - this.lastFollowMs) / (1_000 / 60)));
    this.lastFollowMs = nowMs;
    const pull = this.o.reducedMotion ? 1 : 1 - (1 - FOLLOW_PULL) ** steps;
    const dx = place[0] - lng;
    const dy = place[1] - lat;
    if (Math.abs(dx) + Math.abs(dy) < 1e-7) return true;
    this.map.jumpTo({ center: [lng + dx * pull, lat + dy * pull] });
    return true;
  }
}
