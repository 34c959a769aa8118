/**
 * One request's payload on its way in, whichever transport brings it: bytes or values become observations, which go to
 * the live picture piece by piece, so that neither a long stream nor a bad line holds up or loses what is good (FE-20).
 */
import type { Observation } from '../contract/observations.ts';
import { refusalText, type Refusal, type RefusalCode } from '../contract/refusals.ts';
import type { LocalText } from '../contract/text.ts';
import type { Door, OpenFeed, Outcome, RecorderPort, Transport } from './open-feed.ts';
import { parseJson, valueTooDeep } from './json.ts';
import { LineSplitter, type LineSink } from './lines.ts';
import { isRefusal, readNative } from './native.ts';
import { implausible, shiftTimes } from './plausibility.ts';
import { recordedMs, type ReplayClock } from './replay-clock.ts';

export interface IngestAnswer {
  readonly taken: number;
  readonly late: number;
  readonly duplicate: number;
  readonly refused: number;
  /** The first ones. */
  readonly refusals: readonly (Refusal & { readonly text: LocalText })[];
}

/** Elements of an array between two looks at the live picture. */
const FLUSH_AT = 1_000;
const MAX_ANSWERED_REFUSALS = 20;
/** Feed health shows the last ten. */
const MAX_TOLD_REFUSALS = 10;

export class Batch implements LineSink {
  private readonly intake: Door;
  private readonly feed: OpenFeed;
  private readonly transport: Transport;
  private readonly clock: ReplayClock | null;
  private observations: Observation[] = [];
  private lines: number[] = [];
  /** Payloads of a foreign format that wait for their turn. */
  private documents: { raw: unknown; line: number }[] = [];
  private refusals: Refusal[] = [];
  private refusedByCode = new Map<RefusalCode, number>();
  private refusedHere = 0;
  private notes: Refusal[] = [];
  private nowMs: number;
  private readonly total = { taken: 0, late: 0, duplicate: 0, refused: 0 };
  private readonly answered: Refusal[] = [];

  constructor(intake: Door, feed: OpenFeed, transport: Transport, clock: ReplayClock | null) {
    this.intake = intake;
    this.feed = feed;
    this.transport = transport;
    this.clock = clock;
    this.nowMs = intake.deps.nowMs();
  }

  /** A splitter that feeds this batch; `flush` after each chunk. */
  splitter(): LineSplitter {
    return new LineSplitter(this, this.intake.maxLineBytes);
  }

  /** How many observations and payloads wait to be flushed. */
  get waiting(): number {
    return this.observations.length + this.documents.length;
  }

  line(bytes: Buffer, start: number, end: number, lineNo: number): void {
    if (this.feed.parser === null && this.feed.recorder === null) {
      const fast = this.intake.fast.read(bytes, start, end);
      if (fast !== null && this.feed.allowed.has(fast.type)) {
        this.accept(fast, lineNo);
        return;
      }
    }
    const parsed = parseJson(bytes, start, end);
    if (parsed.ok) this.value(parsed.value, lineNo);
    else this.refuse(parsed.error, lineNo);
  }

  tooLong(lineNo: number): void {
    this.refuse({ code: 'line-too-long', detail: String(this.intake.maxLineBytes) }, lineNo);
  }

  /** One payload that is already parsed: an observation, or a document of the feed's own format. */
  value(raw: unknown, lineNo: number): void {
    if (this.feed.recorder !== null) this.record(raw, this.feed.recorder);
    if (this.feed.parser !== null) {
      this.documents.push({ raw, line: lineNo });
      return;
    }
    const read = readNative(raw, this.feed.allowed);
    if (isRefusal(read)) this.refuse(read, lineNo);
    else this.accept(read, lineNo);
  }

  /**
   * A JSON body: one payload, or an array of observations. `onBroken` is told when it is not JSON at all.
   * True where it was a single one.
   */
  async document(body: Buffer, onBroken: (refusal: Refusal) => void): Promise<boolean> {
    const parsed = parseJson(body);
    if (!parsed.ok) {
      onBroken(parsed.error);
      return true;
    }
    const single = this.feed.parser !== null || !Array.isArray(parsed.value);
    if (single) this.value(parsed.value, 1);
    else await this.values(parsed.value as unknown[], (v, line) => this.value(v, line));
    await this.flush();
    return single;
  }

  /**
   * A payload that does not say what it is: bytes of the feed's own format, lines, or one JSON text (also over several lines). What begins like an
   * array is one, and so is an object whose first line does not close it.
   */
  async payload(body: Buffer): Promise<void> {
    if (this.feed.parser?.takesBytes === true) {
      this.value(body, 1);
      await this.flush();
      return;
    }
    const first = firstLetter(body);
    const whole = first === ARRAY || (first === OBJECT && !endsALine(body));
    if (whole) {
      await this.document(body, (refusal) => this.refuse(refusal));
    } else {
      const splitter = this.splitter();
      splitter.write(body);
      splitter.end();
    }
    await this.flush();
  }

  /** Takes the elements of an array, flushing on the way so that a long one does not hold up the others. */
  async values(raw: readonly unknown[], take: (v: unknown, line: number) => void): Promise<void> {
    for (const [i, v] of raw.entries()) {
      take(v, i + 1);
      if (this.waiting >= FLUSH_AT) await this.flush();
    }
    await this.flush();
  }

  /** A value from a socket, whose nesting nobody has looked at yet. */
  untrustedValue(raw: unknown, lineNo: number): void {
    if (valueTooDeep(raw)) this.refuse({ code: 'too-deep' }, lineNo);
    else this.value(raw, lineNo);
  }

  refuse(refusal: Refusal, lineNo?: number): void {
    this.refusedHere++;
    this.refusedByCode.set(refusal.code, (this.refusedByCode.get(refusal.code) ?? 0) + 1);
    if (this.refusals.length >= MAX_ANSWERED_REFUSALS) this.refusals.splice(MAX_TOLD_REFUSALS, 1);
    this.refusals.push(lineNo === undefined ? refusal : { ...refusal, line: lineNo });
    if (this.answered.length < MAX_ANSWERED_REFUSALS) this.answered.push(this.refusals.at(-1)!);
  }

  /** Hands what has gathered to the live picture. Resolves when what must be durable is. */
  async flush(): Promise<void> {
    const { port, nowMs } = this.intake.deps;
    this.nowMs = nowMs();
    if (this.documents.length > 0) {
      const documents = this.documents;
      this.documents = [];
      await this.inTurn(() => this.readDocuments(documents));
    }
    if (this.observations.length > 0) {
      const { observations, lines } = this;
      this.observations = [];
      this.lines = [];
      await this.observe(observations, lines);
    }
    if (this.refusedHere > 0 || this.notes.length > 0) {
      const told = [...this.refusals.slice(-MAX_TOLD_REFUSALS), ...this.notes.slice(-MAX_TOLD_REFUSALS)];
      port.refused(this.feed.config.id, told, this.refusedHere, this.nowMs);
      this.count({ taken: 0, late: 0, duplicate: 0, refused: this.refusedByCode });
      this.total.refused += this.refusedHere;
      this.refusals = [];
      this.notes = [];
      this.refusedByCode = new Map();
      this.refusedHere = 0;
    }
    await this.feed.recorder?.drained();
  }

  answer(): IngestAnswer {
    const refusals = this.answered.map((r) => ({ ...r, text: refusalText(r) }));
    return { ...this.total, refusals };
  }

  /** One payload of a foreign format after another, whatever request it came with: their order is their meaning. */
  private async inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.feed.turn.then(work);
    this.feed.turn = turn.catch(() => undefined);
    await turn;
  }

  private async readDocuments(documents: readonly { raw: unknown; line: number }[]): Promise<void> {
    for (const { raw, line } of documents) {
      const parsed = await this.feed.parser!.parse(raw, { arrivedAtMs: this.nowMs, clock: this.clock, line });
      const observations: Observation[] = [];
      const lines: number[] = [];
      const lost = new Set<Observation>();
      for (const refusal of parsed.refusals) this.refuse(refusal, refusal.line ?? line);
      for (const [i, o] of parsed.observations.entries()) {
        const refusal = this.check(o);
        if (refusal === null) {
          observations.push(o);
          lines.push(parsed.lines[i] ?? line);
        } else {
          lost.add(o);
          this.refuse(refusal, parsed.lines[i] ?? line);
        }
      }
      // Also with nothing new: that the source answered is a sign of life.
      const stored = await this.observe(observations, lines);
      if (stored) parsed.commit?.(lost);
    }
  }

  /** True unless something that had to be stored was not. */
  private async observe(observations: readonly Observation[], lines: readonly number[]): Promise<boolean> {
    const outcome = await this.intake.deps.port.observe(this.feed.config.id, observations, lines, this.nowMs);
    this.feed.rate.spend(observations.length, this.nowMs);
    this.total.taken += outcome.taken;
    this.total.late += outcome.late;
    this.total.duplicate += outcome.duplicate;
    const refused = new Map<RefusalCode, number>();
    for (const r of outcome.refusals) {
      this.total.refused++;
      refused.set(r.code, (refused.get(r.code) ?? 0) + 1);
      if (this.answered.length < MAX_ANSWERED_REFUSALS) this.answered.push(r);
    }
    this.count({ taken: outcome.taken, late: outcome.late, duplicate: outcome.duplicate, refused });
    return !refused.has('journal-failed');
  }

  private accept(o: Observation, lineNo: number): void {
    if (this.clock !== null) shiftTimes(o, this.clock);
    const refusal = this.check(o);
    if (refusal !== null) {
      this.refuse(refusal, lineNo);
      return;
    }
    this.observations.push(o);
    this.lines.push(lineNo);
  }

  private check(o: Observation): Refusal | null {
    const refusal = implausible(o, this.feed.area, this.nowMs);
    if (refusal === null || o.type !== 'incident' || !this.feed.keepsMisplaced) return refusal;
    if (refusal.code !== 'outside-city' && refusal.code !== 'bad-position') return refusal;
    // The event is real though its place is not: it is kept without one, and the reason is shown.
    delete o.lon;
    delete o.lat;
    delete o.accuracyM;
    this.notes.push(refusal);
    return null;
  }

  private record(raw: unknown, recorder: RecorderPort): void {
    const payload = Buffer.isBuffer(raw) ? { base64: raw.toString('base64') } : raw;
    // What comes from a recording keeps its times, so that the recording of a replay can be replayed.
    const eventMs = this.clock === null ? this.nowMs : recordedMs(this.clock, this.nowMs);
    recorder.write(this.feed.config.id, this.nowMs, JSON.stringify(payload), eventMs);
  }

  private count(outcome: Outcome): void {
    this.intake.deps.meter?.(this.feed.config.id, this.transport, outcome);
  }
}

const ARRAY = 0x5b;
const OBJECT = 0x7b;
const NEWLINE = 0x0a;
const BRACE_CLOSE = 0x7d;

function firstLetter(body: Buffer): number {
  let i = 0;
  while (i < body.length && body[i]! <= 0x20) i++;
  return body[i] ?? 0;
}

/** Whether the first line is an object by itself: it ends with a brace (and is not the only thing there). */
function endsALine(body: Buffer): boolean {
  const end = body.indexOf(NEWLINE);
  let last = (end < 0 ? body.length : end) - 1;
  while (last >= 0 && body[last]! <= 0x20) last--;
  return body[last] === BRACE_CLOSE;
}
