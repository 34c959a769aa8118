/**
 * Records on the map: symbols, rings and texts by deck.gl in a canvas of its own, drawn again only when a record, the
 * view or a pulse changes. Size and camera are set together from the base map's last frame (UI-49).
 */
import { Deck, MapView, type Layer } from '@deck.gl/core';
import { ScatterplotLayer } from '@deck.gl/layers';
import type { Device } from '@luma.gl/core';
import type { Map as MapLibreMap } from 'maplibre-gl';
import type { LonLat } from '../../server/contract/geo.ts';
import { rgb, tokens } from '../ui/tokens.ts';
import type { DataLayers } from './data-layers.ts';
import { alarmAtlas, facilityAtlas, incidentAtlas, type Atlas } from './icons.ts';
import { alarmHaloLayer, alarmLayers } from './layers/alarms.ts';
import { alarmClusters, type ShownAlarm } from './layers/alarms-shown.ts';
import { incidentLayers, pulseLayer } from './layers/incidents.ts';
import { LabelSpace } from './layers/label-space.ts';
import { incidentClusters } from './layers/incidents-shown.ts';
import { facilityLayers, stationLayers, unitLayers } from './layers/places.ts';
import { shownFacilities, unitShown } from './layers/places-shown.ts';
import { buildHeads, SIGNALS_FROM_ZOOM, type SignalHeads } from './layers/signal-heads.ts';
import { controlLayers } from './layers/junction-control.ts';
import { delayLayers } from './layers/junction-delay.ts';
import { waveLayers } from './layers/green-wave.ts';
import { routeLayers } from './layers/routes.ts';
import { signalLayers } from './layers/signals.ts';
import { GlyphGate } from './layers/text.ts';
import { warningLayers } from './layers/warnings.ts';
import { changedRoads, whatIfLayers } from './layers/what-if.ts';
import { shownWarnings } from './layers/warnings-shown.ts';
import type { Network } from './network.ts';
import { everyPart, type Part, type RecordLayers } from './record-parts.ts';
import type { Theme } from './types.ts';

/** Parts that share the room for labels. */
const labelled: readonly Part[] = ['alarms', 'incidents', 'units', 'stations', 'warnings'];

export class DeckRecords implements RecordLayers {
  private readonly data: DataLayers;
  private readonly parent = document.createElement('div');
  private readonly deck: Deck<MapView>;
  private readonly parts = new Map<Part, readonly Layer[]>();
  private readonly glyphs: GlyphGate;
  private readonly glyphsReady = (text: string): boolean => this.glyphs.ready(text);
  private space = new LabelSpace(0, 0);
  private headsOf: { network: Network; heads: SignalHeads } | null = null;
  private atlases: { theme: Theme; incidents: Atlas; facilities: Atlas; alarms: Atlas } | null = null;
  /** Those nobody has acknowledged, as they were gathered last: flashing makes no new list. */
  private unacknowledged: readonly ShownAlarm[] = [];

  constructor(data: DataLayers, touch: (...parts: readonly Part[]) => void) {
    this.data = data;
    this.glyphs = new GlyphGate(() => touch('incidents', 'units', 'stations', 'signalControl'));
    const { map } = data.o;
    this.parent.className = 'cb-record-canvas';
    map.getCanvasContainer().append(this.parent);
    this.fit();
    this.deck = new Deck<MapView>({
      parent: this.parent,
      views: new MapView({ id: 'map' }),
      viewState: viewStateOf(map),
      controller: false,
      _pickable: false,
      layers: [],
      deviceProps: { createCanvasContext: { pixelSizeSource: 'css-dpr' } },
      onLoad: () => this.follow(),
    });
  }

  remake(parts: readonly Part[], nowMs: number): void {
    const wanted = new Set(parts);
    if (labelled.some((p) => wanted.has(p))) {
      const { map } = this.data.o;
      this.space = new LabelSpace(map.getZoom(), map.getBearing());
      for (const part of labelled) wanted.add(part);
    }
    if (wanted.has('alarms')) wanted.add('alarmHalos');
    // From the top down: what lies higher has the first word on where its labels go.
    for (const part of everyPart.toReversed()) {
      if (wanted.has(part)) this.parts.set(part, this.make(part, nowMs));
    }
    this.deck.setProps({ layers: everyPart.flatMap((p) => this.parts.get(p) ?? []) });
  }

  follow(): void {
    if (!this.deck.isInitialized) return;
    this.fit();
    this.deck.setProps({ viewState: viewStateOf(this.data.o.map) });
    this.deck.redraw();
  }

  destroy(): void {
    this.deck.finalize();
    this.parent.remove();
  }

  /**
   * Takes the base map's size at once. deck.gl would hear of it only after the next layout, a frame that may be long
   * in coming on a busy machine, and would draw until then for the size before.
   */
  private fit(): void {
    const base = this.data.o.map.getCanvas();
    const { clientWidth: width, clientHeight: height } = base;
    this.parent.style.width = `${width}px`;
    this.parent.style.height = `${height}px`;
    const deck = this.deck as Deck<MapView> | undefined;
    if (!deck?.isInitialized || (deck.width === width && deck.height === height)) return;
    const { device } = deck as unknown as { device: Device };
    const context = device.getDefaultCanvasContext();
    context.cssWidth = width;
    context.cssHeight = height;
    context.setDrawingBufferSize(Math.floor(width * devicePixelRatio), Math.floor(height * devicePixelRatio));
    device.props.onResize?.(context, { oldPixelSize: [deck.width, deck.height] });
  }

  private heads(): SignalHeads {
    const { network, o } = this.data;
    if (this.headsOf?.network !== network) this.headsOf = { network, heads: buildHeads(network, o.drivesOn) };
    return this.headsOf.heads;
  }

  private make(part: Part, nowMs: number): readonly Layer[] {
    const { session, map, canvas } = this.data.o;
    // Where a program draws, gliding symbols would cost a frame of all of them again and again.
    const reducedMotion = this.data.o.reducedMotion || canvas.software;

    const { records } = session.mirror;
    const { theme, visible } = this.data;
    const zoom = map.getZoom();
    const view = {
      zoom,
      theme,
      nowMs: session.serverNowMs(),
      reducedMotion,
      space: this.space,
      glyphs: this.glyphsReady,
    };
    switch (part) {
      case 'warnings':
        if (!visible.warnings || records.warning.size === 0) return [];
        return warningLayers(shownWarnings(records.warning.values(), view.nowMs), {
          ...view,
          language: this.data.language,
        });
      case 'routes':
        return routeLayers(this.data.routes, theme);
      case 'whatIf':
      case 'greenWave':
      case 'signalDelay':
      case 'signalControl':
        return this.makeControl(part, zoom);
      case 'signals':
        if (!visible.signals || zoom < SIGNALS_FROM_ZOOM) return [];
        return signalLayers(this.heads(), session.telemetry, { zoom, theme, nowMs, bbox: boxOf(map) });
      case 'stations':
        if (!visible.stations) return [];
        return stationLayers([...records.station.values()], view);
      case 'facilities':
        if (!visible.facilities) return [];
        return facilityLayers(
          shownFacilities(records.facility.values(), zoom, !this.data.o.hasCity),
          theme,
          this.atlas().facilities,
        );
      case 'units':
        if (!visible.units) return [];
        return unitLayers(
          this.data.units.filter((u) => unitShown(u, zoom)),
          view,
        );
      case 'incidents':
        return this.makeIncidents(zoom);
      case 'alarms':
        return this.makeAlarms(zoom);
      case 'alarmHalos':
        if (this.unacknowledged.length === 0) return [];
        return [alarmHaloLayer(this.unacknowledged, this.data.alarmsLit, { atlas: this.atlas().alarms })];
      case 'selection':
        return this.makeSelection(nowMs);
    }
  }

  /** Nothing is made of what has nothing to show: most of the time these are empty. */
  private makeControl(
    part: 'whatIf' | 'greenWave' | 'signalDelay' | 'signalControl',
    zoom: number,
  ): readonly Layer[] {
    const { visible, theme, language, signals, network } = this.data;
    if (!visible[part]) return [];
    switch (part) {
      case 'whatIf':
        if (signals.changes.length === 0) return [];
        return whatIfLayers(changedRoads(signals.changes, network, zoom, this.data.o.drivesOn), theme);
      case 'greenWave':
        return waveLayers(signals.waves, { zoom, theme });
      case 'signalDelay':
        return delayLayers(signals.delays, { zoom, theme });
      case 'signalControl':
        return controlLayers(signals.rings, { zoom, theme, language, glyphs: this.glyphsReady });
    }
  }

  private makeIncidents(zoom: number): readonly Layer[] {
    if (!this.data.visible.incidents) return [];
    return incidentLayers(incidentClusters(this.data.incidents, zoom), {
      zoom,
      theme: this.data.theme,
      language: this.data.language,
      space: this.space,
      glyphs: this.glyphsReady,
      atlas: this.atlas().incidents,
      selectedId: this.data.selection?.kind === 'incident' ? this.data.selection.id : null,
    });
  }

  private makeAlarms(zoom: number): readonly Layer[] {
    this.unacknowledged = [];
    if (!this.data.visible.alarms || this.data.alarms.length === 0) return [];
    const shown = alarmClusters(this.data.alarms, zoom);
    this.unacknowledged = shown.filter((s) => s.members[0]!.unacknowledged);
    return alarmLayers(shown, {
      theme: this.data.theme,
      atlas: this.atlas().alarms,
      space: this.space,
    });
  }

  /** The ring round what is selected, and the rings of new severe incidents. */
  private makeSelection(nowMs: number): readonly Layer[] {
    const layers: Layer[] = [];
    if (this.data.visible.incidents && !this.data.o.reducedMotion) {
      const pulse = pulseLayer(this.data.incidents, this.data.o.session.serverNowMs(), this.data.theme);
      if (pulse) layers.push(pulse);
    }
    const { selection } = this.data;
    if (selection && selection.kind !== 'vehicle' && selection.kind !== 'link') {
      const position = this.data.place(selection, nowMs);
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
            getLineColor: [...rgb(tokens[this.data.theme].map.selection), 255],
            parameters: { depthCompare: 'always', depthWriteEnabled: false },
          }),
        );
      }
    }
    return layers;
  }

  private atlas(): { incidents: Atlas; facilities: Atlas; alarms: Atlas } {
    if (this.atlases?.theme !== this.data.theme) {
      this.atlases = {
        theme: this.data.theme,
        incidents: incidentAtlas(this.data.theme),
        facilities: facilityAtlas(this.data.theme),
        alarms: alarmAtlas(this.data.theme),
      };
    }
    return this.atlases;
  }
}

const viewStateOf = (map: MapLibreMap) => {
  const { lng, lat } = map.getCenter();
  return {
    longitude: lng,
    latitude: lat,
    zoom: map.getZoom(),
    bearing: map.getBearing(),
    pitch: map.getPitch(),
  };
};

const boxOf = (map: MapLibreMap): [number, number, number, number] => {
  const b = map.getBounds();
  return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()];
};
