/**
 * The data on the map and when a frame of it is drawn. Level of service lies in the base map's own canvas below
 * buildings and labels; vehicles lie in a canvas above, so that a frame of moving vehicles does not cost a frame of base
 * map; symbols and texts of records lie on top, and their code comes after the map's first frame.
 */
import type { CustomRenderMethodInput, Map as MapLibreMap } from 'maplibre-gl';
import type { LonLat } from '../../server/contract/geo.ts';
import type { RecordKind } from '../../server/contract/records.ts';
import type { Language } from '../../server/contract/text.ts';
import type { Session } from '../sync/session.ts';
import { placedAlarms, sameAlarms, type PlacedAlarm } from './layers/alarms-shown.ts';
import type { Camera } from './layers/ground.ts';
import { isPulsing, placedIncidents, type PlacedIncident } from './layers/incidents-shown.ts';
import { LinksPainter } from './layers/links.ts';
import { placedUnits, type PlacedUnit } from './layers/places-shown.ts';
import { SIGNALS_FROM_ZOOM } from './layers/signal-heads.ts';
import { VehiclesPainter, type VehicleColour } from './layers/vehicles.ts';
import { emptyNetwork, linkMiddle, lonLatOfUnits, type Network } from './network.ts';
import { everyPart, type Part, type RecordLayers } from './record-parts.ts';
import { SignalOverlays } from './signal-overlays.ts';
import { BELOW_BUILDINGS } from './style/base-style.ts';
import type { MapLayerId, RouteLine, Selection, Theme } from './types.ts';
import type { VehicleCanvas } from './vehicle-canvas.ts';

export interface DataLayersOptions {
  readonly map: MapLibreMap;
  readonly canvas: VehicleCanvas;
  readonly session: Session;
  readonly theme: Theme;
  readonly language: Language;
  readonly reducedMotion: boolean;
  readonly drivesOn: 'right' | 'left';
  /** False: without a base map of places, facilities are drawn here whatever they report. */
  readonly hasCity: boolean;
  /** 'overlaid' keeps everything out of the base map's canvas: roads then lie above buildings and labels. */
  readonly render: 'interleaved' | 'overlaid';
}

const partOfRecord: Partial<Record<RecordKind, Part>> = {
  incident: 'incidents',
  unit: 'units',
  facility: 'facilities',
  station: 'stations',
  warning: 'warnings',
};

/** The layer in the base map's own stack: draws the links and tells by which camera the frame is drawn. */
const GROUND = 'city-links';
/** Frames a second where a program draws instead of a graphics card. */
const SOFTWARE_FPS = 20;
/** A new level of service redraws the base map at most this often. */
const LINKS_EVERY_MS = { card: 1_000, software: 2_000 } as const;
/** Symbols come after the map's first frame, or after this long whatever it does. */
const RECORDS_PATIENCE_MS = 4_000;
const PULSE_EVERY_MS = 60;
/** An alarm nobody has acknowledged is lit and dark so long in turn: one flash a second. */
const FLASH_HALF_MS = 500;

export class DataLayers {
  network: Network = emptyNetwork;
  incidents: readonly PlacedIncident[] = [];
  units: readonly PlacedUnit[] = [];
  alarms: readonly PlacedAlarm[] = [];
  /** The halos of unacknowledged alarms are lit now; where motion is unwanted they always are. */
  alarmsLit = true;
  visible: Record<MapLayerId, boolean>;
  selection: Selection | null = null;
  routes: readonly RouteLine[] = [];
  vehicleColour: VehicleColour = 'kind';
  theme: Theme;
  language: Language;
  /** Runs before each frame (follow mode moves the camera there). */
  onFrame: ((nowMs: number) => boolean) | null = null;

  readonly o: DataLayersOptions;
  readonly signals: SignalOverlays;
  private readonly canvas: VehicleCanvas;
  private vehicles: VehiclesPainter;
  private links: LinksPainter | null = null;
  private records: RecordLayers | null = null;
  private camera: Camera | null = null;
  private readonly dirty = new Set<Part>(everyPart);
  private linkStateVersion = -1;
  private linksAtMs = 0;
  private linksWaiting = true;
  private signalsVersion = -1;
  private vehiclesVersion = -1;
  private vehiclesStale = true;
  private zoomStep = Number.NaN;
  private frame = 0;
  private drawnAtMs = 0;
  private pulsed = false;
  private alarmsChanged = true;
  private pulsedAtMs = 0;
  private destroyed = false;
  private recordsAsked = false;
  private readonly software: boolean;
  private readonly stops: (() => void)[] = [];

  constructor(options: DataLayersOptions, visible: Record<MapLayerId, boolean>) {
    this.o = options;
    this.theme = options.theme;
    this.language = options.language;
    this.visible = visible;
    this.canvas = options.canvas;
    this.software = options.canvas.software;
    this.signals = new SignalOverlays(options.session, (...parts) => this.touch(...parts));
    this.vehicles = new VehiclesPainter(this.canvas.gl, options.session.telemetry.vehicles);
    for (const [kind, part] of Object.entries(partOfRecord)) {
      this.stops.push(options.session.subscribe(kind as RecordKind, () => this.touch(part)));
    }
    this.stops.push(
      options.session.subscribe('alarm', () => {
        this.alarmsChanged = true;
      }),
    );
    this.listen(options.map);
    const tick = (): void => {
      this.frame = requestAnimationFrame(tick);
      this.step(Date.now());
    };
    this.frame = requestAnimationFrame(tick);
    const patience = setTimeout(() => void this.loadRecords(), RECORDS_PATIENCE_MS);
    this.stops.push(() => clearTimeout(patience));
  }

  setNetwork(network: Network): void {
    this.network = network;
    this.makeLinks();
    this.touch('signals', 'whatIf');
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.restyle();
  }

  setLanguage(language: Language): void {
    this.language = language;
    this.touch('incidents', 'signalControl');
  }

  setVisible(id: MapLayerId, on: boolean): void {
    this.visible = { ...this.visible, [id]: on };
    this.restyle();
  }

  setSelection(selection: Selection | null): void {
    this.selection = selection;
    this.touch('selection');
    this.vehiclesStale = true;
    this.o.map.triggerRepaint();
  }

  setRoutes(routes: readonly RouteLine[]): void {
    this.routes = routes;
    this.touch('routes');
  }

  setVehicleColour(by: VehicleColour): void {
    this.vehicleColour = by;
    this.vehiclesStale = true;
  }

  /** After every style: a new one may have lost the layer of the ground. */
  attach(): void {
    const { map } = this.o;
    if (!map.getLayer(GROUND)) {
      map.addLayer(
        {
          id: GROUND,
          type: 'custom',
          renderingMode: '2d',
          render: (_gl: WebGL2RenderingContext, frame: CustomRenderMethodInput) => this.drawGround(frame),
        },
        map.getLayer(BELOW_BUILDINGS) ? BELOW_BUILDINGS : undefined,
      );
    }
    map.triggerRepaint();
  }

  /** Whether links and vehicles can be drawn by now. */
  ready(): boolean {
    return this.camera !== null && this.vehicles.ready() && (this.links === null || this.links.ready());
  }

  /** Loads the code of what lies on top, once. */
  async loadRecords(): Promise<void> {
    if (this.recordsAsked) return;
    this.recordsAsked = true;
    const { DeckRecords } = await import('./record-layers.ts');
    if (this.destroyed) return;
    this.records = new DeckRecords(this, (...parts) => this.touch(...parts));
    this.touch(...everyPart);
    this.o.map.triggerRepaint();
  }

  touch(...parts: readonly Part[]): void {
    for (const part of parts) this.dirty.add(part);
  }

  destroy(): void {
    this.destroyed = true;
    cancelAnimationFrame(this.frame);
    for (const stop of this.stops) stop();
    this.signals.destroy();
    this.records?.destroy();
    this.links?.destroy();
    this.vehicles.destroy();
    this.canvas.destroy();
  }

  /** Where a selection is now; null where it cannot be placed. */
  place(selection: Selection, nowMs: number): LonLat | null {
    const { records } = this.o.session.mirror;
    switch (selection.kind) {
      case 'vehicle':
        return this.vehiclePlace(selection.slot, nowMs);
      case 'link':
        return this.linkPlace(selection.index);
      case 'signal':
        return this.network.signals[selection.index]?.position ?? null;
      case 'place':
        return selection.position;
      case 'alarm':
        return records.alarm.get(selection.id)?.subject.position ?? null;
      case 'incident':
      case 'unit':
      case 'facility':
      case 'station':
        return records[selection.kind].get(selection.id)?.position ?? null;
      default:
        return null;
    }
  }

  private vehiclePlace(slot: number, nowMs: number): LonLat | null {
    const store = this.o.session.telemetry.vehicles;
    const i = store.indexOf(slot);
    if (i < 0) return null;
    const at = [0, 0, 0];
    store.displayed(i, nowMs, at);
    return lonLatOfUnits(at[0]!, at[1]!, store.originX, store.originY);
  }

  private linkPlace(index: number): LonLat | null {
    if (index < 0 || index >= this.network.linkCount) return null;
    const { x, y } = linkMiddle(this.network, index);
    return lonLatOfUnits(x, y, this.network.originX, this.network.originY);
  }

  private listen(map: MapLibreMap): void {
    const zoomed = (): void => this.zoomed();
    const rendered = (): void => this.rendered();
    const restored = (): void => {
      this.links = null;
      this.makeLinks();
    };
    const heard = [
      map.on('zoom', zoomed),
      map.on('moveend', zoomed),
      map.on('render', rendered),
      map.on('webglcontextrestored', restored),
    ];
    this.stops.push(() => {
      for (const subscription of heard) subscription.unsubscribe();
    });
    const own = (): void => {
      this.vehicles = new VehiclesPainter(this.canvas.gl, this.o.session.telemetry.vehicles);
      this.vehiclesStale = true;
    };
    const canvas = this.canvas.gl.canvas as HTMLCanvasElement;
    // Only a context whose loss was not left to the browser is given back.
    canvas.addEventListener('webglcontextlost', (e) => e.preventDefault());
    canvas.addEventListener('webglcontextrestored', own);
  }

  private makeLinks(): void {
    this.links?.destroy();
    this.links = null;
    if (this.network.linkCount > 0) {
      const gl = this.o.render === 'interleaved' ? this.mapContext() : this.canvas.gl;
      if (gl) this.links = new LinksPainter(gl, this.network, this.o.session.telemetry);
    }
    this.o.map.triggerRepaint();
  }

  private mapContext(): WebGL2RenderingContext | null {
    return this.o.map.getCanvas().getContext('webgl2');
  }

  private restyle(): void {
    this.touch(...everyPart);
    this.vehiclesStale = true;
    this.o.map.triggerRepaint();
  }

  private zoomed(): void {
    const step = Math.round(this.o.map.getZoom() * 4);
    if (step === this.zoomStep) {
      if (this.o.map.getZoom() >= SIGNALS_FROM_ZOOM) this.touch('signals');
      return;
    }
    this.zoomStep = step;
    this.touch('alarms', 'incidents', 'facilities', 'units', 'stations', 'signals');
    this.touch('signalDelay', 'signalControl', 'greenWave', 'whatIf');
  }

  private drawGround(frame: CustomRenderMethodInput): void {
    const { map } = this.o;
    const { lng, lat } = map.getCenter();
    const zoom = map.getZoom();
    this.camera = { matrix: frame.defaultProjectionData.mainMatrix, longitude: lng, latitude: lat, zoom };
    if (this.o.render === 'interleaved') this.drawLinks(this.camera);
  }

  private drawLinks(camera: Camera): void {
    const { links } = this;
    if (!links || !this.visible.links) return;
    this.linksWaiting = !links.ready();
    links.draw(camera, {
      theme: this.theme,
      drivesOn: this.o.drivesOn,
      selectedLink: this.selection?.kind === 'link' ? this.selection.index : -1,
    });
  }

  /** The base map has drawn a frame: what lies above follows at once, by the same camera and size. */
  private rendered(): void {
    if (!this.camera) return;
    this.drawVehicles(Date.now());
    this.records?.follow();
  }

  private drawVehicles(nowMs: number): void {
    const { camera, canvas } = this;
    if (!camera) return;
    canvas.draw(this.o.map.getCanvas(), camera, () => {
      if (this.o.render === 'overlaid') this.drawLinks(camera);
      if (!this.visible.vehicles) return;
      this.vehicles.draw(camera, nowMs, {
        theme: this.theme,
        colourBy: this.vehicleColour,
        selectedSlot: this.selection?.kind === 'vehicle' ? this.selection.slot : -1,
      });
    });
    this.drawnAtMs = nowMs;
    this.vehiclesVersion = this.o.session.telemetry.vehicles.version;
    this.vehiclesStale = !this.vehicles.ready();
  }

  /** Once an animation frame: makes what changed, and draws only where the picture would differ. */
  private step(nowMs: number): void {
    const { telemetry } = this.o.session;
    const { vehicles } = telemetry;
    if (this.software && nowMs - this.drawnAtMs < 1_000 / SOFTWARE_FPS) return;
    if (!this.canvas.free()) return;
    this.onFrame?.(nowMs);
    this.stepRecords(nowMs);
    this.stepLinks(nowMs);
    if (this.vehiclesStale || vehicles.version !== this.vehiclesVersion || vehicles.moving(nowMs)) {
      this.drawVehicles(nowMs);
    }
  }

  private stepLinks(nowMs: number): void {
    const { linkStateVersion } = this.o.session.telemetry;
    if (!this.links || !this.visible.links) return;
    const every = this.linksWaiting ? 0 : this.software ? LINKS_EVERY_MS.software : LINKS_EVERY_MS.card;
    if (linkStateVersion === this.linkStateVersion && !this.linksWaiting) return;
    if (nowMs - this.linksAtMs < every) return;
    if (this.linksWaiting && !this.links.ready()) return;
    this.linkStateVersion = linkStateVersion;
    this.linksAtMs = nowMs;
    if (this.o.render === 'interleaved') this.o.map.triggerRepaint();
    else this.vehiclesStale = true;
  }

  private stepRecords(nowMs: number): void {
    const { session, map, reducedMotion } = this.o;
    if (session.telemetry.signalsVersion !== this.signalsVersion) {
      this.signalsVersion = session.telemetry.signalsVersion;
      if (map.getZoom() >= SIGNALS_FROM_ZOOM) this.touch('signals');
    }
    if (this.dirty.has('incidents'))
      this.incidents = placedIncidents(session.mirror.records.incident.values());
    if (this.dirty.has('units')) this.units = placedUnits(session.mirror.records.unit.values());
    if (nowMs - this.pulsedAtMs >= PULSE_EVERY_MS) {
      const serverNowMs = session.serverNowMs();
      const pulse = !reducedMotion && this.incidents.some((i) => isPulsing(i, serverNowMs));
      if (pulse || this.pulsed) this.touch('selection');
      this.pulsed = pulse;
      this.pulsedAtMs = nowMs;
    }
    this.stepAlarms(nowMs);
    this.signals.step();
    if (!this.records || this.dirty.size === 0) return;
    this.records.remake([...this.dirty], nowMs);
    this.dirty.clear();
  }

  /** Alarms change with every value they watch; what is drawn of them seldom does. */
  private stepAlarms(nowMs: number): void {
    if (this.alarmsChanged) {
      this.alarmsChanged = false;
      const placed = placedAlarms(this.o.session.mirror.records.alarm.values());
      if (!sameAlarms(placed, this.alarms)) {
        this.alarms = placed;
        this.touch('alarms');
      }
    }
    // Twice a second a layer is switched; while nothing is unacknowledged, never.
    const flashing =
      !this.o.reducedMotion && this.visible.alarms && this.alarms.some((a) => a.unacknowledged);
    const lit = !flashing || Math.floor(nowMs / FLASH_HALF_MS) % 2 === 0;
    if (lit === this.alarmsLit) return;
    this.alarmsLit = lit;
    this.touch('alarmHalos');
  }
}
