/**
 * Which open incidents a new report may be about: near in place and time, of a kind that goes with it. Only a hint;
 * a person decides. Invariant: the cells hold exactly the open incidents that have a position.
 */
import { categories, type CategoryCode } from '../contract/categories.ts';
import { distanceM, metresPerDegree, type LonLat } from '../contract/geo.ts';
import type { UndoLog } from './undo.ts';

/** How far apart two reports of one event lie, by what happened: seen smoke or a smell is reported from afar. */
interface Nearness {
  readonly radiusM: number;
  readonly minutes: number;
}
export type NearnessOf = (category: CategoryCode) => Nearness;
const everywhere: NearnessOf = () => ({ radiusM: 80, minutes: 10 });
/** Families that callers take for one another. */
const kin = new Set(['traffic|medical', 'fire|hazmat', 'fire|traffic', 'crime|medical', 'weather|traffic']);

function kinship(a: CategoryCode, b: CategoryCode): number {
  if (a === b) return 1;
  const fa = categories[a].family;
  const fb = categories[b].family;
  // 'other' says nothing about the kind, so it may be anything near.
  if (fa === fb) return fa === 'other' ? 1 : 0.8;
  if (kin.has(`${fa}|${fb}`) || kin.has(`${fb}|${fa}`)) return 0.5;
  return 0;
}

export interface DuplicateHint {
  readonly incident: string;
  readonly distanceM: number;
  readonly minutesApart: number;
  /** 0…1; 1 = the same kind at the same place and minute. */
  readonly score: number;
}

interface Report {
  readonly category: CategoryCode;
  readonly position: LonLat;
  readonly accuracyM?: number;
  readonly atMs: number;
}
interface OpenReport extends Report {
  readonly id: string;
}

/** A cell is wider than the widest radius, so that 3 × 3 cells hold all that can be near. */
const CELL_DEG = 0.01;
const MAX_HINTS = 5;
/** Positions known worse than this say nothing about the place. */
const USELESS_ACCURACY_M = 1_000;

export class OpenByPlace {
  private readonly cells = new Map<string, Map<string, OpenReport>>();
  private readonly cellOf = new Map<string, string>();
  private readonly undo: UndoLog;
  private readonly nearness: NearnessOf;

  /** Without `nearness` two reports are near within 80 m and 10 minutes, whatever happened. */
  constructor(undo: UndoLog, nearness: NearnessOf = everywhere) {
    this.undo = undo;
    this.nearness = nearness;
  }

  put(report: OpenReport): void {
    const before = this.known(report.id);
    if (before !== undefined && sameReport(before, report)) return;
    this.drop(report.id);
    this.insert(report);
    this.undo.note(() => {
      this.drop(report.id);
      if (before) this.insert(before);
    });
  }

  remove(id: string): void {
    const before = this.known(id);
    if (before === undefined) return;
    this.drop(id);
    this.undo.note(() => this.insert(before));
  }

  private known(id: string): OpenReport | undefined {
    const key = this.cellOf.get(id);
    return key === undefined ? undefined : this.cells.get(key)?.get(id);
  }

  private insert(report: OpenReport): void {
    const key = cellKey(report.position, 0, 0);
    let cell = this.cells.get(key);
    if (cell === undefined) this.cells.set(key, (cell = new Map()));
    cell.set(report.id, report);
    this.cellOf.set(report.id, key);
  }

  private drop(id: string): void {
    const key = this.cellOf.get(id);
    if (key === undefined) return;
    this.cellOf.delete(id);
    const cell = this.cells.get(key);
    cell?.delete(id);
    if (cell?.size === 0) this.cells.delete(key);
  }

  /** Open incidents that `report` may repeat, best first (IN-3). */
  hints(report: Report): DuplicateHint[] {
    if ((report.accuracyM ?? 0) > USELESS_ACCURACY_M) return [];
    const near = this.nearness(report.category);
    const out: DuplicateHint[] = [];
    const reach = Math.max(1, Math.ceil(metresPerDegree(0).lon / metresPerDegree(report.position[1]).lon));
    for (let dx = -reach; dx <= reach; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        const cell = this.cells.get(cellKey(report.position, dx, dy));
        if (cell === undefined) continue;
        for (const other of cell.values()) {
          const hint = compare(report, other, near);
          if (hint !== null) out.push(hint);
        }
      }
    }
    return out.sort((a, b) => b.score - a.score || (a.incident < b.incident ? -1 : 1)).slice(0, MAX_HINTS);
  }
}

const sameReport = (a: OpenReport, b: OpenReport): boolean =>
  a.category === b.category &&
  a.atMs === b.atMs &&
  a.accuracyM === b.accuracyM &&
  a.position[0] === b.position[0] &&
  a.position[1] === b.position[1];

function cellKey(p: LonLat, dx: number, dy: number): string {
  return `${Math.floor(p[0] / CELL_DEG) + dx}:${Math.floor(p[1] / CELL_DEG) + dy}`;
}

function compare(report: Report, other: OpenReport, near: Nearness): DuplicateHint | null {
  if ((other.accuracyM ?? 0) > USELESS_ACCURACY_M) return null;
  const alike = kinship(report.category, other.category);
  if (alike === 0) return null;
  const minutes = Math.abs(report.atMs - other.atMs) / 60_000;
  if (minutes > near.minutes) return null;
  const distance = distanceM(report.position, other.position);
  // What is known badly may lie farther apart and still be one place (2 sigma of both).
  const radius = near.radiusM + 2 * Math.min(100, Math.hypot(report.accuracyM ?? 0, other.accuracyM ?? 0));
  if (distance > radius) return null;
  const score = alike * (1 - 0.5 * (distance / radius)) * (1 - 0.5 * (minutes / near.minutes));
  return {
    incident: other.id,
    distanceM: Math.round(distance),
    minutesApart: Math.round(minutes * 10) / 10,
    score: Math.round(score * 100) / 100,
  };
}
