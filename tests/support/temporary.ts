/** Folders that tests may write to and that are gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** For a suite: the caller removes it. */
export function makeFolder(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'city-brain-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** For one test: gone when it has finished. */
export function temporaryFolder(): string {
  const folder = makeFolder();
  onTestFinished(() => folder.remove());
  return folder.dir;
}
