/** WCAG 2 A and AA by axe-core on a page as it stands. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const options: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] },
  resultTypes: ['violations'],
  // No rule of these needs the style sheets fetched again.
  preload: false,
};

/** What is wrong on the page, a line each. @throws where nothing was checked. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async (asked) => {
    const { axe } = globalThis as unknown as {
      axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
    };
    const { violations: wrong, passes } = await axe.run(document, asked);
    return {
      passes: passes.length,
      wrong: wrong.flatMap((v) =>
        v.nodes.map(
          (n) => `${v.id}: ${n.target.join(' ')} ${n.html.slice(0, 140)} ${n.failureSummary ?? ''}`,
        ),
      ),
    };
  }, options);
  if (found.passes < 10) throw new Error(`axe checked next to nothing (${found.passes} rules passed)`);
  return found.wrong;
}

/** What is still coming in or going out may be caught half-way; what stays wrong is wrong. */
export async function expectNoViolations(page: Page): Promise<void> {
  await expect.poll(() => violations(page), { timeout: 20_000, interval: 1_000 }).toEqual([]);
}
