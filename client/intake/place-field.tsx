/** Where it is: an address with what the city knows of it, a click on the map, or the middle of the map. */
import { AimOutlined, CloseOutlined, EnvironmentOutlined } from '@ant-design/icons';
import { AutoComplete, Button, Tooltip } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useState } from 'react';
import type { LonLat } from '../../server/contract/geo.ts';
import { cityMap, flyTo, select, useDesk } from '../desk/desk.ts';
import { formatPosition } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { searchCity } from '../sync/api.ts';
import { changeDraft, useDraft } from './draft.ts';
import { addressTaking, placesAmong, type PlaceHit } from './places.ts';

const SHOWN = 8;
/** Crossings have long names. */
const HITS_PX = 380;

function takeHit(hit: PlaceHit, shown: string): void {
  const { address } = useDraft.getState();
  changeDraft({
    position: hit.position,
    placedBy: hit.name,
    address: addressTaking(address, hit.name, shown),
  });
  useDraft.setState({ prefilled: false });
  flyTo(hit.position);
}

function takeFromMap(position: LonLat): void {
  changeDraft({ position, placedBy: 'map' });
  useDraft.setState({ prefilled: false });
  select({ kind: 'place', position });
}

export function PlaceField({ id, faultId }: { readonly id: string; readonly faultId: string | undefined }) {
  const { t, text } = useText();
  const { address, position, placedBy, prefilled } = useDraft();
  const mapReady = useDesk((s) => s.mapReady);
  const [pointing, setPointing] = useState(false);
  const wanted = useDeferredValue(address.trim());
  const { data } = useQuery({
    queryKey: ['search', wanted],
    queryFn: ({ signal }) => searchCity(wanted, signal),
    enabled: wanted.length >= 2 && position === null,
    staleTime: 5_000,
  });
  const hits = position === null && wanted.length >= 2 ? placesAmong(data ?? [], SHOWN) : [];
  const first = hits[0];
  // A trained hand types the whole line; the best hit is taken, in sight, and can be taken back.
  useEffect(() => {
    if (prefilled && first) takeHit(first, text(first.name));
  }, [prefilled, first, text]);
  useEffect(() => {
    if (!pointing) return undefined;
    return cityMap()?.askPlace((place) => {
      setPointing(false);
      takeFromMap(place);
    });
  }, [pointing]);
  return (
    <>
      <div className="cb-intake-place">
        <AutoComplete
          id={id}
          value={address}
          defaultActiveFirstOption
          popupMatchSelectWidth={HITS_PX}
          options={hits.map((hit) => ({
            value: `${hit.kind}:${hit.id}`,
            label: (
              <span className="cb-intake-hit">
                {text(hit.name)} <small>{hit.detail ? text(hit.detail) : t(`search.kind.${hit.kind}`)}</small>
              </span>
            ),
          }))}
          placeholder={t('intake.address.placeholder')}
          aria-label={t('intake.address')}
          {...(faultId ? { status: 'error' as const, 'aria-describedby': faultId } : {})}
          onKeyDown={(event) => {
            // Faster than the search: the best hit is taken when it comes.
            if (event.key === 'Enter' && hits.length === 0 && position === null)
              useDraft.setState({ prefilled: true });
          }}
          onSearch={(typed) => {
            useDraft.setState({ prefilled: false });
            changeDraft({ address: typed, position: placedBy === 'map' ? position : null });
            if (placedBy !== 'map') changeDraft({ placedBy: null });
          }}
          onSelect={(value: string) => {
            const hit = hits.find((h) => `${h.kind}:${h.id}` === value);
            if (hit) takeHit(hit, text(hit.name));
          }}
        />
        <Tooltip title={t('intake.pointOnMap')}>
          <Button
            icon={<EnvironmentOutlined />}
            type={pointing ? 'primary' : 'default'}
            aria-pressed={pointing}
            aria-label={t('intake.pointOnMap')}
            disabled={!mapReady}
            onClick={() => setPointing(!pointing)}
          />
        </Tooltip>
        <Tooltip title={t('intake.mapCentre')}>
          <Button
            icon={<AimOutlined />}
            aria-label={t('intake.mapCentre')}
            disabled={!mapReady}
            onClick={() => {
              const map = cityMap();
              if (map) takeFromMap(map.view().center);
            }}
          />
        </Tooltip>
      </div>
      <p className="cb-note" role="status">
        {pointing && t('intake.pointing')}
        {!pointing && position !== null && (
          <>
            {t('intake.placed', {
              name: placedBy === null || placedBy === 'map' ? t('intake.placed.map') : text(placedBy),
              position: formatPosition(position),
            })}
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined />}
              aria-label={t('intake.unplace')}
              onClick={() => changeDraft({ position: null, placedBy: null })}
            />
          </>
        )}
        {!pointing && position === null && address.trim() !== '' && t('intake.unplaced')}
      </p>
    </>
  );
}
