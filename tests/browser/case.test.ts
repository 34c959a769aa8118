/**
 * One case from the call to its evaluation, as the readme tells it: on two consoles of two people in two languages, by
 * keyboard, with terminals that report as crews would.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { complaintsOf, launchBrowser, noBrowser } from '../support/browser.ts';
import { startScreenCity, type ScreenCity } from '../support/screen-city.ts';
import { Terminals } from '../support/terminals.ts';

const viewport = { width: 1440, height: 900 };
const patient = { timeout: 30_000 };

const panel = (page: Page, id: string) => page.locator(`[data-panel="${id}"]`);
const row = (page: Page, number: string) =>
  panel(page, 'incidents')
    .getByRole('option')
    .filter({ hasText: `#${number}` });

async function become(page: Page, name: string): Promise<void> {
  await page.locator('.cb-who').click();
  await page.locator('.cb-account-list').getByRole('button', { name }).click(patient);
  await page.locator('.cb-who').getByText(name).waitFor(patient);
  await page.locator('.cb-pill[data-phase="live"]').waitFor(patient);
}

/** Types a line into the command line; it must be taken. */
async function type(page: Page, line: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.locator('.cb-command input').waitFor(patient);
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
  await page.locator('.cb-command').waitFor({ ...patient, state: 'detached' });
}

describe.skipIf(noBrowser)('a case from the call to its evaluation', () => {
  let browser: Browser;
  let city: ScreenCity;
  let terminals: Terminals;
  let zh: Page;
  let en: Page;
  const complaints: string[][] = [];
  let number = '';
  let sent: string[] = [];

  beforeAll(async () => {
    city = await startScreenCity();
    terminals = new Terminals(city.vendor);
    await terminals.start();
    browser = await launchBrowser();
    const open = async (locale: string): Promise<Page> => {
      const context = await browser.newContext({ viewport, locale, reducedMotion: 'reduce' });
      const page = await context.newPage();
      complaints.push(complaintsOf(page));
      await page.goto(city.server().url);
      await page.locator('.cb-pill[data-phase="live"]').waitFor({ timeout: 60_000 });
      // Two maps that move cost all of a small machine; what is looked at here are the panels.
      for (const layer of ['vehicles', 'links', 'buildings']) await type(page, `layer ${layer} off`);
      return page;
    };
    zh = await open('zh-CN');
    en = await open('en-US');
  });

  afterAll(async () => {
    terminals?.stop();
    await browser?.close();
    await city?.close();
  });

  /** Both consoles show this stage of the case. */
  const bothShow = async (zhStage: string, enStage: string): Promise<void> => {
    await Promise.all([
      row(zh, number).getByText(zhStage, { exact: true }).waitFor(patient),
      row(en, number).getByText(enStage, { exact: true }).waitFor(patient),
    ]);
  };

  it('UI-130 two people sign in to the demo by a click', async () => {
    await become(zh, '王调度');
    await become(en, '孙值班长');
    expect(await en.locator('.cb-who').innerText()).toContain('Supervisor');
  });

  it('UI-131 a call becomes a case on every console', async () => {
    await type(zh, 'new 交通事故');
    const form = panel(zh, 'intake');
    await form.getByLabel('情况').fill('两车追尾，占一条车道');
    await form.getByRole('button', { name: '取地图中心' }).click(patient);
    await form.getByLabel('来电人').fill('张三');
    await form.getByLabel('电话').fill('13812345678');
    await zh.keyboard.press('Control+Enter');
    const head = panel(zh, 'details')
      .getByText(/#\d{4}/)
      .first();
    await head.waitFor(patient);
    number = /#(\d{4})/.exec(await head.innerText())![1]!;
    await row(en, number).waitFor(patient);
    await bothShow('待受理', 'Reported');
  });

  it('UI-132 a second caller is offered the same event and joins the case', async () => {
    await type(zh, 'new 交通事故');
    const form = panel(zh, 'intake');
    await form.getByRole('button', { name: '取地图中心' }).click(patient);
    await form.getByLabel('来电人').fill('李四');
    await form.getByRole('button', { name: '同一件事，并入' }).first().click(patient);
    await panel(zh, 'details').getByRole('tab', { name: '来电 2' }).waitFor(patient);
    await type(en, `select ${number}`);
    await panel(en, 'details').getByRole('tab', { name: 'Calls 2' }).waitFor(patient);
  });

  it('UI-133 what the plan would send is shown with its reasons, and sent by one key', async () => {
    await type(zh, `claim ${number}`);
    await row(en, number).getByText('王调度').waitFor(patient);
    await type(zh, `drill ${number}`);
    const send = panel(zh, 'details').getByRole('button', { name: /派出|下达/ });
    await send.waitFor(patient);
    await panel(zh, 'details')
      .getByText(/^(最快|唯一可用|能力符合)$/)
      .first()
      .waitFor(patient);
    await zh.keyboard.press('Enter');
    await bothShow('已派遣', 'Dispatched');
    sent = await terminals.ordered();
    expect(sent.length).toBeGreaterThan(0);
  });

  it('UI-134 units that report by their terminals move the case on, on every console', async () => {
    await terminals.report(sent, 'en-route');
    await bothShow('途中', 'En route');
    await terminals.report(sent, 'on-scene');
    await bothShow('到场', 'On scene');
    await terminals.report(sent, 'returning');
    await terminals.report(sent, 'available');
    expect(await terminals.ordered()).toEqual([]);
  });

  it('UI-135 the handler cannot verify; somebody else does, closes, and sees the evaluation', async () => {
    // The last unit that cleared has resolved it.
    await bothShow('已处置', 'Resolved');
    await zh.keyboard.press('/');
    await zh.keyboard.type(`verify ${number}`);
    await zh.keyboard.press('Enter');
    await zh.locator('.cb-command-said').getByText('办理人不能核查自己的案件').waitFor(patient);
    await zh.keyboard.press('Escape');
    await type(en, `verify ${number}`);
    await bothShow('已核查', 'Verified');
    await type(en, `close ${number}`);
    await row(zh, number).waitFor({ ...patient, state: 'detached' });
    await row(en, number).waitFor({ ...patient, state: 'detached' });
    await type(en, `evaluate ${number} 5`);
    await type(zh, 'panel evaluation');
    await panel(zh, 'evaluation').getByText('交警支队').first().waitFor(patient);
    await type(zh, `select ${number}`);
    await panel(zh, 'details').getByText('已评价').first().waitFor(patient);
  });

  it('UI-136 had nothing to complain about on either console', () => {
    expect(complaints).toEqual([[], []]);
  });
});
