/** Sampled telemetry in an embedded SQLite file, kept for a bounded time. A failed sample is reported, never thrown. */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { VitalsHistory } from '../contract/api.ts';
import type { VitalsRecord } from '../contract/records.ts';
import type { FactSample, History, HistoryRow, LinkSample } from '../live/ports.ts';
import type { SubjectKind } from '../contract/alarm-fields.ts';
import type { HistoryQuestion } from './history-worker.ts';
import { WorkerPort } from './worker-port.ts';

const HOUR_MS = 3_600_000;
const KEEP_VITALS_MS = 30 * 24 * HOUR_MS;
const KEEP_LINKS_MS = 7 * 24 * HOUR_MS;
/** More points than a chart has pixels help nobody. */
const MAX_POINTS = 360;
const UNKNOWN = 255;

export class SqliteHistory implements History {
  private readonly port: WorkerPort;
  private readonly onError: (error: unknown) => void;
  private nextPruneMs = 0;

  private constructor(port: WorkerPort, onError: (error: unknown) => void) {
    this.port = port;
    this.onError = onError;
  }

  /** @throws where the file cannot be opened. */
  static async open(file: string, onError: (error: unknown) => void): Promise<SqliteHistory> {
    mkdirSync(dirname(resolve(file)), { recursive: true });
    const port = new WorkerPort(new URL('./history-worker.ts', import.meta.url), { file });
    await port.ask({ ask: 'open' } satisfies HistoryQuestion);
    return new SqliteHistory(port, onError);
  }

  sampleVitals(vitals: VitalsRecord): void {
    this.put({ ask: 'put-vitals', atMs: Math.round(vitals.atMs), json: JSON.stringify(vitals) });
    if (vitals.atMs < this.nextPruneMs) return;
    this.nextPruneMs = vitals.atMs + HOUR_MS;
    this.put({
      ask: 'prune',
      vitalsBeforeMs: Math.round(vitals.atMs - KEEP_VITALS_MS),
      linksBeforeMs: Math.round(vitals.atMs - KEEP_LINKS_MS),
    });
  }

  sampleLinks(atMs: number, links: readonly LinkSample[]): void {
    const count = links.reduce((most, l) => Math.max(most, l.index + 1), 0);
    const speeds = new Uint8Array(count).fill(UNKNOWN);
    const filled = new Uint8Array(count).fill(UNKNOWN);
    for (const l of links) {
      speeds[l.index] = Math.min(UNKNOWN - 1, Math.round(l.speedKph));
      filled[l.index] = Math.min(UNKNOWN - 1, Math.round(l.fullPct));
    }
    this.put({ ask: 'put-links', atMs: Math.round(atMs), speeds, filled });
  }

  sampleFacts(atMs: number, full: boolean, samples: readonly FactSample[]): void {
    this.put({ ask: 'put-facts', atMs: Math.round(atMs), full, json: JSON.stringify(samples) });
  }

  async vitals(sinceMs: number): Promise<VitalsHistory> {
    const question: HistoryQuestion = { ask: 'vitals', sinceMs: Math.round(sinceMs), points: MAX_POINTS };
    const rows = (await this.port.ask<string[]>(question)).map((json) => JSON.parse(json) as VitalsRecord);
    const names = new Set(rows.flatMap((row) => Object.keys(row)));
    names.delete('id');
    names.delete('atMs');
    const series: Record<string, (number | null)[]> = {};
    for (const name of names) {
      series[name] = rows.map((row) => (row as unknown as Record<string, number | undefined>)[name] ?? null);
    }
    return { atMs: rows.map((row) => row.atMs), series };
  }

  linkTrend(index: number, sinceMs: number): Promise<{ atMs: number; speedKph: number }[]> {
    return this.ask({ ask: 'link', index, sinceMs: Math.round(sinceMs) });
  }

  rows(afterMs: number, untilMs: number, limit: number): Promise<HistoryRow[]> {
    return this.ask({ ask: 'rows', afterMs: Math.round(afterMs), untilMs: Math.round(untilMs), limit });
  }

  fullBefore(atMs: number): Promise<number | null> {
    return this.ask({ ask: 'full-before', atMs: Math.round(atMs) });
  }

  factTrend(
    kind: SubjectKind,
    id: string,
    fields: readonly string[],
    sinceMs: number,
  ): Promise<{ atMs: number; values: (number | null)[] }[]> {
    return this.ask({ ask: 'fact-trend', kind, id, fields, sinceMs: Math.round(sinceMs) });
  }

  keepBaselines(bytes: Uint8Array): void {
    this.put({ ask: 'put-baselines', bytes });
  }

  baselines(): Promise<Uint8Array | null> {
    return this.ask({ ask: 'baselines' });
  }

  async close(): Promise<void> {
    await this.port.ask({ ask: 'close' } satisfies HistoryQuestion);
    await this.port.end();
  }

  private ask<T>(question: HistoryQuestion): Promise<T> {
    return this.port.ask<T>(question);
  }

  private put(question: HistoryQuestion): void {
    this.port.ask(question).catch(this.onError);
  }
}
