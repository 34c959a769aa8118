/** A real Chromium for tests of the screens; where the machine has none, tests that need it skip and say so. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const chromiumPath = places.find((p) => p !== undefined && existsSync(p));
export const noBrowser = chromiumPath === undefined;
export const noBrowserReason = 'no Chromium found (set CHROMIUM_PATH)';

/** Software rendering and no traffic of the browser's own. */
const flags = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath!, headless: true, args: flags });

/** Collects what a page complains about: console errors, exceptions, failed requests. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (m) => {
    if (m.type() === 'error') complaints.push(`console: ${m.text()}`);
  });
  page.on('pageerror', (e) => complaints.push(`exception: ${e.message}`));
  page.on('requestfailed', (r) => {
    const why = r.failure()?.errorText ?? '';
    // What the page itself cancels (tiles of a view it has left) is no fault.
    if (why !== 'net::ERR_ABORTED') complaints.push(`request: ${r.url()} ${why}`);
  });
  return complaints;
}
