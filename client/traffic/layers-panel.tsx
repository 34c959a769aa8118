/** Which layers the map shows, each with its key. */
import { Switch } from 'antd';
import { layerMinZoom, VEHICLES_FROM_ZOOM_WITHOUT_NETWORK } from '../../server/contract/frames.ts';
import { layerKeys } from '../app/actions.ts';
import { clientConfig, setLayer, useDesk } from '../desk/desk.ts';
import { formatNumber } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { mapLayerIds, type MapLayerId } from '../map/types.ts';

/** From which zoom a layer of telemetry is sent at all. */
const fromZoom = (): Partial<Record<MapLayerId, number>> => ({
  vehicles: clientConfig().city === null ? VEHICLES_FROM_ZOOM_WITHOUT_NETWORK : layerMinZoom.vehicles,
  signals: layerMinZoom.signals,
});
/** What only a city pack brings; without one the switch would move nothing. */
const ofTheCity: ReadonlySet<MapLayerId> = new Set([
  'links',
  'signals',
  'facilities',
  'districts',
  'buildings',
  'signalDelay',
  'signalControl',
  'greenWave',
  'whatIf',
]);

export default function LayersPanel() {
  const { t, language } = useText();
  const layers = useDesk((s) => s.layers);
  const zoom = useDesk((s) => s.view?.zoom);
  const starts = fromZoom();
  if (!layers) return <p className="cb-empty">{t('layers.waiting')}</p>;
  return (
    <div className="cb-layers">
      <p className="cb-panel-head">
        <span>{t('layers.view', { zoom: formatNumber(zoom, language, 1) })}</span>
      </p>
      {mapLayerIds.map((id) => {
        if (ofTheCity.has(id) && clientConfig().city === null) return null;
        const least = starts[id];
        const tooFar = least !== undefined && zoom !== undefined && zoom < least;
        return (
          <label key={id} className="cb-layer">
            <Switch size="small" checked={layers[id]} onChange={(on) => setLayer(id, on)} />
            <span>{t(`layer.${id}`)}</span>
            {layers[id] && tooFar && (
              <small>{t('layers.fromZoom', { zoom: formatNumber(least, language, 1) })}</small>
            )}
            <kbd>{layerKeys[id]}</kbd>
          </label>
        );
      })}
    </div>
  );
}
