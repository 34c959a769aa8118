/** The list of signals: what engineers set and what was measured put together, filtered and ordered. Pure. */
import type { SignalLine, SignalServiceLevel } from '../../server/contract/signal-api.ts';
import type { ControlRecord, SignalGround, SignalMode } from '../../server/contract/signal-control.ts';
import type { LocalText } from '../../server/contract/text.ts';
import { isDegraded } from '../map/layers/control-shown.ts';

export interface SignalRow {
  readonly id: string;
  readonly name: LocalText;
  readonly control: ControlRecord;
  /** Absent until something has been measured there. */
  readonly line: SignalLine | undefined;
}

export const signalSorts = ['delay', 'queue', 'name'] as const;
export const groundFilters = [
  '',
  'degraded',
  'method',
  'wave',
  'actuated',
  'plan',
  'local',
  'silent',
] as const;
export interface SignalFilter {
  readonly text: string;
  /** District id; empty: all. */
  readonly district: string;
  readonly mode: SignalMode | '';
  readonly ground: (typeof groundFilters)[number];
  readonly los: SignalServiceLevel | '';
  readonly sort: (typeof signalSorts)[number];
}
export const noSignalFilter: SignalFilter = {
  text: '',
  district: '',
  mode: '',
  ground: '',
  los: '',
  sort: 'delay',
};

export const isFilteringSignals = (f: SignalFilter): boolean =>
  f.text !== '' || f.district !== '' || f.mode !== '' || f.ground !== '' || f.los !== '';

/** Decided here, second by second. */
export const isAutomatic = (c: { readonly mode: SignalMode; readonly ground: SignalGround }): boolean =>
  c.mode === 'auto' && !isDegraded(c);

export interface SignalCounts {
  readonly all: number;
  readonly automatic: number;
  readonly degraded: number;
  readonly proposals: number;
}
export function countSignals(controls: Iterable<ControlRecord>): SignalCounts {
  let [all, automatic, degraded, proposals] = [0, 0, 0, 0];
  for (const c of controls) {
    all++;
    if (isAutomatic(c)) automatic++;
    if (isDegraded(c)) degraded++;
    if (c.proposal) proposals++;
  }
  return { all, automatic, degraded, proposals };
}

/** Unknown comes last, whatever is ordered by. */
const most = (a: number | null | undefined, b: number | null | undefined): number => (b ?? -1) - (a ?? -1);
const byName = (a: SignalRow, b: SignalRow): number =>
  a.name.zh.localeCompare(b.name.zh, 'zh-CN', { numeric: true }) || (a.id < b.id ? -1 : 1);
const orders: Readonly<Record<SignalFilter['sort'], (a: SignalRow, b: SignalRow) => number>> = {
  delay: (a, b) => most(a.line?.delayS, b.line?.delayS),
  queue: (a, b) => most(a.line?.queue, b.line?.queue),
  name: byName,
};

function fits({ control, line, name, id }: SignalRow, f: SignalFilter): boolean {
  if (f.district !== '' && control.district !== f.district) return false;
  if (f.mode !== '' && control.mode !== f.mode) return false;
  if (f.ground === 'degraded' ? !isDegraded(control) : f.ground !== '' && control.ground !== f.ground)
    return false;
  if (f.los !== '' && line?.los !== f.los) return false;
  const wanted = f.text.trim().toLowerCase();
  return wanted === '' || [name.zh, name.en, id].some((word) => word.toLowerCase().includes(wanted));
}

export function signalRows(
  controls: Iterable<ControlRecord>,
  lines: readonly SignalLine[],
  filter: SignalFilter,
): readonly SignalRow[] {
  const measured = new Map(lines.map((line) => [line.id, line]));
  const rows: SignalRow[] = [];
  for (const control of controls) {
    const row = { id: control.id, name: control.name, control, line: measured.get(control.id) };
    if (fits(row, filter)) rows.push(row);
  }
  const order = orders[filter.sort];
  return rows.sort((a, b) => order(a, b) || byName(a, b));
}

/** Whom a key means: the marked ones that the list shows, else the selected one, else the district that is shown. */
export function meantSignals(
  rows: readonly SignalRow[],
  marked: ReadonlySet<string>,
  selected: string | null,
  district: string,
): readonly string[] {
  const shown = rows.filter((r) => marked.has(r.id)).map((r) => r.id);
  if (shown.length > 0) return shown;
  if (selected !== null) return [selected];
  return district === '' ? [] : rows.filter((r) => r.control.district === district).map((r) => r.id);
}
