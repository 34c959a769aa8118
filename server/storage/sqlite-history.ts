/** Sampled telemetry in an embedded SQLite file, kept for a bounded time. A failed sample is reported, never thrown. */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { VitalsHistory } from '../contract/api.ts';
import type { VitalsRecord } from '../contract/records.ts';
import type { History } from '../live/ports.ts';
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

  sampleLinks(atMs: number, links: readonly { readonly index: number; readonly speedKph: number }[]): void {
    const count = links.reduce((most, l) => Math.max(most, l.index + 1), 0);
    const speeds = new Uint8Array(count).fill(UNKNOWN);
    for (const l of links) speeds[l.index] = Math.min(254, Math.round(l.speedKph));
    this.put({ ask: 'put-links', atMs: Math.round(atMs), speeds });
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
    return this.port.ask({ ask: 'link', index, sinceMs: Math.round(sinceMs) } satisfies HistoryQuestion);
  }

  async close(): Promise<void> {
    await this.port.ask({ ask: 'close' } satisfies HistoryQuestion);
    await this.port.end();
  }

  private put(question: HistoryQuestion): void {
    this.port.ask(question).catch(this.onError);
  }
}
