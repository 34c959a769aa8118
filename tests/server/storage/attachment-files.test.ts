import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AttachmentFiles } from '../../../server/storage/attachment-files.ts';
import { makeFolder } from '../../support/temporary.ts';

const folders: ReturnType<typeof makeFolder>[] = [];
const open = (): { files: AttachmentFiles; dir: string } => {
  const folder = makeFolder();
  folders.push(folder);
  const dir = join(folder.dir, 'attachments');
  return { files: new AttachmentFiles(dir), dir };
};
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const within = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((f) => statSync(join(dir, f)).isFile());

describe('attachments as files', () => {
  it('ST-16 are kept under the hash of their bytes, and come back whole', async () => {
    const { files, dir } = open();
    expect(existsSync(dir)).toBe(false);
    const name = await files.put(bytes('现场照片'));
    expect(name).toBe(sha('现场照片'));
    expect(Buffer.from((await files.get(name))!).toString()).toBe('现场照片');
    expect(within(dir)).toEqual([join(name.slice(0, 2), name)]);
    expect(statSync(join(dir, name.slice(0, 2), name)).mode & 0o077).toBe(0);
  });

  it('ST-16 the same bytes again are the same attachment, at once too', async () => {
    const { files, dir } = open();
    const names = await Promise.all(Array.from({ length: 20 }, () => files.put(bytes('x'.repeat(100_000)))));
    expect(new Set(names).size).toBe(1);
    expect(within(dir)).toHaveLength(1);
  });

  it('ST-16 half a file that a crash left under the name is replaced', async () => {
    const { files, dir } = open();
    const name = sha('whole');
    mkdirSync(join(dir, name.slice(0, 2)), { recursive: true });
    writeFileSync(join(dir, name.slice(0, 2), name), 'wh');
    await files.put(bytes('whole'));
    expect(Buffer.from((await files.get(name))!).toString()).toBe('whole');
  });

  it.skipIf(process.getuid?.() === 0)('ST-16 what cannot be written is not there', async () => {
    const { files, dir } = open();
    mkdirSync(dir, { recursive: true });
    chmodSync(dir, 0o500);
    await expect(files.put(bytes('x'))).rejects.toThrow('EACCES');
    chmodSync(dir, 0o700);
    expect(await files.get(sha('x'))).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['a hash that nobody has', 'f'.repeat(64)],
    ['a way out', '../../../etc/passwd'],
    ['a way out behind a hash', `${'a'.repeat(62)}/..`],
    ['capitals', 'A'.repeat(64)],
    ['a null', `${'a'.repeat(63)}\u0000`],
    ['a line break', `${'a'.repeat(64)}\n`],
  ])('ST-16 asked for by %s, there is none', async (_, name) => {
    expect(await open().files.get(name)).toBeNull();
  });

  it('ST-16 a fault of the disk is none of “there is none”', async () => {
    const { files, dir } = open();
    const name = sha('x');
    mkdirSync(join(dir, name.slice(0, 2), name), { recursive: true });
    await expect(files.get(name)).rejects.toThrow('EISDIR');
  });
});
