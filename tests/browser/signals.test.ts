/** Signal control on the real server: a district is set to automatic, its junctions and its corridors are looked at. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { translator } from '../../client/i18n/i18n.ts';
import { expectNoViolations } from '../support/axe.ts';
import { complaintsOf, launchBrowser, noBrowser, noBrowserReason } from '../support/browser.ts';
import { startScreenCity, type ScreenCity } from '../support/screen-city.ts';
import { ScreenSignals } from '../support/screen-signals.ts';

const patient = { timeout: 30_000 };
const languages = [
  { language: 'zh-CN', theme: 'dark', district: '小城区' },
  { language: 'en-US', theme: 'light', district: 'Xiaocheng District' },
] as const;

if (noBrowser) console.warn(`browser tests skipped: ${noBrowserReason}`);

describe.skipIf(noBrowser)('signal control in a browser', () => {
  let browser: Browser;
  let city: ScreenCity;
  let signals: ScreenSignals;

  beforeAll(async () => {
    city = await startScreenCity();
    signals = new ScreenSignals(() => city.server().url);
    await signals.start();
    browser = await launchBrowser();
  });

  afterAll(async () => {
    signals?.stop();
    await browser?.close();
    await city?.close();
  });

  describe.each(languages)('$language', ({ language, theme, district }) => {
    const t = translator(language);
    let context: BrowserContext;
    let page: Page;
    let complaints: string[];
    const panel = (id: string): Locator => page.locator(`[data-panel="${id}"]`);
    /** By keyboard: rows change places while their delays are measured. */
    const chooseNext = async (): Promise<void> => {
      await panel('signals').getByRole('listbox').focus();
      await page.keyboard.press('ArrowDown');
    };
    const rows = (): Locator => panel('signals').getByRole('option');
    const inMode = (mode: string): Locator =>
      rows().filter({ has: page.locator(`.cb-mode[data-mode="${mode}"]`) });
    const type = async (line: string): Promise<void> => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('/');
      await page.locator('.cb-command input').waitFor(patient);
      await page.keyboard.type(line);
      await page.keyboard.press('Enter');
      await page.locator('.cb-command').waitFor({ ...patient, state: 'detached' });
    };

    beforeAll(async () => {
      context = await browser.newContext({
        viewport: { width: 1920, height: 1080 },
        locale: language,
        reducedMotion: 'reduce',
      });
      page = await context.newPage();
      complaints = complaintsOf(page);
      await page.goto(`${city.server().url}/?theme=${theme}&lang=${language}`);
      await page.locator('.cb-pill[data-phase="live"]').waitFor({ timeout: 60_000 });
      // A map that moves costs all of a small machine; what is looked at here are the panels.
      for (const layer of ['vehicles', 'links', 'buildings']) await type(`layer ${layer} off`);
      await page.locator('.cb-who').click();
      await page.locator('.cb-account-list').getByRole('button', { name: '孙值班长' }).click(patient);
      await page.locator('.cb-who').getByText('孙值班长').waitFor(patient);
      await page.locator('.cb-pill[data-phase="live"]').waitFor({ timeout: 60_000 });
      await page.keyboard.press('Escape');
    });

    afterAll(() => context?.close());

    it('UI-240 sets a district to automatic, by the command line and by one key, and sees it in the list', async () => {
      await type('panel signals');
      await rows().first().waitFor(patient);
      await type(`local ${district}`);
      await expect.poll(() => inMode('local').count(), patient).toBe(signals.signals);
      await chooseNext();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Shift+U');
      const form = panel('signals').getByRole('form', { name: t('signals.setMode') });
      await form.getByText(t('signals.n', { n: signals.signals }), { exact: true }).waitFor(patient);
      await form.getByRole('textbox', { name: t('signals.why') }).fill('test');
      await page.keyboard.press('Enter');
      await expect.poll(() => inMode('auto').count(), patient).toBe(signals.signals);
      const strip = page.getByRole('group', { name: t('panel.signals') });
      await strip.getByText(String(signals.signals), { exact: true }).waitFor(patient);
    });

    it('UI-241 shows a junction with the phase that runs and its queues', async () => {
      await chooseNext();
      const card = panel('details').locator('.cb-junction');
      await expect.poll(() => card.locator('.cb-phase').count(), patient).toBe(2);
      await card.locator('.cb-phase[aria-current="true"]').waitFor(patient);
      await card.locator('.cb-lane b').filter({ hasText: '4' }).first().waitFor(patient);
      await expect.poll(() => card.locator('.cb-approaches tbody tr').count(), patient).toBe(4);
    });

    it('UI-242 shows a corridor as a time–space diagram', async () => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Shift+C');
      const diagram = panel('corridors').locator('.cb-ts');
      await diagram.waitFor(patient);
      expect(await diagram.locator('.cb-ts-red').count()).toBeGreaterThanOrEqual(6);
      await expect.poll(() => diagram.locator('.cb-ts-green').count(), patient).toBeGreaterThan(0);
    });

    it('UI-243 shows the traffic of the city and its districts', async () => {
      await page.keyboard.press('Shift+T');
      const areas = panel('traffic').locator('.cb-traffic-areas tbody tr');
      await expect.poll(() => areas.count(), patient).toBeGreaterThanOrEqual(2);
      await areas.filter({ hasText: district }).first().waitFor(patient);
    });

    it('UI-67 finds no fault with the panels, and the page complains of nothing', async () => {
      await expectNoViolations(page);
      expect(complaints).toEqual([]);
    });
  });
});
