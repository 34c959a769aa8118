/** The screens in a real browser, on the real server, fed over the real door. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { complaintsOf, launchBrowser, noBrowser, noBrowserReason } from '../support/browser.ts';
import { fire, startScreenCity, type ScreenCity } from '../support/screen-city.ts';

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
  let city: ScreenCity;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    city = await startScreenCity();
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 810 }, locale: 'zh-CN' });
    complaints = complaintsOf(page);
    await page.goto(city.server().url);
  });

  afterAll(async () => {
    await browser?.close();
    await city?.close();
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
    await city.vendor.send('sim-incidents', [fire('fire-2', '学校冒烟', 'Smoke at a school')]);
    await page.getByText('学校冒烟').first().waitFor({ timeout: 10_000 });
  });

  it('UI-63 says it when the server is gone, and goes on by itself when it is back', async () => {
    await city.server().kill();
    await page.locator(`${pill('reconnecting')}, ${pill('stale')}`).waitFor({ timeout: 20_000 });
    await city.restart();
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
    await wall.goto(`${city.server().url}/?wall`);
    await wall
      .getByText(/Warehouse fire|仓库起火/)
      .first()
      .waitFor({ timeout: 60_000 });
    expect(await wall.locator('.cb-panel').count()).toBe(0);
    expect(wallComplaints).toEqual([]);
    await wall.close();
  });
});
