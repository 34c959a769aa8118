/**
 * The data on the map: which layers there are, when each is made anew, and when a frame is drawn at all. Level of
 * service lies in the base map's own canvas below buildings and labels and is redrawn when it changes; what moves lies
 * in a canvas above, so that a frame of moving vehicles does not cost a frame of base map.
 */
import type { Layer } from '@deck.gl/core';
import { ScatterplotLayer } from '@deck.gl/layers';
import { MapLibreOverlay } from '@deck.gl/maplibre';
import type { Map as MapLibreMap } from 'maplibre-gl';
import type { LonLat } from '../../server/contract/geo.ts';
import type { RecordKind } from '../../server/contract/records.ts';
import { textIn, type Language } from '../../server/contract/text.ts';
import type { Session } from '../sync/session.ts';
import { rgb, tokens } from '../ui/tokens.ts';
import { facilityAtlas, incidentAtlas, type Atlas } from './icons.ts';
import {
  incidentClusters,
  incidentLayers,
  isPulsing,
  placedIncidents,
  pulseLayer,
  type PlacedIncident,
} from './layers/incidents.ts';
import { LinksLayer } from './layers/links.ts';
import {
  facilityLayers,
  placedUnits,
  shownFacilities,
  stationLayers,
  stationText,
  unitLayers,
  type PlacedUnit,
} from './layers/places.ts';
import { buildHeads, signalLayers, SIGNALS_FROM_ZOOM, type SignalHeads } from './layers/signals.ts';
import { GlyphGate } from './layers/text.ts';
import { VehiclesLayer, type VehicleColour } from './layers/vehicles.ts';
import { emptyNetwork, linkMiddle, lonLatOfUnits, type Network } from './network.ts';
import { softwareRendered } from './renderer.ts';
import { BELOW_BUILDINGS } from './style/base-style.ts';
import type { MapLayerId, Selection, Theme } from './types.ts';

export interface DataLayersOptions {
  readonly map: MapLibreMap;
  readonly session: Session;
  readonly theme: Theme;
  readonly language: Language;
  readonly reducedMotion: boolean;
  readonly drivesOn: 'right' | 'left';
  /** False: without a base map of places, facilities are drawn here whatever they report. */
  readonly hasCity: boolean;
  /** 'overlaid' keeps everything out of MapLibre's canvas (deck.gl #10700). */
  readonly render: 'interleaved' | 'overlaid';
}

type Part =
  'incidents' | 'facilities' | 'units' | 'stations' | 'signals' | 'selection' | 'vehicles' | 'links';
const everyPart: readonly Part[] = [
  'links',
  'stations',
  'facilities',
  'signals',
  'vehicles',
  'units',
  'incidents',
  'selection',
];
const partOfRecord: Partial<Record<RecordKind, Part>> = {
  incident: 'incidents',
  unit: 'units',
  facility: 'facilities',
  station: 'stations',
};

/** Frames a second where a program draws instead of a graphics card. */
const SOFTWARE_FPS = 24;

export class DataLayers {
  network: Network = emptyNetwork;
  incidents: readonly PlacedIncident[] = [];
  units: readonly PlacedUnit[] = [];
  visible: Record<MapLayerId, boolean>;
  selection: Selection | null = null;
  vehicleColour: VehicleColour = 'kind';
  /** Runs before each frame (follow mode moves the camera there). True keeps frames coming. */
  onFrame: ((nowMs: number) => boolean) | null = null;

  private readonly o: DataLayersOptions;
  private theme: Theme;
  private language: Language;
  private readonly above: MapLibreOverlay;
  private readonly below: MapLibreOverlay | null;
  private readonly parts = new Map<Part, readonly Layer[]>();
  private readonly dirty = new Set<Part>(everyPart);
  private readonly glyphs: GlyphGate;
  private heads: SignalHeads = buildHeads(emptyNetwork, 'right');
  private atlases: { theme: Theme; incidents: Atlas; facilities: Atlas } | null = null;
  private vehiclesLayer: VehiclesLayer | null = null;
  private linksLayer: LinksLayer | null = null;
  private linkStateVersion = -1;
  private signalsVersion = -1;
  private vehiclesVersion = -1;
  private zoomStep = Number.NaN;
  private frame = 0;
  private drawnAtMs = 0;
  private pulsed = false;
  private readonly minFrameMs: number;
  private readonly stops: (() => void)[] = [];

  constructor(options: DataLayersOptions, visible: Record<MapLayerId, boolean>) {
    this.o = options;
    this.theme = options.theme;
    this.language = options.language;
    this.visible = visible;
    this.glyphs = new GlyphGate(() => this.touch('incidents', 'units', 'stations'));
    this.minFrameMs = softwareRendered() ? 1_000 / SOFTWARE_FPS : 0;
    this.above = new MapLibreOverlay({ interleaved: false, layers: [], _pickable: false });
    options.map.addControl(this.above);
    if (options.render === 'interleaved') {
      this.below = new MapLibreOverlay({ interleaved: true, layers: [], _pickable: false });
      options.map.addControl(this.below);
    } else {
      this.below = null;
    }
    for (const [kind, part] of Object.entries(partOfRecord)) {
      this.stops.push(options.session.subscribe(kind as RecordKind, () => this.touch(part)));
    }
    const zoomed = (): void => this.zoomed();
    options.map.on('zoom', zoomed);
    options.map.on('moveend', zoomed);
    this.stops.push(() => options.map.off('zoom', zoomed).off('moveend', zoomed));
    const tick = (): void => {
      this.frame = requestAnimationFrame(tick);
      this.step(Date.now());
    };
    this.frame = requestAnimationFrame(tick);
  }

  setNetwork(network: Network): void {
    this.network = network;
    this.heads = buildHeads(network, this.o.drivesOn);
    this.touch('links', 'signals');
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.touch(...everyPart);
  }

  setLanguage(language: Language): void {
    this.language = language;
    this.touch('incidents');
  }

  setVisible(id: MapLayerId, on: boolean): void {
    this.visible = { ...this.visible, [id]: on };
    this.touch(...everyPart);
  }

  setSelection(selection: Selection | null): void {
    this.selection = selection;
    this.touch('selection', 'vehicles', 'links');
  }

  setVehicleColour(by: VehicleColour): void {
    this.vehicleColour = by;
    this.touch('vehicles');
  }

  touch(...parts: readonly Part[]): void {
    for (const part of parts) this.dirty.add(part);
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    for (const stop of this.stops) stop();
    this.o.map.removeControl(this.above);
    if (this.below) this.o.map.removeControl(this.below);
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

  private zoomed(): void {
    const step = Math.round(this.o.map.getZoom() * 4);
    if (step === this.zoomStep) {
      if (this.o.map.getZoom() >= SIGNALS_FROM_ZOOM) this.touch('signals');
      return;
    }
    this.zoomStep = step;
    this.touch('incidents', 'facilities', 'units', 'stations', 'signals');
  }

  /** Once an animation frame: makes what changed, and asks for a drawing only where the picture would differ. */
  private step(nowMs: number): void {
    if (nowMs - this.drawnAtMs < this.minFrameMs) return;
    const { telemetry } = this.o.session;
    const { vehicles } = telemetry;
    this.onFrame?.(nowMs);
    if (telemetry.signalsVersion !== this.signalsVersion) {
      this.signalsVersion = telemetry.signalsVersion;
      if (this.o.map.getZoom() >= SIGNALS_FROM_ZOOM) this.dirty.add('signals');
    }
    const pulse = !this.o.reducedMotion && this.incidents.some((i) => isPulsing(i, this.serverNow()));
    if (pulse || this.pulsed) this.dirty.add('selection');
    this.pulsed = pulse;
    if (this.dirty.size > 0) this.remake(nowMs);
    if (telemetry.linkStateVersion !== this.linkStateVersion) {
      this.linkStateVersion = telemetry.linkStateVersion;
      this.linksLayer?.setNeedsRedraw();
    }
    if (vehicles.version !== this.vehiclesVersion || vehicles.moving(nowMs)) {
      this.vehiclesVersion = vehicles.version;
      this.vehiclesLayer?.setNeedsRedraw();
      this.drawnAtMs = nowMs;
    }
  }

  private serverNow(): number {
    return this.o.session.serverNowMs();
  }

  private remake(nowMs: number): void {
    const changed = [...this.dirty];
    this.dirty.clear();
    for (const part of changed) this.parts.set(part, this.make(part, nowMs));
    const order = this.below ? everyPart.filter((p) => p !== 'links') : everyPart;
    if (!this.below || changed.some((p) => p !== 'links')) {
      this.above.setProps({ layers: order.flatMap((p) => this.parts.get(p) ?? []) });
    }
    if (this.below && changed.includes('links')) {
      this.below.setProps({ layers: [...(this.parts.get('links') ?? [])] });
    }
  }

  private make(part: Part, nowMs: number): readonly Layer[] {
    const { session, map, reducedMotion } = this.o;
    const { records } = session.mirror;
    const { theme, visible } = this;
    const zoom = map.getZoom();
    const view = { zoom, theme, nowMs: this.serverNow(), reducedMotion };
    switch (part) {
      case 'links':
        return this.makeLinks();
      case 'vehicles':
        return this.makeVehicles();
      case 'signals':
        if (!visible.signals || zoom < SIGNALS_FROM_ZOOM) return [];
        return signalLayers(this.heads, session.telemetry, { zoom, theme, nowMs, bbox: boxOf(map) });
      case 'stations':
        if (!visible.stations) return [];
        return stationLayers(
          [...records.station.values()].filter((s) => this.glyphs.ready(stationText(s))),
          view,
        );
      case 'facilities':
        if (!visible.facilities) return [];
        return facilityLayers(
          shownFacilities(records.facility.values(), zoom, !this.o.hasCity),
          theme,
          this.atlas().facilities,
        );
      case 'units':
        this.units = placedUnits(records.unit.values());
        if (!visible.units) return [];
        return unitLayers(
          this.units.filter((u) => this.glyphs.ready(u.callsign)),
          view,
        );
      case 'incidents':
        return this.makeIncidents(zoom);
      case 'selection':
        return this.makeSelection(nowMs);
      default:
        return [];
    }
  }

  private makeLinks(): readonly Layer[] {
    this.linksLayer = null;
    if (!this.visible.links || this.network.linkCount === 0) return [];
    this.linksLayer = new LinksLayer({
      // The geometry is made with the layer: another network is another layer.
      id: `links-${this.network.linkCount}-${this.network.originX}-${this.network.originY}`,
      network: this.network,
      telemetry: this.o.session.telemetry,
      theme: this.theme,
      drivesOn: this.o.drivesOn,
      selectedLink: this.selection?.kind === 'link' ? this.selection.index : -1,
      ...(this.below && this.o.map.getLayer(BELOW_BUILDINGS) ? { beforeId: BELOW_BUILDINGS } : {}),
    });
    return [this.linksLayer];
  }

  private makeVehicles(): readonly Layer[] {
    this.vehiclesLayer = null;
    if (!this.visible.vehicles) return [];
    this.vehiclesLayer = new VehiclesLayer({
      id: 'vehicles',
      store: this.o.session.telemetry.vehicles,
      nowMs: Date.now,
      theme: this.theme,
      colourBy: this.vehicleColour,
      selectedSlot: this.selection?.kind === 'vehicle' ? this.selection.slot : -1,
    });
    return [this.vehiclesLayer];
  }

  private makeIncidents(zoom: number): readonly Layer[] {
    this.incidents = placedIncidents(this.o.session.mirror.records.incident.values());
    if (!this.visible.incidents) return [];
    const readable = this.incidents.filter((i) =>
      this.glyphs.ready(textIn(i.record.title, this.language).slice(0, 24)),
    );
    return incidentLayers(incidentClusters(readable, zoom), {
      zoom,
      theme: this.theme,
      language: this.language,
      atlas: this.atlas().incidents,
      selectedId: this.selection?.kind === 'incident' ? this.selection.id : null,
    });
  }

  /** The ring round what is selected, and the rings of new severe incidents. */
  private makeSelection(nowMs: number): readonly Layer[] {
    const layers: Layer[] = [];
    if (this.visible.incidents && !this.o.reducedMotion) {
      const pulse = pulseLayer(this.incidents, this.serverNow(), this.theme);
      if (pulse) layers.push(pulse);
    }
    const { selection } = this;
    if (selection && selection.kind !== 'vehicle' && selection.kind !== 'link') {
      const position = this.place(selection, nowMs);
      if (position) {
        layers.push(
          new ScatterplotLayer<LonLat>({
            id: 'selection',
            data: [position],
            getPosition: (p) => p,
            getRadius: selection.kind === 'incident' ? 25 : 20,
            radiusUnits: 'pixels',
            lineWidthUnits: 'pixels',
            stroked: true,
            filled: false,
            billboard: true,
            getLineWidth: 2.5,
            getLineColor: [...rgb(tokens[this.theme].map.selection), 255],
            parameters: { depthCompare: 'always', depthWriteEnabled: false },
          }),
        );
      }
    }
    return layers;
  }

  private atlas(): { incidents: Atlas; facilities: Atlas } {
    if (this.atlases?.theme !== this.theme) {
      this.atlases = {
        theme: this.theme,
        incidents: incidentAtlas(this.theme),
        facilities: facilityAtlas(this.theme),
      };
    }
    return this.atlases;
  }
}

const boxOf = (map: MapLibreMap): [number, number, number, number] => {
  const b = map.getBounds();
  return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()];
};
