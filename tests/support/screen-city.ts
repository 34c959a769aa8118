/** A small city on the real server, with a vendor who feeds it over the real door: what a test of the screens looks at. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildScreens } from '../../server/build.ts';
import { pathLengthM, type LonLat } from '../../server/contract/geo.ts';
import { packToFiles } from '../../server/contract/pack-files.ts';
import { DEMO_TOKEN } from '../../server/feeds/config.ts';
import { startServer, type ServerProcess } from './server-process.ts';
import { smallPack } from './small-pack.ts';
import { makeFolder } from './temporary.ts';

const VEHICLES = 80;
const SPEED_MPS = 12;

/** A vendor whose vehicles drive up and down the links of the small city. */
export class Vendor {
  private readonly pack = smallPack();
  private timer: NodeJS.Timeout | null = null;
  url = '';

  start(): void {
    this.timer = setInterval(() => void this.publish(), 500);
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
  }

  async send(feed: string, observations: readonly object[]): Promise<void> {
    await this.post(feed, 'application/x-ndjson', observations.map((o) => JSON.stringify(o)).join('\n'));
  }

  /** As the source writes it. */
  async post(feed: string, contentType: string, body: string): Promise<void> {
    const answer = await fetch(`${this.url}/api/v1/ingest/${feed}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${DEMO_TOKEN}`, 'content-type': contentType },
      body,
    });
    if (!answer.ok) throw new Error(`${feed}: ${answer.status} ${await answer.text()}`);
  }

  private async publish(): Promise<void> {
    const at = Date.now();
    const positions = Array.from({ length: VEHICLES }, (_, n) => {
      const link = this.pack.links[n % this.pack.links.length]!;
      const share = (((at / 1_000) * SPEED_MPS) / pathLengthM(link.path) + n / VEHICLES) % 1;
      const [lon, lat] = along(link.path, share);
      return { type: 'position', id: `car-${n}`, at, lon, lat, speedKph: SPEED_MPS * 3.6, link: link.id };
    });
    // Tests kill the server while the vendor goes on.
    await this.send('sim-positions', positions).catch(() => undefined);
  }
}

function along(path: readonly LonLat[], share: number): LonLat {
  const place = share * (path.length - 1);
  const i = Math.min(path.length - 2, Math.floor(place));
  const [a, b] = [path[i]!, path[i + 1]!];
  return [a[0] + (b[0] - a[0]) * (place - i), a[1] + (b[1] - a[1]) * (place - i)];
}

export const fire = (id: string, zh: string, en: string): object => ({
  type: 'incident',
  id,
  at: Date.now(),
  channel: '119',
  category: 'fire.structure',
  severity: 1,
  title: { zh, en },
  lon: 118.6,
  lat: 30.2,
});

export interface ScreenCity {
  readonly vendor: Vendor;
  readonly server: () => ServerProcess;
  /** The server again, after a test ended it: same port, same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Builds the screens where they are old, starts the server on the small city, and the vendor with one fire. `before` puts into
 * the data folder what a server that ran earlier would have left there.
 */
export async function startScreenCity(before?: (dataDir: string) => Promise<void>): Promise<ScreenCity> {
  await buildScreens(() => undefined);
  const folder = makeFolder();
  const options = { dataDir: join(folder.dir, 'data'), city: join(folder.dir, 'city') };
  mkdirSync(options.city);
  await before?.(options.dataDir);
  for (const [file, content] of packToFiles(smallPack())) writeFileSync(join(options.city, file), content);
  let server = await startServer(options);
  const vendor = new Vendor();
  vendor.url = server.url;
  vendor.start();
  await vendor.send('sim-incidents', [fire('fire-1', '仓库起火', 'Warehouse fire')]);
  return {
    vendor,
    server: () => server,
    restart: async () => {
      server = await startServer({ ...options, port: server.port });
    },
    close: async () => {
      vendor.stop();
      await server.stop();
      folder.remove();
    },
  };
}
