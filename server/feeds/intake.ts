/**
 * The one door of all feeds, whatever they come by: it knows the feeds and their tokens, turns what they send into
 * observations, hands them to the live picture, and counts every refusal (FE-20, FE-21). What is refused never stops what is good.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncidentRecord } from '../contract/records.ts';
import type { Refusal, RefusalCode } from '../contract/refusals.ts';
import { err, ok, type Result } from '../contract/result.ts';
import type { ObservePort } from '../live/ports.ts';
import { Batch } from './batch.ts';
import { CapFeed } from './cap/cap-feed.ts';
import { CapReader, type CapReading } from './cap/cap-reader.ts';
import { kindTypes, type FeedConfig } from './config.ts';
import { DispatchBoard } from './dispatch-board.ts';
import { FastLines } from './fast-lines.ts';
import { GtfsRealtime } from './gtfs-realtime.ts';
import { Open311 } from './open311.ts';
import type { Door, IntakeMeter, OpenFeed, RecorderPort, Transport } from './open-feed.ts';
import type { Area, FeedParser, ParserSetup } from './parser.ts';
import { RateLimit } from './rate-limit.ts';
import type { ReplayClock } from './replay-clock.ts';

export interface IntakeDeps {
  readonly feeds: readonly FeedConfig[];
  readonly port: ObservePort;
  readonly area: Area;
  readonly nowMs: () => number;
  /** What a feed has open in the live picture, by the source's own id. */
  readonly openIncidents?: (
    feedId: string,
  ) => readonly { readonly externalId: string; readonly record: IncidentRecord }[];
  readonly recorder?: RecorderPort;
  readonly meter?: IntakeMeter;
  readonly maxLineBytes?: number;
  /** Reads CAP; a thread of the intake's own where absent. */
  readonly cap?: CapReading;
}

/** A line longer than this is no observation. */
export const MAX_LINE_BYTES = 65_536;

const sha256 = (s: string): Buffer => createHash('sha256').update(s).digest();

export class Intake implements Door {
  readonly deps: IntakeDeps;
  readonly fast = new FastLines();
  readonly maxLineBytes: number;
  readonly cap: CapReading;
  private readonly ownReader: CapReader | null;
  private readonly feeds = new Map<string, OpenFeed>();

  constructor(deps: IntakeDeps) {
    this.deps = deps;
    this.maxLineBytes = deps.maxLineBytes ?? MAX_LINE_BYTES;
    this.ownReader = deps.cap === undefined ? new CapReader() : null;
    this.cap = deps.cap ?? this.ownReader!;
    for (const config of deps.feeds) this.feeds.set(config.id, this.open(config));
  }

  feed(id: string): OpenFeed | undefined {
    return this.feeds.get(id);
  }

  get feedIds(): readonly string[] {
    return [...this.feeds.keys()];
  }

  /** The feed for its id and token. Tokens are compared in constant time; ids are no secret (SE-10). */
  authenticate(id: string, token: string): Result<OpenFeed, Refusal> {
    const feed = this.feeds.get(id);
    if (feed === undefined) return err({ code: 'unknown-feed' });
    if (!timingSafeEqual(sha256(token), feed.tokenHash)) {
      this.refuse(feed, { code: 'wrong-token' });
      return err({ code: 'wrong-token' });
    }
    return ok(feed);
  }

  /** Counts a refusal of a whole request against its feed. */
  refuse(feed: OpenFeed, refusal: Refusal, transport: Transport = 'http'): void {
    const { port, nowMs, meter } = this.deps;
    port.refused(feed.config.id, [refusal], 1, nowMs());
    meter?.(feed.config.id, transport, {
      taken: 0,
      late: 0,
      duplicate: 0,
      refused: new Map<RefusalCode, number>([[refusal.code, 1]]),
    });
  }

  /** That a source answered, though with nothing new, is a sign of life (FE-51). */
  async alive(feed: OpenFeed): Promise<void> {
    await this.deps.port.observe(feed.config.id, [], [], this.deps.nowMs());
  }

  /** Ends what it started; payloads that are not read yet are refused. */
  async stop(): Promise<void> {
    await this.ownReader?.close();
  }

  /** Begins to take a request's payload. */
  batch(feed: OpenFeed, transport: Transport, clock: ReplayClock | null = null): Batch {
    this.deps.port.replaying(feed.config.id, clock?.speed ?? null);
    return new Batch(this, feed, transport, clock);
  }

  private open(config: FeedConfig): OpenFeed {
    const { bbox } = config;
    const { area: city, openIncidents } = this.deps;
    const area: Area =
      bbox === undefined
        ? city
        : {
            bbox,
            contains: (p) => p[0] >= bbox[0] && p[0] <= bbox[2] && p[1] >= bbox[1] && p[1] <= bbox[3],
          };
    const setup: ParserSetup = { feed: config, area, openIncidents: () => openIncidents?.(config.id) ?? [] };
    return {
      config,
      allowed: new Set(kindTypes[config.kind]),
      area,
      parser: parserOf(setup, this.cap),
      rate: new RateLimit(config.maxPerSecond),
      recorder: config.record ? (this.deps.recorder ?? null) : null,
      keepsMisplaced: config.options['misplaced'] === 'unplaced',
      tokenHash: sha256(config.token),
      turn: Promise.resolve(),
    };
  }
}

function parserOf(setup: ParserSetup, cap: CapReading): FeedParser | null {
  switch (setup.feed.format) {
    case 'native':
    case 'signal-port':
      return null;
    case 'dispatch-board':
      return new DispatchBoard(setup);
    case 'gtfs-realtime':
      return new GtfsRealtime(setup);
    case 'open311':
      return new Open311(setup);
    case 'cap':
      return new CapFeed(cap, setup.feed.poll !== undefined);
  }
}
