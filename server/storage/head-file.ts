/**
 * The journal's last entry (number and hash) in a small file beside it: who cuts the end off the journal, and mends the
 * database's own note of it, is still found (SE-31). Written after the entry is durable, at most once a second.
 * Lines `SEQ:HASH`: the last is the newest; one that the journal did not hold when it was opened stays above for the audit.
 */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import type { LocalText } from '../contract/text.ts';
import type { Head } from './hash-chain.ts';

const WRITE_EVERY_MS = 1_000;

const headText = (head: Head): string => `${head.seq}:${head.hash}`;

/** `SEQ:HASH`, or null where it is something else. */
export function parseHead(text: string): Head | null {
  const parts = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim());
  return parts === null ? null : { seq: Number(parts[1]), hash: parts[2]! };
}

/** The lines of a head file, null for one that cannot be read as such; no lines where there is no file. */
export async function readHeadFile(file: string): Promise<(Head | null)[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.length === 0 ? [null] : lines.map(parseHead);
}

/** Says what needs a person's eye; the store goes on. */
export type OnProblem = (problem: string, cause?: unknown) => void;

/** What is said where the journal does not hold an entry that was once its last. */
export const endMissing = (seq: number, where: LocalText): string =>
  `日志中没有第 ${seq} 条(据${where.zh}):日志被截断、改写或换成了别的日志。请运行 audit:verify / the journal does not hold ` +
  `entry ${seq} (by ${where.en}): it was cut off, rewritten or replaced by another. Run audit:verify`;

/** Where the database itself keeps the note. */
export const NOTE_IN_DATABASE: LocalText = { zh: '数据库中末尾的记录', en: "the database's note of the end" };

export interface HeadFileOptions {
  readonly file: string;
  /** The hash of the journal's entry of that number, null where there is none. */
  readonly hashAt: (seq: number) => Promise<string | null>;
  readonly onProblem: OnProblem;
}

export class HeadFile {
  private readonly file: string;
  private readonly onProblem: OnProblem;
  private readonly kept: readonly string[];
  private head: Head;
  private written: Head | null = null;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();
  /** Two servers on one PostgreSQL may share the folder. */
  private readonly self = randomUUID().slice(0, 8);

  private constructor(options: HeadFileOptions, kept: readonly string[], head: Head) {
    this.file = options.file;
    this.onProblem = options.onProblem;
    this.kept = kept;
    this.head = head;
  }

  /** Holds the file against the journal, whose last entry is `head`. */
  static async open(options: HeadFileOptions, head: Head): Promise<HeadFile> {
    const kept: string[] = [];
    for (const line of await readHeadFile(options.file)) {
      if (line === null)
        options.onProblem(`${options.file} 无法识别 / ${options.file} holds what is no head`);
      if (line === null || line.seq === 0 || (await options.hashAt(line.seq)) === line.hash) continue;
      kept.push(headText(line));
      options.onProblem(endMissing(line.seq, { zh: options.file, en: options.file }));
    }
    const headFile = new HeadFile(options, kept, head);
    await headFile.write();
    return headFile;
  }

  /** The journal now ends with `head`, durably. */
  note(head: Head): void {
    if (head.seq <= this.head.seq) return;
    this.head = head;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      // One after the other: on a slow disk the one before may still be under way.
      this.writing = this.writing.then(() => this.write());
    }, WRITE_EVERY_MS).unref();
  }

  async close(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    await this.writing;
    await this.write();
  }

  private async write(): Promise<void> {
    const { head, file } = this;
    if (head === this.written) return;
    const fresh = `${file}.${this.self}.new`;
    try {
      const whole = await open(fresh, 'w');
      try {
        await whole.writeFile([...this.kept, headText(head)].map((line) => `${line}\n`).join(''));
        await whole.datasync();
      } finally {
        await whole.close();
      }
      await rename(fresh, file);
      this.written = head;
    } catch (cause) {
      this.onProblem(`无法写入 ${file} / ${file} could not be written`, cause);
    }
  }
}
