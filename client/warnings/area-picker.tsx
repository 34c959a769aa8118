/** Where a warning holds: districts by name, circles round a place on the map. */
import { Button } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import type { District } from '../../server/contract/city-pack.ts';
import type { LonLat } from '../../server/contract/geo.ts';
import { cityMap, positionOf, useDesk } from '../desk/desk.ts';
import { formatPosition } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { NumberBox, TextBox } from '../ui/fields.tsx';
import { changeWarning, type WarningForm } from './draft.ts';

const RADIUS_M = 1_000;

function Districts({
  form,
  districts,
}: {
  readonly form: WarningForm;
  readonly districts: ReadonlyMap<string, District>;
}) {
  const { t, text } = useText();
  const [q, setQ] = useState('');
  const wanted = q.trim().toLowerCase();
  const shown = useMemo(
    () =>
      [...districts.values()]
        .filter((d) => [d.name.zh, d.name.en, d.id].some((name) => name.toLowerCase().includes(wanted)))
        .sort(
          (a, b) =>
            Number(a.level !== 'district') - Number(b.level !== 'district') ||
            a.name.zh.localeCompare(b.name.zh, 'zh-CN'),
        ),
    [districts, wanted],
  );
  if (districts.size === 0) return <p className="cb-note">{t('warn.districts.none')}</p>;
  const toggle = (id: string, on: boolean): void =>
    changeWarning({ districts: on ? [...form.districts, id] : form.districts.filter((d) => d !== id) });
  return (
    <div className="cb-field">
      <input
        className="cb-input"
        value={q}
        placeholder={t('warn.districts.filter')}
        aria-label={t('warn.districts.filter')}
        onChange={(event) => setQ(event.target.value)}
      />
      <div className="cb-districts" role="group" aria-label={t('warn.districts')} tabIndex={-1}>
        {shown.map((d) => (
          <label key={d.id} data-level={d.level}>
            <input
              type="checkbox"
              checked={form.districts.includes(d.id)}
              onChange={(event) => toggle(d.id, event.target.checked)}
            />
            {text(d.name)}
          </label>
        ))}
      </div>
    </div>
  );
}

export function AreaPicker({
  form,
  districts,
  faults,
}: {
  readonly form: WarningForm;
  readonly districts: ReadonlyMap<string, District>;
  readonly faults: readonly string[];
}) {
  const { t, text } = useText();
  const mapReady = useDesk((s) => s.mapReady);
  const selection = useDesk((s) => s.selection);
  const [pointing, setPointing] = useState(false);
  const selected = selection ? positionOf(selection) : undefined;
  useEffect(() => {
    if (!pointing) return undefined;
    return cityMap()?.askPlace((place) => {
      setPointing(false);
      addCircle(place);
    });
  }, [pointing]);
  const { circles, kept } = form;
  const setCircle = (at: number, circle: WarningForm['circles'][number] | null): void =>
    changeWarning({ circles: circles.flatMap((c, i) => (i !== at ? [c] : circle === null ? [] : [circle])) });
  return (
    <fieldset className="cb-form-part" tabIndex={-1} data-invalid={faults.length > 0}>
      <legend>{t('warn.areas')}</legend>
      <Districts form={form} districts={districts} />
      {circles.map((circle, i) => (
        <div key={i} className="cb-form-row">
          <TextBox
            label={t('warn.circle', { position: formatPosition(circle.center) })}
            value={circle.description}
            placeholder={t('warn.circle.placeholder')}
            onChange={(description) => setCircle(i, { ...circle, description })}
          />
          <NumberBox
            label={t('warn.radius')}
            unit="m"
            min={10}
            max={200_000}
            value={circle.radiusM}
            onChange={(radiusM) => setCircle(i, { ...circle, radiusM })}
          />
          <Button size="small" onClick={() => setCircle(i, null)}>
            {t('rules.remove')}
          </Button>
        </div>
      ))}
      {kept.map((area, i) => (
        <div key={i} className="cb-form-row">
          <span>{t('warn.kept', { name: area.description })}</span>
          <Button size="small" onClick={() => changeWarning({ kept: kept.filter((_, at) => at !== i) })}>
            {t('rules.remove')}
          </Button>
        </div>
      ))}
      <div className="cb-form-buttons">
        <Button
          size="small"
          disabled={!selected}
          onClick={() => {
            if (selected)
              addCircle(selected, selection?.kind === 'place' && selection.name ? text(selection.name) : '');
          }}
        >
          {t('warn.circle.selected')}
        </Button>
        <Button
          size="small"
          disabled={!mapReady}
          onClick={() => {
            const map = cityMap();
            if (map) addCircle(map.view().center);
          }}
        >
          {t('warn.circle.centre')}
        </Button>
        <Button
          size="small"
          type={pointing ? 'primary' : 'default'}
          aria-pressed={pointing}
          disabled={!mapReady}
          onClick={() => setPointing(!pointing)}
        >
          {t('warn.circle.point')}
        </Button>
      </div>
      {pointing && (
        <p className="cb-note" role="status">
          {t('intake.pointing')}
        </p>
      )}
      {faults.map((fault) => (
        <p key={fault} className="cb-field-fault">
          {fault}
        </p>
      ))}
    </fieldset>
  );
}

function addCircle(center: LonLat, description = ''): void {
  const circle = { center, radiusM: RADIUS_M, description };
  changeWarning((form) => ({ circles: [...form.circles, circle] }));
}
