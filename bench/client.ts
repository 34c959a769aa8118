/**
 * bench:client. Main-thread milliseconds per drawn and per received frame with 20,000 and 100,000 vehicles in view,
 * against deck.gl with an array of objects. Timed is the JavaScript until the GPU has its commands (decode, store,
 * layer update, upload, draw calls); the GPU is let finish between two measurements, so that the software renderer's
 * raster time is in neither figure. Both run in turn in one page, repeated; figures are medians.
 */
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { launchBrowser, noBrowser, noBrowserReason } from '../tests/support/browser.ts';
import type { Task, Times } from './client/page.ts';

const { values: args } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
const seed = Number(args.seed);
const rounds = args.quick ? 1 : 4;
const framesOf = { ours: args.quick ? 12 : 180, naive: args.quick ? 5 : 40 } as const;
const messagesOf = { ours: args.quick ? 4 : 20, naive: args.quick ? 1 : 6 } as const;
const sizes = [20_000, 100_000] as const;

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

async function servePage(): Promise<{ url: string; close: () => void }> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-client-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('./client', import.meta.url)),
    build: { outDir: dir, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 4_000 },
  });
  const server = createServer((req, res) => {
    const path = normalize(join(dir, (req.url ?? '/').split('?')[0] === '/' ? 'index.html' : req.url!));
    if (!path.startsWith(dir + sep) || !existsSync(path) || !statSync(path).isFile()) {
      res.writeHead(404).end();
      return;
    }
    // Cross-origin isolated, the clock of the page has steps of 5 µs instead of 100 µs.
    res.writeHead(200, {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    createReadStream(path).pipe(res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

interface Contest {
  readonly ready: Promise<void>;
  ours(task: Task): Promise<Times>;
  naive(task: Task): Promise<Times>;
  litBy(which: 'ours' | 'naive', task: Task): Promise<number>;
}

if (noBrowser) throw new Error(noBrowserReason);
const page = await servePage();
const browser = await launchBrowser();
try {
  // Small, because the software renderer's raster time is in no figure and only makes one wait.
  const tab = await browser.newPage({ viewport: { width: 320, height: 300 } });
  tab.on('pageerror', (error) => console.error(`page: ${error.message}`));
  await tab.goto(page.url);
  await tab.evaluate(() => (window as unknown as { bench: Contest }).bench.ready);
  const run = (which: 'ours' | 'naive', task: Task): Promise<Times> =>
    tab.evaluate(([w, t]) => (window as unknown as { bench: Contest }).bench[w](t), [which, task] as const);
  const lit = (which: 'ours' | 'naive', task: Task): Promise<number> =>
    tab.evaluate(([w, t]) => (window as unknown as { bench: Contest }).bench.litBy(w, t), [
      which,
      task,
    ] as const);

  const rows: { vehicles: number; who: string; frameMs: number; receivedMs: number; lit: number }[] = [];
  for (const vehicles of sizes) {
    const times = {
      ours: { frame: [] as number[], received: [] as number[] },
      naive: { frame: [] as number[], received: [] as number[] },
    };
    for (let round = 0; round < rounds; round++) {
      for (const who of round % 2 === 0 ? (['ours', 'naive'] as const) : (['naive', 'ours'] as const)) {
        const { frameMs, receivedMs } = await run(who, {
          vehicles,
          frames: framesOf[who],
          messages: messagesOf[who],
          seed,
        });
        console.error(
          `${vehicles} ${who}: ${median(frameMs).toFixed(3)} ms a frame, ${median(receivedMs).toFixed(2)} ms received`,
        );
        times[who].frame.push(...frameMs);
        times[who].received.push(...receivedMs);
      }
    }
    for (const who of ['ours', 'naive'] as const) {
      const painted = await lit(who, { vehicles, frames: 1, messages: 1, seed });
      if (painted < 1_000) throw new Error(`${who} painted only ${painted} pixels of ${vehicles} vehicles`);
      rows.push({
        vehicles,
        who,
        frameMs: median(times[who].frame),
        receivedMs: median(times[who].received),
        lit: painted,
      });
    }
  }

  console.log('\nMain thread, medians (ms)        drawn frame   received frame   pixels painted');
  for (const r of rows) {
    console.log(
      `${String(r.vehicles).padStart(8)} vehicles, ${r.who.padEnd(6)} ${r.frameMs.toFixed(3).padStart(16)} ${r.receivedMs
        .toFixed(2)
        .padStart(16)} ${String(r.lit).padStart(16)}`,
    );
  }
  const of = (vehicles: number, who: string): (typeof rows)[number] =>
    rows.find((r) => r.vehicles === vehicles && r.who === who)!;
  const round = (v: number): number => Math.round(v * 1_000) / 1_000;
  const ratio = (vehicles: number, what: 'frameMs' | 'receivedMs'): number =>
    round(of(vehicles, 'naive')[what] / of(vehicles, 'ours')[what]);
  console.log(
    JSON.stringify({
      bench: 'client',
      seed,
      ratios: {
        naive_vs_frame_ms: ratio(20_000, 'frameMs'),
        naive_vs_frame_ms_100k: ratio(100_000, 'frameMs'),
        naive_vs_received_ms: ratio(20_000, 'receivedMs'),
      },
      figures: {
        frame_ms_20k: round(of(20_000, 'ours').frameMs),
        frame_ms_100k: round(of(100_000, 'ours').frameMs),
        received_ms_20k: round(of(20_000, 'ours').receivedMs),
        received_ms_100k: round(of(100_000, 'ours').receivedMs),
        naive_frame_ms_20k: round(of(20_000, 'naive').frameMs),
        naive_frame_ms_100k: round(of(100_000, 'naive').frameMs),
      },
    }),
  );
} finally {
  await browser.close();
  page.close();
}
