/**
 * Fields of long forms, of the browser's own controls: they open in whatever window the panel stands in. A field has a label,
 * and what is wrong with it stands below and is read with it.
 */
import { useId, type ReactNode } from 'react';
import type { LocalText } from '../../server/contract/text.ts';

interface Labelled {
  readonly label: ReactNode;
  readonly help?: ReactNode;
  readonly faults?: readonly string[];
  readonly disabled?: boolean;
}

function Faults({ id, faults }: { readonly id: string; readonly faults: readonly string[] }) {
  if (faults.length === 0) return null;
  return (
    <div id={id} className="cb-field-fault">
      {[...new Set(faults)].map((fault) => (
        <p key={fault}>{fault}</p>
      ))}
    </div>
  );
}

/** What a control says about its faults to who cannot see them. */
const invalid = (faults: readonly string[] | undefined, id: string) =>
  faults && faults.length > 0 ? { 'aria-invalid': true, 'aria-describedby': id } : {};

function Frame({
  label,
  help,
  faults = [],
  id,
  children,
}: Labelled & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="cb-field">
      <label htmlFor={id}>{label}</label>
      {children}
      {help !== undefined && <p className="cb-note">{help}</p>}
      <Faults id={`${id}-fault`} faults={faults} />
    </div>
  );
}

export function TextBox({
  value,
  onChange,
  placeholder,
  maxLength,
  ...frame
}: Labelled & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly maxLength?: number;
}) {
  const id = useId();
  return (
    <Frame {...frame} id={id}>
      <input
        id={id}
        className="cb-input"
        value={value}
        placeholder={placeholder}
        maxLength={maxLength}
        disabled={frame.disabled}
        autoComplete="off"
        {...invalid(frame.faults, `${id}-fault`)}
        onChange={(event) => onChange(event.target.value)}
      />
    </Frame>
  );
}

export function NumberBox({
  value,
  onChange,
  unit,
  min,
  max,
  step = 1,
  ...frame
}: Labelled & {
  readonly value: number | null;
  /** Null: emptied. */
  readonly onChange: (value: number | null) => void;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | 'any';
}) {
  const id = useId();
  return (
    <Frame {...frame} id={id}>
      <span className="cb-number">
        <input
          id={id}
          type="number"
          className="cb-input"
          value={value ?? ''}
          min={min}
          max={max}
          step={step}
          disabled={frame.disabled}
          {...invalid(frame.faults, `${id}-fault`)}
          onChange={(event) => onChange(event.target.value === '' ? null : event.target.valueAsNumber)}
        />
        {unit !== undefined && unit !== '' && <span>{unit}</span>}
      </span>
    </Frame>
  );
}

export interface Option<V extends string> {
  readonly value: V;
  readonly label: string;
  /** Options of a group stand together. */
  readonly group?: string;
}

export function Choice<V extends string>({
  value,
  onChange,
  options,
  ...frame
}: Labelled & {
  readonly value: V;
  readonly onChange: (value: V) => void;
  readonly options: readonly Option<V>[];
}) {
  const id = useId();
  const groups = [...new Set(options.map((o) => o.group))];
  const shown = (of: readonly Option<V>[]): ReactNode =>
    of.map((o) => (
      <option key={o.value} value={o.value}>
        {o.label}
      </option>
    ));
  return (
    <Frame {...frame} id={id}>
      <select
        id={id}
        className="cb-input"
        value={value}
        disabled={frame.disabled}
        {...invalid(frame.faults, `${id}-fault`)}
        onChange={(event) => onChange(event.target.value as V)}
      >
        {groups.map((group) =>
          group === undefined ? (
            shown(options.filter((o) => o.group === undefined))
          ) : (
            <optgroup key={group} label={group}>
              {shown(options.filter((o) => o.group === group))}
            </optgroup>
          ),
        )}
      </select>
    </Frame>
  );
}

const languages = [
  ['zh', '中'],
  ['en', 'En'],
] as const;

/** The same words in both languages, beside each other where there is room. */
export function BothLanguages({
  value,
  onChange,
  names,
  rows = 1,
  label,
  help,
  faults = [],
  disabled,
}: Labelled & {
  readonly value: LocalText;
  readonly onChange: (value: LocalText) => void;
  /** What the languages are called, for who hears the form. */
  readonly names: Readonly<Record<'zh' | 'en', string>>;
  readonly rows?: number;
}) {
  const id = useId();
  return (
    <fieldset className="cb-field cb-both">
      <legend>{label}</legend>
      {help !== undefined && <p className="cb-note">{help}</p>}
      <div>
        {languages.map(([side, mark]) => {
          const common = {
            className: 'cb-input',
            value: value[side],
            disabled,
            lang: side === 'zh' ? 'zh-CN' : 'en',
            'aria-label': names[side],
            ...invalid(faults, `${id}-fault`),
          };
          const change = (text: string): void => onChange({ ...value, [side]: text });
          return (
            <span key={side} className="cb-language">
              <span aria-hidden="true">{mark}</span>
              {rows === 1 ? (
                <input {...common} autoComplete="off" onChange={(event) => change(event.target.value)} />
              ) : (
                <textarea {...common} rows={rows} onChange={(event) => change(event.target.value)} />
              )}
            </span>
          );
        })}
      </div>
      <Faults id={`${id}-fault`} faults={faults} />
    </fieldset>
  );
}
