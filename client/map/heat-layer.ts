/** Where incidents are dense: MapLibre's own heat map below the labels, fed with the open incidents by severity. */
import type { FeatureCollection } from 'geojson';
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';
import type { Session } from '../sync/session.ts';
import { placedIncidents } from './layers/incidents-shown.ts';
import { BELOW_BUILDINGS } from './style/base-style.ts';

const ID = 'incident-heat';
const REFRESH_MS = 1_000;

export class HeatLayer {
  private readonly map: MapLibreMap;
  private readonly session: Session;
  private visible = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly unsubscribe: () => void;

  constructor(map: MapLibreMap, session: Session) {
    this.map = map;
    this.session = session;
    this.unsubscribe = session.subscribe('incident', () => this.soon());
  }

  /** After every style: a new style knows nothing of it. */
  attach(): void {
    const { map } = this;
    if (!map.getSource(ID)) map.addSource(ID, { type: 'geojson', data: this.features() });
    if (map.getLayer(ID)) return;
    map.addLayer(
      {
        id: ID,
        type: 'heatmap',
        source: ID,
        layout: { visibility: this.visible ? 'visible' : 'none' },
        paint: {
          'heatmap-weight': ['match', ['get', 'severity'], 1, 1, 2, 0.6, 3, 0.35, 0.2],
          'heatmap-radius': ['interpolate', ['exponential', 1.6], ['zoom'], 9, 14, 13, 46, 16, 120],
          'heatmap-intensity': ['interpolate', ['linear'], ['zoom'], 9, 0.7, 14, 1.3],
          'heatmap-opacity': ['interpolate', ['linear'], ['zoom'], 14, 0.75, 17, 0.25],
          'heatmap-color': [
            'interpolate',
            ['linear'],
            ['heatmap-density'],
            0,
            'rgba(0,0,0,0)',
            0.12,
            'rgba(240,213,105,0.25)',
            0.4,
            'rgba(240,213,105,0.6)',
            0.7,
            'rgba(244,154,60,0.8)',
            1,
            'rgba(228,82,60,0.9)',
          ],
        },
      },
      map.getLayer(BELOW_BUILDINGS) ? BELOW_BUILDINGS : undefined,
    );
  }

  setVisible(on: boolean): void {
    this.visible = on;
    if (this.map.getLayer(ID)) this.map.setLayoutProperty(ID, 'visibility', on ? 'visible' : 'none');
    if (on) this.soon();
  }

  destroy(): void {
    this.unsubscribe();
    if (this.timer) clearTimeout(this.timer);
  }

  private soon(): void {
    if (!this.visible) return;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.map.getSource<GeoJSONSource>(ID)?.setData(this.features());
    }, REFRESH_MS);
  }

  private features(): FeatureCollection {
    return {
      type: 'FeatureCollection',
      features: placedIncidents(this.session.mirror.records.incident.values()).map((i) => ({
        type: 'Feature',
        properties: { severity: i.severity },
        geometry: { type: 'Point', coordinates: [...i.position] },
      })),
    };
  }
}
