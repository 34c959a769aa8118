/** What a rule has to do with others, and the areas its expressions may name. */
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { cityMap, useDesk } from '../desk/desk.ts';
import { useRecords, useText } from '../desk/hooks.ts';
import { Choice, NumberBox, TextBox } from '../ui/fields.tsx';
import { ringOfBox, writeRing } from './areas.ts';
import { changeForm } from './editor.ts';
import { inField } from './problems.ts';
import type { FieldProblem, RuleForm } from './rule-form.ts';

interface Part {
  readonly form: RuleForm;
  readonly problems: readonly FieldProblem[];
}

/** An array with one of its items put anew, or left out. */
const replaced = <T,>(items: readonly T[], at: number, item: T | null): T[] =>
  items.flatMap((old, i) => (i !== at ? [old] : item === null ? [] : [item]));

function Explains({ form, problems }: Part) {
  const { t, text } = useText();
  const rules = useRecords('rule');
  const options = useMemo(
    () => [
      { value: '', label: t('rules.explains.choose') },
      ...rules
        .filter((r) => r.id !== form.id)
        .map((r) => ({ value: r.id, label: text(r.rule.name) }))
        .sort((a, b) => a.label.localeCompare(b.label)),
    ],
    [rules, form.id, t, text],
  );
  const set = (at: number, item: RuleForm['explains'][number] | null): void =>
    changeForm({ explains: replaced(form.explains, at, item) });
  return (
    <div className="cb-form-list" role="group" aria-label={t('rules.explains')}>
      <b>{t('rules.explains')}</b>
      <p className="cb-note">{t('rules.explains.help')}</p>
      {form.explains.map((e, i) => (
        <div key={i} className="cb-form-row">
          <Choice
            label={t('rules.explains.rule')}
            value={e.rule}
            options={options}
            faults={inField(problems, `explains.${i}`).map((p) => t(p.said.key, p.said.params))}
            onChange={(rule) => set(i, { ...e, rule })}
          />
          <NumberBox
            label={t('rules.explains.withinM')}
            unit="m"
            min={1}
            max={20_000}
            value={e.withinM}
            onChange={(withinM) => set(i, { ...e, withinM })}
          />
          <Button size="small" onClick={() => set(i, null)}>
            {t('rules.remove')}
          </Button>
        </div>
      ))}
      <Button
        size="small"
        disabled={form.explains.length >= 20}
        onClick={() => changeForm({ explains: [...form.explains, { rule: '', withinM: null }] })}
      >
        {t('rules.explains.add')}
      </Button>
    </div>
  );
}

function Areas({ form, problems }: Part) {
  const { t } = useText();
  const mapReady = useDesk((s) => s.mapReady);
  const set = (at: number, item: RuleForm['areas'][number] | null): void =>
    changeForm({ areas: replaced(form.areas, at, item) });
  const view = (): string => {
    const map = cityMap();
    return map ? writeRing(ringOfBox(map.view().bbox)) : '';
  };
  return (
    <div className="cb-form-list" role="group" aria-label={t('rules.areas')}>
      <b>{t('rules.areas')}</b>
      <p className="cb-note">{t('rules.areas.help')}</p>
      {form.areas.map((area, i) => (
        <div key={i} className="cb-form-row" data-wide="true">
          <TextBox
            label={t('rules.area.name')}
            value={area.id}
            placeholder="market"
            onChange={(id) => set(i, { ...area, id })}
          />
          <div className="cb-field">
            <label>
              {t('rules.area.points')}
              <textarea
                className="cb-input"
                rows={4}
                value={area.points}
                placeholder={'118.60000,30.20000\n118.61000,30.20000\n118.61000,30.21000'}
                onChange={(event) => set(i, { ...area, points: event.target.value })}
              />
            </label>
            {inField(problems, `areas.${i}`).map((p) => (
              <p key={p.said.key} className="cb-field-fault">
                {t(p.said.key, p.said.params)}
              </p>
            ))}
          </div>
          <div className="cb-form-buttons">
            <Button size="small" disabled={!mapReady} onClick={() => set(i, { ...area, points: view() })}>
              {t('rules.area.view')}
            </Button>
            <Button size="small" onClick={() => set(i, null)}>
              {t('rules.remove')}
            </Button>
          </div>
        </div>
      ))}
      <Button
        size="small"
        disabled={form.areas.length >= 20}
        onClick={() =>
          changeForm({ areas: [...form.areas, { id: `area-${form.areas.length + 1}`, points: '' }] })
        }
      >
        {t('rules.area.add')}
      </Button>
    </div>
  );
}

export function EditorRelations(part: Part) {
  const { t } = useText();
  const { form, problems } = part;
  const [open] = useState(() => form.groupM !== null || form.explains.length > 0 || form.areas.length > 0);
  return (
    <details className="cb-form-part" open={open || problems.length > 0 || undefined}>
      <summary>{t('rules.part.relations')}</summary>
      <NumberBox
        label={t('rules.groupM')}
        help={t('rules.groupM.help')}
        unit="m"
        min={1}
        max={20_000}
        value={form.groupM}
        faults={inField(problems, 'groupM').map((p) => t(p.said.key, p.said.params))}
        onChange={(groupM) => changeForm({ groupM })}
      />
      <Explains {...part} />
      <Areas {...part} />
    </details>
  );
}
