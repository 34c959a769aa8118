/** Makes what the repository does not carry, when it is missing or older than its sources: the screens, the demo city. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The newest change of a file or below a folder of the repository, in ms; 0 where there is none. */
function changedAtMs(path: string): number {
  const full = join(root, path);
  if (!existsSync(full)) return 0;
  if (!statSync(full).isDirectory()) return statSync(full).mtimeMs;
  return Math.max(0, ...readdirSync(full).map((name) => changedAtMs(join(path, name))));
}

/** True where `product` is missing or older than any of `sources` (paths in the repository). */
function isStale(product: string, sources: readonly string[]): boolean {
  return !existsSync(product) || statSync(product).mtimeMs < Math.max(...sources.map(changedAtMs));
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    // A test runner says NODE_ENV=test; the screens are built as users get them, whoever asks.
    const env = { ...process.env, NODE_ENV: 'production' };
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with code ${code}`)),
    );
  });
}

/** Builds the screens into dist/client where needed. `say` is told before it begins. */
export async function buildScreens(say: () => void): Promise<void> {
  const sources = ['client', 'server/contract', 'vite.config.ts', 'package-lock.json'];
  if (!isStale(join(root, 'dist/client/index.html'), sources)) return;
  say();
  await run(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn']);
}

/** Generates the demo city of a seed into `dir` where needed. */
export async function buildDemoCity(dir: string, seed: string, say: () => void): Promise<void> {
  if (!isStale(join(dir, 'city.json'), ['simulators/city', 'server/contract'])) return;
  say();
  await run(process.execPath, ['simulators/main.ts', 'city', '--seed', seed, '--out', dir]);
}
