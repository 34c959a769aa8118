/** Summaries of finished cases, newest kept: for how work went, and for what happened before at a place. */
import { LRUCache } from 'lru-cache';
import { distanceM, metresPerDegree, type LonLat } from '../contract/geo.ts';
import type { CaseSummary } from '../domain/rules/evaluation.ts';

const MAX_KEPT = 50_000;
/** “The same place” for who asks what happened here before. */
const SAME_PLACE_M = 100;
const CELL_DEG = 0.002;
const MAX_EARLIER = 10;

export interface EarlierCase {
  readonly summary: CaseSummary;
  readonly distanceM: number;
}

export class FinishedCases {
  private readonly byId = new LRUCache<string, CaseSummary>({
    max: MAX_KEPT,
    dispose: (summary) => this.unplace(summary),
  });
  private readonly cells = new Map<string, Set<string>>();

  put(summary: CaseSummary): void {
    // What it replaces leaves its place before the new one takes its own.
    this.byId.delete(summary.id);
    this.byId.set(summary.id, summary);
    if (summary.position) this.cell(summary.position, true)!.add(summary.id);
  }

  /** A case that was opened again is not finished. */
  remove(id: string): void {
    this.byId.delete(id);
  }

  all(): Iterable<CaseSummary> {
    return this.byId.values();
  }

  /** Finished cases within 100 m, newest first. */
  at(position: LonLat, except: string): EarlierCase[] {
    const found: EarlierCase[] = [];
    const per = metresPerDegree(position[1]);
    const reachX = Math.ceil(SAME_PLACE_M / (per.lon * CELL_DEG));
    const reachY = Math.ceil(SAME_PLACE_M / (per.lat * CELL_DEG));
    for (let dx = -reachX; dx <= reachX; dx++) {
      for (let dy = -reachY; dy <= reachY; dy++) {
        const near: LonLat = [position[0] + dx * CELL_DEG, position[1] + dy * CELL_DEG];
        for (const id of this.cell(near, false) ?? []) {
          const summary = this.byId.peek(id);
          if (!summary?.position || id === except) continue;
          const away = distanceM(position, summary.position);
          if (away <= SAME_PLACE_M) found.push({ summary, distanceM: Math.round(away) });
        }
      }
    }
    return found.sort((a, b) => b.summary.reportedAtMs - a.summary.reportedAtMs).slice(0, MAX_EARLIER);
  }

  private unplace({ id, position }: CaseSummary): void {
    if (position) this.cell(position, false)?.delete(id);
  }

  private cell(p: LonLat, make: boolean): Set<string> | undefined {
    const key = `${Math.floor(p[0] / CELL_DEG)}:${Math.floor(p[1] / CELL_DEG)}`;
    let cell = this.cells.get(key);
    if (cell === undefined && make) this.cells.set(key, (cell = new Set()));
    return cell;
  }
}
