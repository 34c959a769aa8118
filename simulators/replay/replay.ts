/**
 * Plays recorded files into a feed at any speed: recorded time r is sent when it is due, and the Replay-Clock header
 * tells the server to read r as now + (r − recorded)/speed. What the server could not take is sent again; order is kept.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { httpTransport } from '../publish/http.ts';
import { reasonOf, type IngestAnswer, type Transport } from '../publish/transport.ts';
import { mapping as mappingSchema, type Mapping } from './mapping.ts';
import { inOrder, merge } from './order.ts';
import { isEnvelopes, readRecorded, Skipped, type TimedLine } from './sources.ts';

export interface ReplayOptions {
  readonly feed: string;
  readonly files: readonly string[];
  readonly mapping?: string;
  readonly speed: number;
  readonly from?: string;
  readonly until?: string;
  readonly loop: boolean;
  readonly locations?: string;
  readonly server: string;
  readonly token: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface ReplayClock {
  readonly recordedMs: number;
  readonly nowMs: number;
  readonly speed: number;
}

export const clockHeader = (c: ReplayClock): string =>
  `recorded=${c.recordedMs}; now=${c.nowMs}; speed=${c.speed}`;
/** The time now that a recorded time stands for. */
export const dueMs = (c: ReplayClock, recordedMs: number): number =>
  c.nowMs + (recordedMs - c.recordedMs) / c.speed;

const BATCH = 1_000;
const GATHER_MS = 200;
const REPORT_MS = 10_000;
/** A silence of the recording that is said, lest one takes it for a fault. */
const GAP_MS = 30_000;
const MAX_BACK_OFF_MS = 5_000;

export async function readMapping(name: string): Promise<Mapping> {
  const path = name.endsWith('.json') ? name : new URL(`mappings/${name}.json`, import.meta.url);
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new Error(`mapping “${name}”: ${reasonOf(cause)}`, { cause });
  }
  const parsed = mappingSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 4).map((i) => `${i.path.join('.')}: ${i.message}`);
  throw new Error(`mapping “${name}”: ${issues.join('; ')}`);
}

/** The mapping asked for, or what the file itself is, or the one named like the feed. */
export async function mappingFor(
  options: Pick<ReplayOptions, 'feed' | 'files' | 'mapping'>,
): Promise<Mapping | null> {
  if (options.mapping !== undefined) return readMapping(options.mapping);
  const file = options.files[0];
  if (file === undefined || (await isEnvelopes(file))) return null;
  if (existsSync(new URL(`mappings/${options.feed}.json`, import.meta.url))) return readMapping(options.feed);
  throw new Error(`${file} is not made of {at, payload} lines: say with --mapping what it is`);
}

/**
 * The events of a table that were open before it is played from: `--from` begins with the city as it was then. Of
 * other recordings what lies before says nothing.
 */
export class OpenBefore {
  readonly #held = new Map<string, TimedLine>();
  readonly #applies: boolean;

  constructor(mapping: Mapping | null) {
    this.#applies = mapping?.layout === 'rows' && mapping.type === 'incident';
  }

  get count(): number {
    return this.#held.size;
  }

  note(item: TimedLine): void {
    if (!this.#applies) return;
    const { id, status } = JSON.parse(item.line) as { id: string; status?: string };
    if (status === 'closed') this.#held.delete(id);
    else this.#held.set(id, item);
  }

  /** As reports of that moment: old events, still open then. */
  *lines(atMs: number): Generator<TimedLine> {
    for (const { line } of this.#held.values()) {
      const observation = { ...(JSON.parse(line) as object), updatedAt: atMs };
      yield { atMs, line: JSON.stringify(observation) };
    }
  }
}

function bound(text: string | undefined, name: string, otherwise: number): number {
  if (text === undefined) return otherwise;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Error(`--${name} “${text}” is not an ISO 8601 time`);
  return ms;
}

/** Everything that is to be played, in order. */
export function recorded(
  files: readonly string[],
  mapping: Mapping | null,
  locations: string | undefined,
  skipped: Skipped,
): AsyncGenerator<TimedLine> {
  const streams = files.map((file) => readRecorded(file, mapping, locations, skipped));
  if (mapping?.layout === 'rows' && !mapping.sorted) return inOrder(chain(streams));
  return merge(streams);
}

async function* chain(streams: readonly AsyncGenerator<TimedLine>[]): AsyncGenerator<TimedLine> {
  for (const stream of streams) yield* stream;
}

export async function replay(options: ReplayOptions): Promise<void> {
  const { log, signal } = options;
  const mapping = await mappingFor(options);
  const fromMs = bound(options.from, 'from', -Infinity);
  const untilMs = bound(options.until, 'until', Infinity);
  let clock: ReplayClock = { recordedMs: 0, nowMs: 0, speed: options.speed };
  const transport = httpTransport({
    server: options.server,
    token: options.token,
    headers: () => ({ 'replay-clock': clockHeader(clock) }),
  });
  try {
    do {
      const skipped = new Skipped();
      const sender = new Sender(options.feed, transport, log, signal);
      const open = new OpenBefore(mapping);
      let started = false;
      for await (const item of recorded(options.files, mapping, options.locations, skipped)) {
        if (signal.aborted || item.atMs >= untilMs) break;
        if (item.atMs < fromMs) {
          open.note(item);
          continue;
        }
        if (!started) {
          started = true;
          const recordedMs = Number.isFinite(fromMs) ? fromMs : item.atMs;
          clock = { recordedMs, nowMs: Date.now(), speed: options.speed };
          log(`${options.feed}: plays from ${new Date(recordedMs).toISOString()} at ${options.speed}×`);
          if (open.count > 0) log(`${options.feed}: ${open.count} were open then`);
          for (const before of open.lines(recordedMs)) await sender.put(before, dueMs(clock, before.atMs));
        }
        await sender.put(item, dueMs(clock, item.atMs));
      }
      await sender.flush();
      sender.say('ended');
      for (const [reason, n] of skipped.reasons) log(`${options.feed}: left out ${n}: ${reason}`);
      if (!started && !signal.aborted) throw new Error('nothing to play: no readable line in that time');
    } while (options.loop && !signal.aborted);
  } finally {
    await transport.close();
  }
}

/** Gathers what is due within GATHER_MS into one request; one request at a time. */
export class Sender {
  readonly total = { taken: 0, late: 0, duplicate: 0, refused: 0 };
  readonly #feed: string;
  readonly #transport: Transport;
  readonly #log: (line: string) => void;
  readonly #signal: AbortSignal;
  readonly #said = new Set<string>();
  #batch: string[] = [];
  #firstDueMs = 0;
  #recordedMs = 0;
  #reportedMs = Date.now();

  constructor(feed: string, transport: Transport, log: (line: string) => void, signal: AbortSignal) {
    this.#feed = feed;
    this.#transport = transport;
    this.#log = log;
    this.#signal = signal;
  }

  async put(item: TimedLine, dueAtMs: number): Promise<void> {
    const full = this.#batch.length >= BATCH;
    if (this.#batch.length > 0 && (full || dueAtMs > this.#firstDueMs + GATHER_MS)) await this.flush();
    if (this.#signal.aborted) return;
    if (this.#batch.length === 0) this.#firstDueMs = Math.max(dueAtMs, Date.now());
    await this.#until(dueAtMs);
    this.#batch.push(item.line);
    this.#recordedMs = item.atMs;
  }

  /** Nothing is sent before its time: the server would refuse what lies in the future. */
  async #until(ms: number): Promise<void> {
    const waitMs = ms - Date.now();
    if (waitMs > GAP_MS) {
      this.say('at');
      this.#log(`${this.#feed}: the recording is silent for ${Math.round(waitMs / 1000)} s from here`);
    }
    // A wait is at most an hour for timers to be exact; recordings have longer gaps.
    for (let left = ms - Date.now(); left > 0 && !this.#signal.aborted; left = ms - Date.now()) {
      await nap(Math.min(left, 3_600_000), this.#signal);
    }
  }

  async flush(): Promise<void> {
    let waitMs = 250;
    let saidAway = false;
    while (this.#batch.length > 0 && !this.#signal.aborted) {
      const delivery = await this.#transport.send(this.#feed, this.#batch);
      switch (delivery.kind) {
        case 'answered':
          this.#count(delivery.answer);
          this.#batch = [];
          break;
        case 'too-large':
          await this.#halves(delivery.reason);
          break;
        case 'refused':
          this.#log(`${this.#feed}: ${this.#batch.length} lines refused: ${delivery.reason}`);
          this.total.refused += this.#batch.length;
          this.#batch = [];
          break;
        case 'retry':
          if (!saidAway) this.#log(`${this.#feed}: ${delivery.reason}; trying again until it works`);
          saidAway = true;
          await nap(delivery.afterMs ?? waitMs, this.#signal);
          waitMs = Math.min(MAX_BACK_OFF_MS, waitMs * 2);
          break;
      }
    }
    if (Date.now() - this.#reportedMs > REPORT_MS) this.say('at');
  }

  async #halves(reason: string): Promise<void> {
    const whole = this.#batch;
    if (whole.length <= 1) {
      this.#log(`${this.#feed}: a line is too large: ${reason}`);
      this.total.refused += whole.length;
      this.#batch = [];
      return;
    }
    const middle = Math.ceil(whole.length / 2);
    for (const half of [whole.slice(0, middle), whole.slice(middle)]) {
      this.#batch = half;
      await this.flush();
    }
  }

  #count(answer: IngestAnswer): void {
    for (const key of ['taken', 'late', 'duplicate', 'refused'] as const) this.total[key] += answer[key];
    for (const r of answer.refusals) {
      if (this.#said.has(r.code)) continue;
      this.#said.add(r.code);
      this.#log(`${this.#feed}: refused: ${r.code}${r.detail ? ` (${r.detail})` : ''}`);
    }
  }

  say(word: string): void {
    this.#reportedMs = Date.now();
    const { taken, late, duplicate, refused } = this.total;
    const at = this.#recordedMs === 0 ? '' : ` ${new Date(this.#recordedMs).toISOString()}`;
    this.#log(
      `${this.#feed}: ${word}${at}: ${taken} taken, ${late} late, ${duplicate} duplicate, ${refused} refused`,
    );
  }
}

async function nap(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}
