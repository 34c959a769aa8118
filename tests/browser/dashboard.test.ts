/** The screens in a real browser, on the real server, fed over the real door. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { buildScreens } from '../../server/build.ts';
import { pathLengthM, type LonLat } from '../../server/contract/geo.ts';
import { packToFiles } from '../../server/contract/pack-files.ts';
import { DEMO_TOKEN } from '../../server/feeds/config.ts';
import { complaintsOf, launchBrowser, noBrowser, noBrowserReason } from '../support/browser.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { smallPack } from '../support/small-pack.ts';
import { makeFolder } from '../support/temporary.ts';

const VEHICLES = 80;
const SPEED_MPS = 12;

/** A vendor whose vehicles drive up and down the links of the small city. */
class Vendor {
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
    const answer = await fetch(`${this.url}/api/v1/ingest/${feed}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${DEMO_TOKEN}`, 'content-type': 'application/x-ndjson' },
      body: observations.map((o) => JSON.stringify(o)).join('\n'),
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
    // A server that is down for a moment is what this test is about.
    await this.send('sim-positions', positions).catch(() => undefined);
  }
}

function along(path: readonly LonLat[], share: number): LonLat {
  const place = share * (path.length - 1);
  const i = Math.min(path.length - 2, Math.floor(place));
  const [a, b] = [path[i]!, path[i + 1]!];
  return [a[0] + (b[0] - a[0]) * (place - i), a[1] + (b[1] - a[1]) * (place - i)];
}

const incident = (id: string, zh: string, en: string): object => ({
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

/** How many pixels of the map's middle differ between two pictures, in the browser's own eyes. */
async function differingPixels(page: Page, a: Buffer, b: Buffer): Promise<number> {
  return page.evaluate(
    async ([first, second]) => {
      const pixels = async (base64: string): Promise<Uint8ClampedArray> => {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext('2d')!;
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height).data;
      };
      const [p, q] = await Promise.all([pixels(first!), pixels(second!)]);
      let differing = 0;
      for (let i = 0; i < p.length; i += 4) {
        const d = Math.abs(p[i]! - q[i]!) + Math.abs(p[i + 1]! - q[i + 1]!) + Math.abs(p[i + 2]! - q[i + 2]!);
        if (d > 60) differing++;
      }
      return differing;
    },
    [a.toString('base64'), b.toString('base64')],
  );
}

const middle = { x: 440, y: 120, width: 560, height: 420 };
const pill = (phase: string): string => `.cb-pill[data-phase="${phase}"]`;

if (noBrowser) console.warn(`browser tests skipped: ${noBrowserReason}`);

describe.skipIf(noBrowser)('the dashboard in a browser', () => {
  let browser: Browser;
  let server: ServerProcess;
  let page: Page;
  let complaints: string[];
  let dataDir: string;
  let cityDir: string;
  const folder = makeFolder();
  const vendor = new Vendor();

  beforeAll(async () => {
    await buildScreens(() => undefined);
    dataDir = join(folder.dir, 'data');
    cityDir = join(folder.dir, 'city');
    mkdirSync(cityDir);
    for (const [file, content] of packToFiles(smallPack())) writeFileSync(join(cityDir, file), content);
    server = await startServer({ dataDir, city: cityDir });
    vendor.url = server.url;
    vendor.start();
    await vendor.send('sim-incidents', [incident('fire-1', '仓库起火', 'Warehouse fire')]);
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 810 }, locale: 'zh-CN' });
    complaints = complaintsOf(page);
    await page.goto(server.url);
  });

  afterAll(async () => {
    vendor.stop();
    await browser?.close();
    await server?.stop();
    folder.remove();
  });

  it('UI-60 is live and shows the incident that was there before it came', async () => {
    await page.locator(pill('live')).waitFor({ timeout: 60_000 });
    await page.getByText('仓库起火').first().waitFor({ timeout: 30_000 });
  });

  it('UI-61 draws the map, and the vehicles on it move', async () => {
    await page.waitForTimeout(3_000);
    const first = await page.screenshot({ clip: middle, timeout: 60_000 });
    await page.waitForTimeout(2_500);
    const second = await page.screenshot({ clip: middle, timeout: 60_000 });
    const moved = await differingPixels(page, first, second);
    expect(moved).toBeGreaterThan(50);
    // The streets stay where they are: what moves is a small part of the picture.
    expect(moved).toBeLessThan((middle.width * middle.height) / 4);
  });

  it('UI-62 shows a new incident without being asked', async () => {
    await vendor.send('sim-incidents', [incident('fire-2', '学校冒烟', 'Smoke at a school')]);
    await page.getByText('学校冒烟').first().waitFor({ timeout: 10_000 });
  });

  it('UI-63 says it when the server is gone, and goes on by itself when it is back', async () => {
    await server.kill();
    await page.locator(`${pill('reconnecting')}, ${pill('stale')}`).waitFor({ timeout: 20_000 });
    server = await startServer({ dataDir, city: cityDir, port: server.port });
    await page.locator(pill('live')).waitFor({ timeout: 40_000 });
    await page.getByText('仓库起火').first().waitFor({ timeout: 10_000 });
    await page.getByText('学校冒烟').first().waitFor({ timeout: 10_000 });
    // What failed while there was no server is no fault of the page.
    complaints.length = 0;
  });

  it('UI-64 speaks English and changes its theme by the command line', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('lang en');
    await page.keyboard.press('Enter');
    await page.getByText('Warehouse fire').first().waitFor({ timeout: 10_000 });
    expect(await page.getByText('仓库起火').count()).toBe(0);
    await page.keyboard.press('/');
    await page.keyboard.type('theme light');
    await page.keyboard.press('Enter');
    await page.locator('html[data-theme="light"]').waitFor({ timeout: 5_000 });
    expect(await page.locator('html').getAttribute('lang')).toBe('en-US');
  });

  it('UI-65 had nothing to complain about in the console', () => {
    expect(complaints).toEqual([]);
  });

  it('UI-66 shows the wall without chrome and with the same incidents', async () => {
    const wall = await browser.newPage({ viewport: { width: 1440, height: 810 }, locale: 'en-US' });
    const wallComplaints = complaintsOf(wall);
    await wall.goto(`${server.url}/?wall`);
    await wall
      .getByText(/Warehouse fire|仓库起火/)
      .first()
      .waitFor({ timeout: 60_000 });
    expect(await wall.locator('.cb-panel').count()).toBe(0);
    expect(wallComplaints).toEqual([]);
    await wall.close();
  });
});
