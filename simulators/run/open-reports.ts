/**
 * The reports a run has open, kept in a small file, so that a run that was killed leaves no case open for ever: the
 * next one closes them, as a call centre does after an outage. What the server handles is the server's to close and
 * not kept here.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { incidentObservation, type IncidentObservation } from '../../server/contract/observations.ts';
import { reasonOf } from '../publish/transport.ts';

const saved = z.array(incidentObservation);

export class OpenReports {
  readonly #path: string;
  readonly #log: (line: string) => void;
  readonly #open = new Map<string, IncidentObservation>();
  readonly #handed = new Set<string>();
  #dirty = false;
  #writing = false;

  constructor(path: string, log: (line: string) => void) {
    this.#path = path;
    this.#log = log;
  }

  /** What an earlier run left open, as closed. */
  async leftOver(nowMs: number): Promise<IncidentObservation[]> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') this.#log(`${this.#path}: ${reasonOf(cause)}`);
      return [];
    }
    try {
      const parsed = saved.parse(JSON.parse(text));
      return parsed.map((o) => ({
        ...o,
        status: 'closed',
        sourceStatus: '系统重启，自动销案',
        updatedAt: Math.max(nowMs, o.updatedAt ?? o.at),
      }));
    } catch (cause) {
      this.#log(`${this.#path} is not readable and is ignored: ${reasonOf(cause)}`);
      return [];
    }
  }

  note(o: IncidentObservation): void {
    if (this.#handed.has(o.id)) return;
    if (o.status === 'closed') this.#open.delete(o.id);
    else this.#open.set(o.id, o);
    this.#dirty = true;
  }

  /** The server handles it from now on. */
  handOver(id: string): void {
    this.#handed.add(id);
    if (this.#open.delete(id)) this.#dirty = true;
  }

  async save(): Promise<void> {
    if (!this.#dirty || this.#writing) return;
    this.#dirty = false;
    this.#writing = true;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      // Written aside and renamed: a kill in between leaves the old file whole.
      await writeFile(`${this.#path}.new`, JSON.stringify([...this.#open.values()]));
      await rename(`${this.#path}.new`, this.#path);
    } catch (cause) {
      this.#log(`${this.#path}: ${reasonOf(cause)}`);
    } finally {
      this.#writing = false;
    }
  }
}
