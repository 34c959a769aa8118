/**
 * Walks the journal's chain and finds every entry that was edited, deleted, re-ordered or cut off the end (SE-30, SE-31).
 * Pure: what is stored comes in, findings go out. A finding does not hide a later one: the walk goes on from what is stored.
 */
import type { LocalText } from '../contract/text.ts';
import { EMPTY_HEAD, entryHash, type Head } from './hash-chain.ts';
import type { ChainRow } from './journal-rows.ts';

/** Findings that are looked at for having changed places, each against each. */
const MOST_COMPARED = 40;

/** Where the journal is known to have gone: an entry's number and hash, noted elsewhere. */
export interface Anchor extends Head {
  readonly where: LocalText;
  /** The journal must end exactly there. */
  readonly isEnd: boolean;
}

export type FindingKind =
  'edited' | 'moved' | 'missing' | 'repeated' | 'cut-off' | 'rewritten' | 'beyond' | 'note-deleted';

export interface Finding {
  readonly kind: FindingKind;
  readonly seq: number;
  readonly text: LocalText;
}

export interface AuditReport {
  readonly entries: number;
  /** The last entry. */
  readonly head: Head;
  readonly findings: readonly Finding[];
}

/** @throws only what reading throws. */
export async function verifyJournal(
  rows: AsyncIterable<ChainRow>,
  anchors: readonly Anchor[],
): Promise<AuditReport> {
  const walk = new Walk(anchors);
  for await (const row of rows) walk.take(row);
  return walk.report();
}

class Walk {
  private readonly anchors: readonly Anchor[];
  /** Stored hashes at the numbers of the anchors. */
  private readonly anchored = new Map<number, string>();
  private readonly findings: Finding[] = [];
  /** Entries that do not follow from the one before, each with its place among the findings. */
  private readonly suspects: { readonly row: ChainRow; readonly at: number; readonly previous: string }[] =
    [];
  private entries = 0;
  private last: Head = EMPTY_HEAD;
  /** What the last entry's hash should be, by its content. */
  private lastComputed = EMPTY_HEAD.hash;

  constructor(anchors: readonly Anchor[]) {
    this.anchors = anchors;
    for (const a of anchors) this.anchored.set(a.seq, '');
    this.anchored.set(EMPTY_HEAD.seq, EMPTY_HEAD.hash);
  }

  take(row: ChainRow): void {
    this.entries++;
    const { seq, hash } = row;
    const computed = entryHash(this.last.hash, row);
    if (seq <= this.last.seq) {
      this.find('repeated', seq, {
        zh: `第 ${seq} 条出现了不止一次`,
        en: `entry ${seq} is there more than once`,
      });
    } else if (seq > this.last.seq + 1) {
      this.missing(this.last.seq + 1, seq - 1);
    } else if (hash !== computed && hash !== entryHash(this.lastComputed, row)) {
      this.suspects.push({ row, at: this.findings.length, previous: this.last.hash });
      this.find('edited', seq, {
        zh: `第 ${seq} 条的内容或哈希被改动,或它之前的一条被换掉`,
        en: `entry ${seq} was edited, or its hash was, or the entry before it was replaced`,
      });
    }
    if (this.anchored.has(seq)) this.anchored.set(seq, hash);
    this.last = { seq, hash };
    this.lastComputed = computed;
  }

  report(): AuditReport {
    for (const anchor of this.anchors) this.hold(anchor);
    return { entries: this.entries, head: this.last, findings: this.withMoves() };
  }

  private find(kind: FindingKind, seq: number, text: LocalText): void {
    this.findings.push({ kind, seq, text });
  }

  private missing(from: number, to: number): void {
    this.find('missing', from, {
      zh: from === to ? `第 ${from} 条被删除` : `第 ${from} 至 ${to} 条被删除`,
      en: from === to ? `entry ${from} was deleted` : `entries ${from} to ${to} were deleted`,
    });
  }

  /**
   * Tells which of the suspects only changed places: an entry that fits its hash under another's number was written
   * there, one that fits it under its own number only stands behind such an entry.
   */
  private withMoves(): Finding[] {
    const suspects = this.suspects.slice(0, MOST_COMPARED);
    const hashes = [...new Set(suspects.flatMap((s) => [s.previous, s.row.hash]))];
    const fits = (row: ChainRow, seq: number): boolean =>
      hashes.some((previous) => entryHash(previous, { ...row, seq }) === row.hash);
    const findings: (Finding | null)[] = [...this.findings];
    for (const { row, at } of suspects) {
      const was = suspects.find((s) => fits(row, s.row.seq))?.row.seq;
      if (was !== undefined) findings[at] = was === row.seq ? null : moved(row.seq, was);
    }
    return findings.filter((f) => f !== null);
  }

  private hold(anchor: Anchor): void {
    const { seq, hash, where } = anchor;
    const end = this.last.seq;
    if (seq > end) {
      this.find('cut-off', end + 1, {
        zh: `末尾第 ${end + 1} 至 ${seq} 条被截去(据${where.zh})`,
        en: `entries ${end + 1} to ${seq} were cut off the end (by ${where.en})`,
      });
    } else if (this.anchored.get(seq) !== hash) {
      this.find('rewritten', seq, {
        zh: `第 ${seq} 条或更早的条目被改写后重新计算了哈希(据${where.zh})`,
        en: `entry ${seq}, or one before it, was rewritten with new hashes (by ${where.en})`,
      });
    } else if (anchor.isEnd && seq < end) {
      this.find('beyond', seq + 1, {
        zh: `第 ${seq + 1} 至 ${end} 条不是由服务器写入的(据${where.zh})`,
        en: `entries ${seq + 1} to ${end} were not written by the server (by ${where.en})`,
      });
    }
  }
}

const moved = (seq: number, was: number): Finding => ({
  kind: 'moved',
  seq,
  text: {
    zh: `第 ${seq} 条原是第 ${was} 条:次序被调换`,
    en: `entry ${seq} was written as entry ${was}: they were re-ordered`,
  },
});
