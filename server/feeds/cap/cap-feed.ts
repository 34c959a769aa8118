/**
 * Warnings of other authorities (Common Alerting Protocol 1.2, OASIS 2010), one by one or as an Atom index. Of a feed that
 * is polled, messages that an index only links to are fetched by the poll, and what an index repeats is refused once.
 */
import type { Observation, WarningObservation } from '../../contract/observations.ts';
import type { Refusal } from '../../contract/refusals.ts';
import type { WarningMessage } from '../../contract/warnings.ts';
import { nothing, payloadBytes, type FeedParser, type ParseContext, type Parsed } from '../parser.ts';
import { shiftTimes } from '../plausibility.ts';
import type { IndexEntry } from './atom.ts';
import type { CapReading } from './cap-reader.ts';

export class CapFeed implements FeedParser {
  readonly takesBytes = true;
  private readonly reader: CapReading;
  private readonly polled: boolean;
  /** Entries of the last index that were refused. */
  private refused: ReadonlySet<string> = new Set();

  constructor(reader: CapReading, polled: boolean) {
    this.reader = reader;
    this.polled = polled;
  }

  async parse(raw: unknown, ctx: ParseContext): Promise<Parsed> {
    const bytes = payloadBytes(raw);
    if (bytes === null) return nothing({ code: 'bad-format', detail: 'not XML' });
    const read = await this.reader.read(bytes);
    if (!read.ok) return nothing(read.error);
    if (read.value.kind === 'index') return this.index(read.value.entries, ctx);
    return { observations: [observationOf(read.value.message, ctx)], lines: [ctx.line], refusals: [] };
  }

  private index(entries: readonly IndexEntry[], ctx: ParseContext): Parsed {
    const found: { readonly o: WarningObservation; readonly line: number; readonly key: string }[] = [];
    const refusals: Refusal[] = [];
    const refused = new Set<string>();
    for (const [i, { key, message, link }] of entries.entries()) {
      if (this.polled && message === undefined && link !== undefined) continue;
      if (this.polled && this.refused.has(key)) {
        refused.add(key);
        continue;
      }
      const line = i + 1;
      if (message?.ok === true) {
        found.push({ o: observationOf(message.value, ctx), line, key });
        continue;
      }
      refused.add(key);
      const detail = `entry[${line}]: ${link === undefined ? 'no CAP' : 'link only (poll)'}`;
      refusals.push({ ...(message?.error ?? { code: 'bad-warning', detail }), line });
    }
    // An update has to find what it updates; an index has the newest first.
    found.sort((a, b) => a.o.at - b.o.at);
    const keys = new Map<Observation, string>(found.map(({ o, key }) => [o, key]));
    return {
      observations: found.map(({ o }) => o),
      lines: found.map(({ line }) => line),
      refusals,
      commit: (lost) => {
        // What a clock that is behind takes for the future may be true with the next poll.
        for (const o of lost) if (o.at <= ctx.arrivedAtMs) refused.add(keys.get(o)!);
        this.refused = refused;
      },
    };
  }
}

function observationOf(message: WarningMessage, ctx: ParseContext): WarningObservation {
  const o: WarningObservation = {
    type: 'warning',
    id: message.identifier,
    at: message.sentAtMs,
    message: { ...message },
  };
  if (ctx.clock !== null) shiftTimes(o, ctx.clock);
  return o;
}
