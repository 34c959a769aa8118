/** Attachments as files named by their content: written aside and renamed, so that a name never holds half a picture. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attachments } from '../live/ports.ts';

const NAME = /^[0-9a-f]{64}$/;

export class AttachmentFiles implements Attachments {
  private readonly dir: string;

  /** `dir` is made when first needed. */
  constructor(dir: string) {
    this.dir = dir;
  }

  async put(bytes: Uint8Array): Promise<string> {
    const name = createHash('sha256').update(bytes).digest('hex');
    const path = this.pathOf(name);
    const there = await stat(path).catch(() => null);
    if (there?.size === bytes.length) return name;
    await mkdir(join(this.dir, name.slice(0, 2)), { recursive: true });
    const aside = `${path}.${randomUUID()}`;
    const file = await open(aside, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
    return name;
  }

  async get(sha256: string): Promise<Uint8Array | null> {
    if (!NAME.test(sha256)) return null;
    try {
      return await readFile(this.pathOf(sha256));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw cause;
    }
  }

  private pathOf(name: string): string {
    return join(this.dir, name.slice(0, 2), name);
  }
}
