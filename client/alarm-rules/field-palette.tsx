/** The facts an expression may name, in words and with their unit; a click puts one where the cursor stands. */
import { useMemo, useState, type KeyboardEvent } from 'react';
import type { SubjectKind } from '../../server/contract/alarm-fields.ts';
import { useText } from '../desk/hooks.ts';
import {
  paletteGroups,
  paletteOf,
  searchPalette,
  type ExpressionField,
  type PaletteEntry,
} from './palette.ts';

/** Arrows go through the names, so that Tab leaves them in one step. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.indexOf(event.target as HTMLButtonElement);
  if (at < 0) return;
  event.preventDefault();
  buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]!.focus();
}

export function FieldPalette({
  subject,
  field,
  areas,
  onInsert,
}: {
  readonly subject: SubjectKind;
  /** The expression that was written in last. */
  readonly field: ExpressionField;
  readonly areas: readonly string[];
  readonly onInsert: (what: string) => void;
}) {
  const { t, text } = useText();
  const [q, setQ] = useState('');
  const entries = useMemo(
    () => searchPalette(paletteOf(subject, field, areas), q),
    [subject, field, areas, q],
  );
  const button = (entry: PaletteEntry) => (
    <button
      key={entry.insert}
      type="button"
      tabIndex={entry === entries[0] ? 0 : -1}
      title={entry.help ? text(entry.help) : undefined}
      onClick={() => onInsert(entry.insert)}
    >
      <code>{entry.insert}</code>
      <span>
        {text(entry.words)}
        {entry.unit !== undefined && ` · ${entry.unit}`}
        {entry.type !== 'double' && ` · ${t(`rules.type.${entry.type}`)}`}
      </span>
    </button>
  );
  return (
    <details className="cb-palette">
      <summary>
        {t('rules.palette')} <small>{t('rules.palette.into', { name: t(`rules.${field}`) })}</small>
      </summary>
      <input
        className="cb-input"
        value={q}
        placeholder={t('rules.palette.search')}
        aria-label={t('rules.palette.search')}
        onChange={(event) => setQ(event.target.value)}
      />
      <div className="cb-palette-list" role="group" aria-label={t('rules.palette')} onKeyDown={moveFocus}>
        {paletteGroups.map((group) => {
          const own = entries.filter((entry) => entry.group === group);
          if (own.length === 0) return null;
          return (
            <section key={group}>
              <h4>{t(`rules.palette.${group}`)}</h4>
              {own.map(button)}
            </section>
          );
        })}
        {entries.length === 0 && <p className="cb-note">{t('rules.palette.none', { q })}</p>}
      </div>
      <p className="cb-note">{t('rules.palette.help')}</p>
    </details>
  );
}
