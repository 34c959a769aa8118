/** What the door of the feeds and a request on its way through it share. */
import type { RefusalCode } from '../contract/refusals.ts';
import type { ObservePort } from '../live/ports.ts';
import type { FeedConfig } from './config.ts';
import type { FastLines } from './fast-lines.ts';
import type { Area, FeedParser } from './parser.ts';
import type { RateLimit } from './rate-limit.ts';

export interface Outcome {
  readonly taken: number;
  readonly late: number;
  readonly duplicate: number;
  readonly refused: ReadonlyMap<RefusalCode, number>;
}

/** Told what became of every flush, by whoever measures. */
export type IntakeMeter = (feedId: string, transport: Transport, outcome: Outcome) => void;
export type Transport = 'http' | 'socket' | 'mqtt' | 'poll';

/** Keeps what was taken in, for replays. */
export interface RecorderPort {
  /** `payload` is JSON text. */
  /** `eventMs`: when it is to be played again, where that is not when it arrived. */
  write(feedId: string, atMs: number, payload: string, eventMs?: number): void;
  /** Resolves when it can take more. */
  drained(): Promise<void>;
}

/** A feed with what the door keeps of it. */
export interface OpenFeed {
  readonly config: FeedConfig;
  readonly allowed: ReadonlySet<string>;
  readonly area: Area;
  /** Null for the native format, which needs no memory. */
  readonly parser: FeedParser | null;
  readonly rate: RateLimit;
  readonly recorder: RecorderPort | null;
  /** Keep an incident whose position cannot be true, without the position. */
  readonly keepsMisplaced: boolean;
  readonly tokenHash: Buffer;
  /** The end of the queue of payloads that must be read one after another. */
  turn: Promise<unknown>;
}

/** What a request needs of the door. */
export interface Door {
  readonly deps: {
    readonly port: ObservePort;
    readonly nowMs: () => number;
    readonly meter?: IntakeMeter | undefined;
  };
  readonly fast: FastLines;
  readonly maxLineBytes: number;
}
