/** WCAG 2 A and AA by axe-core on the real screens, in both themes; and what axe cannot see: the way of the keyboard. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { expectNoViolations } from '../support/axe.ts';
import { complaintsOf, launchBrowser, noBrowser } from '../support/browser.ts';
import { startScreenCity, type ScreenCity } from '../support/screen-city.ts';

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const el = document.activeElement;
    const panel = el?.closest('[data-panel]')?.getAttribute('data-panel');
    return el?.closest('.cb-bar') ? 'bar' : panel ? `panel ${panel}` : (el?.className.toString() ?? '');
  });

describe.skipIf(noBrowser)('accessibility', () => {
  let browser: Browser;
  let city: ScreenCity;

  beforeAll(async () => {
    city = await startScreenCity();
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await city?.close();
  });

  async function open(query: string): Promise<{ page: Page; complaints: string[] }> {
    // Without motion, so that no colour is read in the middle of a fade.
    const page = await browser.newPage({ viewport: { width: 1440, height: 810 }, reducedMotion: 'reduce' });
    const complaints = complaintsOf(page);
    await page.goto(`${city.server().url}/?${query}`);
    await page
      .getByText(/Warehouse fire|仓库起火/)
      .first()
      .waitFor({ timeout: 60_000 });
    return { page, complaints };
  }

  it.each(['dark', 'light'])('UI-67 finds no fault with the dashboard in the %s theme', async (theme) => {
    const { page, complaints } = await open(`theme=${theme}&lang=en-US`);
    await expectNoViolations(page);
    // With a card, and each of the panels that stand behind others.
    await page.keyboard.press('j');
    await page.locator('.cb-card').waitFor({ timeout: 10_000 });
    for (const key of ['u', 'r', 'e', 'l', 's']) {
      await page.keyboard.press('Escape');
      await page.keyboard.press(key);
    }
    await page.keyboard.press('Escape');
    await page.locator('[data-panel="feeds"], [data-panel="legend"]').first().waitFor();
    await expectNoViolations(page);
    await page.keyboard.press('/');
    await page.keyboard.type('nonsense');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').first().waitFor();
    await expectNoViolations(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.locator('.cb-help').waitFor({ timeout: 10_000 });
    await page.waitForTimeout(500);
    await expectNoViolations(page);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each(['dark', 'light'])('UI-67 finds no fault with the wall in the %s theme', async (theme) => {
    const { page } = await open(`wall&theme=${theme}&lang=zh-CN`);
    await expectNoViolations(page);
    await page.close();
  });

  it('UI-68 goes with Tab from the bar to the panels, and never gets stuck', async () => {
    const { page } = await open('theme=dark&lang=zh-CN');
    const places = new Set<string>();
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab');
      places.add(await focused(page));
    }
    for (const place of ['bar', 'panel vitals', 'panel alarms', 'panel incidents', 'panel details'])
      expect([...places]).toContain(place);
    await page.close();
  });

  it('UI-129 gives the map the place between the panels where motion is reduced, too', async () => {
    const { page } = await open('theme=dark&lang=zh-CN');
    const map = page.locator('#map');
    const place = page.locator('.cb-map-window');
    await expect
      .poll(async () => (await map.boundingBox())?.height ?? 0, { timeout: 10_000 })
      .toBeGreaterThan(600);
    const [shown, given] = [await map.boundingBox(), await place.boundingBox()];
    for (const side of ['x', 'y', 'width', 'height'] as const)
      expect(Math.abs(shown![side] - given![side])).toBeLessThan(2);
    await page.close();
  });

  it('UI-69 says what a command did and closes the line; refuses with a reason and keeps it', async () => {
    const { page } = await open('theme=dark&lang=en-US');
    const line = page.locator('.cb-command');
    await page.keyboard.press('/');
    await page.keyboard.type('zoom 14');
    await page.keyboard.press('Enter');
    await page.getByText('Zoom 14').first().waitFor({ timeout: 5_000 });
    await line.waitFor({ state: 'detached', timeout: 5_000 });
    await page.keyboard.press('y');
    await page.getByText('This view: zoom 14.0').waitFor({ timeout: 15_000 });
    await page.keyboard.press('/');
    await page.keyboard.type('zoom 99');
    await page.keyboard.press('Enter');
    await page.getByText('"99" should be a number from 3 to 20').waitFor({ timeout: 5_000 });
    expect(await line.count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('move feeds right');
    await page.keyboard.press('Enter');
    await page.getByText('Moved: Feeds (right)').first().waitFor({ timeout: 5_000 });
    const left = async (): Promise<number> =>
      (await page.locator('[data-panel="feeds"]').boundingBox())?.x ?? 0;
    await expect.poll(left, { timeout: 10_000 }).toBeGreaterThan(480);
    await page.close();
  });
});
