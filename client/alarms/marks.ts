/** Choosing several alarms by keyboard and pointer: what is marked after each act. Pure. */
import type { MarkAct } from '../ui/virtual-list.tsx';

export interface Marks {
  /** Ids of alarms, in no order. */
  readonly ids: ReadonlySet<string>;
  /** The row at which a range begins. */
  readonly anchor: string | null;
}
export const noMarks: Marks = { ids: new Set(), anchor: null };

/** A row, and the alarms that are marked with it. */
export interface Markable {
  readonly key: string;
  readonly ids: readonly string[];
}

/** A row is marked when all of its alarms are. */
export const isMarked = (row: Markable, { ids }: Marks): boolean =>
  row.ids.length > 0 && row.ids.every((id) => ids.has(id));

function toggled(marks: Marks, row: Markable): Marks {
  const ids = new Set(marks.ids);
  const on = !isMarked(row, marks);
  for (const id of row.ids)
    if (on) ids.add(id);
    else ids.delete(id);
  return { ids, anchor: row.key };
}

const idsOf = (rows: readonly Markable[]): ReadonlySet<string> => new Set(rows.flatMap((r) => r.ids));

/** A plain click lets go of every mark: none is left behind out of sight (UI-143). */
export function markAfter(marks: Marks, rows: readonly Markable[], act: MarkAct): Marks {
  switch (act.how) {
    case 'toggle': {
      const row = rows[act.at];
      return row ? toggled(marks, row) : marks;
    }
    case 'range': {
      const anchor = rows.findIndex((r) => r.key === marks.anchor);
      const from = anchor >= 0 ? anchor : Math.max(0, act.from);
      const row = rows[from];
      if (!row) return marks;
      const between = rows.slice(Math.min(from, act.to), Math.max(from, act.to) + 1);
      return { ids: idsOf(between), anchor: row.key };
    }
    case 'all': {
      const all = idsOf(rows);
      return rows.every((r) => isMarked(r, marks)) ? noMarks : { ids: all, anchor: null };
    }
    case 'none':
    case 'only':
      return noMarks;
  }
}

/** What is meant where nothing is named: the marked ones that the list shows, else the selected one (UI-143). */
export function meantIds(
  marks: Marks,
  rows: readonly Markable[],
  selected: string | null,
): readonly string[] {
  const shown = idsOf(rows);
  const marked = [...marks.ids].filter((id) => shown.has(id));
  if (marked.length > 0) return marked;
  return selected === null ? [] : [selected];
}
