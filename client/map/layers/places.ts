/** Records that have a place: facilities with occupancy, units with callsign and status, stations with their value. */
import { IconLayer, ScatterplotLayer, TextLayer } from '@deck.gl/layers';
import type { Layer } from '@deck.gl/core';
import type { LonLat } from '../../../server/contract/geo.ts';
import type { FacilityRecord, StationRecord, UnitRecord } from '../../../server/contract/records.ts';
import { tokens, type Hex, type Theme } from '../../ui/tokens.ts';
import { RING_STEPS, rgba, type Atlas } from '../icons.ts';
import { textWidthPx, type LabelSpace } from './label-space.ts';
import {
  EVERY_STATION_FROM_ZOOM,
  facilityLoad,
  isStale,
  stationNoteworthy,
  stationText,
  unitLabelled,
  type PlacedUnit,
} from './places-shown.ts';
import { textLook } from './text.ts';

const flat = { depthCompare: 'always', depthWriteEnabled: false } as const;
const at = (p: LonLat): [number, number] => [p[0], p[1]];

export function loadColour(load: number, theme: Theme): Hex {
  const los = tokens[theme].los;
  if (load < 0.6) return los.B;
  if (load < 0.75) return los.C;
  if (load < 0.85) return los.D;
  return load < 0.95 ? los.E : los.F;
}

export function facilityLayers(facilities: readonly FacilityRecord[], theme: Theme, atlas: Atlas): Layer[] {
  const withLoad = facilities.filter((f) => facilityLoad(f) !== null);
  const common = {
    iconAtlas: atlas.image,
    iconMapping: atlas.mapping,
    sizeUnits: 'pixels' as const,
    parameters: flat,
    updateTriggers: { getColor: theme, getIcon: theme },
  };
  return [
    new IconLayer<FacilityRecord>({
      ...common,
      id: 'facility-rings',
      data: withLoad,
      getIcon: (f) => `ring-${Math.round((facilityLoad(f) ?? 0) * RING_STEPS)}`,
      getColor: (f) => rgba(loadColour(facilityLoad(f) ?? 0, theme)),
      getPosition: (f) => at(f.position),
      getSize: 34,
    }),
    new IconLayer<FacilityRecord>({
      ...common,
      id: 'facilities',
      data: facilities as FacilityRecord[],
      getIcon: (f) => f.kind,
      getPosition: (f) => at(f.position),
      getSize: 34,
    }),
  ];
}

export interface PlaceView {
  readonly zoom: number;
  readonly theme: Theme;
  readonly nowMs: number;
  readonly reducedMotion: boolean;
  readonly space: LabelSpace;
  /** Whether the label font has the glyphs of a text by now. */
  readonly glyphs: (text: string) => boolean;
}

export function unitLayers(units: readonly PlacedUnit[], view: PlaceView): Layer[] {
  const t = tokens[view.theme];
  const alpha = (u: UnitRecord): number => (isStale(u, view.nowMs) ? 110 : 255);
  const glide = view.reducedMotion ? {} : { transitions: { getPosition: 900 } };
  const labelled = units.filter(
    (u) =>
      unitLabelled(u, view.zoom) &&
      view.glyphs(u.callsign) &&
      view.space.take(u.position, { dx: 0, dy: -16, width: textWidthPx(u.callsign, 11) + 14, height: 18 }),
  );
  const layers: Layer[] = [
    new ScatterplotLayer<PlacedUnit>({
      id: 'units',
      data: units as PlacedUnit[],
      getPosition: (u) => at(u.position),
      getRadius: (u) => (u.status === 'available' || u.status === 'out-of-service' ? 3.5 : 6),
      radiusUnits: 'pixels',
      lineWidthUnits: 'pixels',
      stroked: true,
      billboard: true,
      getLineWidth: 2,
      getFillColor: (u) => rgba(t.unitStatus[u.status], alpha(u)),
      getLineColor: rgba(t.map.symbolHalo),
      updateTriggers: {
        getFillColor: [view.theme, Math.floor(view.nowMs / 30_000)],
        getLineColor: view.theme,
      },
      parameters: flat,
      ...glide,
    }),
  ];
  if (labelled.length === 0) return layers;
  layers.push(
    new TextLayer<PlacedUnit>({
      ...textLook(view.theme),
      id: 'unit-labels',
      data: labelled,
      getPosition: (u) => at(u.position),
      getText: (u) => u.callsign,
      getPixelOffset: [0, -16],
      getSize: 11,
      outlineWidth: 0,
      background: true,
      backgroundPadding: [5, 2],
      backgroundBorderRadius: 3,
      getBackgroundColor: (u) => rgba(t.surface.raised, isStale(u, view.nowMs) ? 140 : 235),
      getBorderColor: (u) => rgba(t.unitStatus[u.status], alpha(u)),
      getBorderWidth: 1.5,
      getColor: (u) => rgba(t.text.main, alpha(u)),
      updateTriggers: {
        getBackgroundColor: [view.theme, Math.floor(view.nowMs / 30_000)],
        getBorderColor: view.theme,
        getColor: [view.theme, Math.floor(view.nowMs / 30_000)],
      },
      ...glide,
    }),
  );
  return layers;
}

/** Colour of an instrument by what it measures, on the scale of levels of service. */
export function stationColour(s: StationRecord, theme: Theme): Hex {
  const los = tokens[theme].los;
  const by = (v: number | undefined, limits: readonly number[]): Hex => {
    if (v === undefined) return los.none;
    const ramp = [los.A, los.B, los.C, los.D, los.E, los.F];
    return ramp[limits.filter((l) => v >= l).length] ?? los.F;
  };
  switch (s.kind) {
    case 'loop': {
      const speed = s.metrics['speedKph'];
      return by(speed === undefined ? undefined : -speed, [-80, -60, -45, -30, -15]);
    }
    // Limits of the Chinese AQI grades (HJ 633-2012): 50, 100, 150, 200, 300.
    case 'air':
      return by(s.metrics['aqi'], [50, 100, 150, 200, 300]);
    case 'rain':
      return by(s.metrics['rainMmH'], [0.1, 2.5, 8, 16, 50]);
    case 'river':
      return tokens[theme].map.station;
    case 'crowd':
      return tokens[theme].map.station;
    default:
      return los.none;
  }
}

export function stationLayers(stations: readonly StationRecord[], view: PlaceView): Layer[] {
  const t = tokens[view.theme];
  const stale = (s: StationRecord): number => (isStale(s, view.nowMs) ? 110 : 255);
  const readable = stations.filter((s) => {
    const text = stationText(s);
    if (text === '' || !(view.zoom >= EVERY_STATION_FROM_ZOOM || stationNoteworthy(s))) return false;
    if (view.zoom < (s.kind === 'loop' ? 13.5 : 11.5)) return false;
    if (!view.glyphs(text)) return false;
    return view.space.take(s.position, { dx: 0, dy: -13, width: textWidthPx(text, 11) + 4, height: 14 });
  });
  const triggers = [view.theme, Math.floor(view.nowMs / 30_000)];
  const layers: Layer[] = [
    new ScatterplotLayer<StationRecord>({
      id: 'stations',
      data: stations as StationRecord[],
      getPosition: (s) => at(s.position),
      getRadius: (s) => (s.kind === 'loop' ? 4.5 : 5.5),
      radiusUnits: 'pixels',
      radiusMinPixels: 2,
      lineWidthUnits: 'pixels',
      stroked: true,
      billboard: true,
      getLineWidth: 1.5,
      getFillColor: (s) => rgba(stationColour(s, view.theme), stale(s)),
      getLineColor: rgba(t.map.symbolHalo),
      updateTriggers: { getFillColor: triggers, getLineColor: view.theme },
      parameters: flat,
    }),
  ];
  if (readable.length === 0) return layers;
  layers.push(
    new TextLayer<StationRecord>({
      ...textLook(view.theme),
      id: 'station-values',
      data: readable,
      getPosition: (s) => at(s.position),
      getText: stationText,
      getSize: 11,
      getPixelOffset: [0, -13],
      updateTriggers: { getColor: triggers },
    }),
  );
  return layers;
}
