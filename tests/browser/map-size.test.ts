/** The map when its container changes size: what lies on the base map stays on it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOf, launchBrowser, noBrowser, noBrowserReason } from '../support/browser.ts';
import { startScreenCity, type ScreenCity } from '../support/screen-city.ts';

const large = { width: 1280, height: 800 };
const small = { width: 760, height: 620 };

if (noBrowser) console.warn(`browser tests skipped: ${noBrowserReason}`);

/** Of each canvas of the map: pixels and place on the screen, as one line. */
const sizes = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLCanvasElement>('#map canvas')].map((c) => {
      const box = c.getBoundingClientRect();
      return [c.width, c.height, box.left, box.top, box.width, box.height].join(' ');
    }),
  );

async function shown(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/?wall&lang=en`);
  await page.waitForFunction(() => performance.getEntriesByName('first-frame').length > 0, null, {
    timeout: 60_000,
  });
  await page.locator('#map .cb-record-canvas canvas').waitFor({ timeout: 60_000 });
  await page.waitForTimeout(2_000);
}

/** Middle of the pixels of a new, severe fire's colour within the map, in CSS pixels; none of them: null. */
async function middleOfFire(page: Page): Promise<{ x: number; y: number; pixels: number } | null> {
  // Only the canvas of the symbols: the base map and what stands round it have colours of their own.
  const style = await page.addStyleTag({
    content:
      'body * { visibility: hidden !important } #map .cb-record-canvas, #map .cb-record-canvas * { visibility: visible !important }',
  });
  const picture = await page.screenshot({ timeout: 60_000 });
  await style.evaluate((e) => (e as Element).remove());
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let [x, y, pixels] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      if (data[i]! < 200 || data[i + 1]! > 150 || data[i + 2]! > 150) continue;
      x += (i / 4) % image.width;
      y += Math.floor(i / 4 / image.width);
      pixels++;
    }
    return pixels === 0 ? null : { x: x / pixels, y: y / pixels, pixels };
  }, picture.toString('base64'));
}

describe.skipIf(noBrowser)('the map when its container changes size', () => {
  let browser: Browser;
  let city: ScreenCity;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    city = await startScreenCity();
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: large });
    complaints = complaintsOf(page);
    await shown(page, city.server().url);
  });

  afterAll(async () => {
    await browser?.close();
    await city?.close();
  });

  it('UI-49 gives all canvases the size of the base map', async () => {
    for (const size of [small, large, small]) {
      await page.setViewportSize(size);
      await page.waitForTimeout(1_500);
      const found = await sizes(page);
      expect(found).toHaveLength(3);
      expect(new Set(found).size).toBe(1);
    }
  });

  it('UI-49 draws symbols after a change of size where a map of that size from the start has them', async () => {
    const fresh = await browser.newPage({ viewport: small });
    await shown(fresh, city.server().url);
    const [a, b] = [await middleOfFire(page), await middleOfFire(fresh)];
    await fresh.close();
    expect(a).not.toBeNull();
    expect(b).not.toBeNull();
    // A ring that grows round a new fire is even on all sides.
    expect(Math.hypot(a!.x - b!.x, a!.y - b!.y)).toBeLessThan(4);
  });

  it('UI-49 has nothing to complain about', () => {
    // A question that is no longer asked when its panel goes is taken back; that is no fault.
    expect(complaints.filter((c) => !c.includes('net::ERR_ABORTED'))).toEqual([]);
  });
});
