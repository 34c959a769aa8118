/** The page of a department on a phone: from the task to the end of the work, and what it says when something is wrong. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { TimelineAnswer } from '../../server/contract/api.ts';
import { endSession } from '../support/accounts.ts';
import { expectNoViolations } from '../support/axe.ts';
import { complaintsOf, launchBrowser, noBrowser } from '../support/browser.ts';
import { startScreenCity, type ScreenCity } from '../support/screen-city.ts';
import { accepted, signInDemo, TestConsole } from '../support/test-console.ts';

const phone = { width: 390, height: 844 };
const patient = { timeout: 20_000 };

const isAsWideAsThePhone = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

describe.skipIf(noBrowser)('the page of a department', () => {
  let browser: Browser;
  let city: ScreenCity;
  let cookie: string;
  let desk: TestConsole;

  beforeAll(async () => {
    [city, browser] = await Promise.all([startScreenCity(), launchBrowser()]);
    cookie = await signInDemo(city.server().url, 'demo-dispatcher');
    desk = new TestConsole({ url: city.server().url, cookie });
    for (const unit of ['u-f1', 'u-a1'])
      await accepted(desk.decide('unit.service', { unit, inService: true }));
  });

  afterAll(async () => {
    desk?.close();
    await browser?.close();
    await city?.close();
  });

  /** A case at which a unit is; its id. */
  async function caseWith(unit: string, payload: object): Promise<string> {
    const made = await accepted(
      desk.decide('incident.create', {
        channel: '110',
        position: [118.602, 30.202],
        address: '人民路12号3单元501室',
        caller: { name: '张三', phone: '13800138000' },
        ...payload,
      }),
    );
    const incident = made.result!.incident!;
    await accepted(desk.decide('incident.triage', { incident, answers: {} }));
    await accepted(desk.decide('incident.dispatch', { incident, units: [unit] }));
    return incident;
  }

  async function signedIn(
    name: string,
    person: string,
    locale: string,
  ): Promise<{ page: Page; context: BrowserContext }> {
    const context = await browser.newContext({ viewport: phone, locale, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto(`${city.server().url}/dept/${name}`);
    const account = page.locator('.cb-signin-demo').getByRole('button', { name: person });
    await account.waitFor(patient);
    expect(await isAsWideAsThePhone(page)).toBe(true);
    await account.click();
    await page.locator('.cbd-case').first().waitFor(patient);
    return { page, context };
  }

  it('UI-126 takes a crew from the task to the end of the work, in Chinese', async () => {
    const incident = await caseWith('u-f1', { category: 'fire.structure', detail: '三楼冒烟' });
    await accepted(
      desk.decide('incident.task', { incident, department: 'dep-fire', title: '疏散住户', minutes: 30 }),
    );
    const { page, context } = await signedIn('fire', '刘消防', 'zh-CN');
    const complaints = complaintsOf(page);
    await page.getByRole('heading', { name: '消防救援支队' }).waitFor(patient);
    const card = page.locator('.cbd-case').filter({ hasText: '三楼冒烟' });
    const press = (name: string | RegExp) => card.getByRole('button', { name, exact: true }).click(patient);

    const task = card.locator('.cbd-task').filter({ hasText: '疏散住户' });
    await task.getByRole('button', { name: '接收' }).click(patient);
    await task.getByRole('button', { name: '完成' }).click(patient);
    await card.getByLabel('处理结果（可不填）').fill('<b>已疏散</b>');
    await card.getByText('请不要输入标记').waitFor(patient);
    await card.getByLabel('处理结果（可不填）').fill('已疏散 12 人');
    await press('确定');
    await task.waitFor({ state: 'detached', ...patient });

    await press('出发');
    await card.getByRole('heading', { name: /途中/ }).waitFor(patient);
    await press('到场');
    await press(/^人员平安/);
    expect(await isAsWideAsThePhone(page)).toBe(true);
    await expectNoViolations(page);

    await card.locator('input[type=file]').setInputFiles({
      name: 'scene.png',
      mimeType: 'image/png',
      buffer: await page.screenshot(),
    });
    await card.getByText('照片已发送。').waitFor(patient);
    const timeline = await fetch(`${city.server().url}/api/v1/incidents/${incident}/timeline`, {
      headers: { cookie },
    });
    const { entries } = (await timeline.json()) as TimelineAnswer;
    expect(entries.filter((e) => e.attachments?.length === 1)).toHaveLength(1);
    const sha = entries.find((e) => e.attachments)!.attachments![0]!;
    const photo = await fetch(`${city.server().url}/api/v1/attachments/${sha}`, { headers: { cookie } });
    expect(photo.headers.get('content-type')).toBe('image/jpeg');

    await press('结束待命');
    await card.getByRole('heading', { name: /到场/ }).waitFor({ state: 'detached', ...patient });
    expect(desk.record('unit', 'u-f1')?.incident).toBeUndefined();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('UI-127 takes a patient to a hospital, and shows what is hidden for a reason only, in English', async () => {
    const incident = await caseWith('u-a1', { category: 'medical.cardiac', detail: 'Collapsed in the hall' });
    const { page, context } = await signedIn('ambulance', '杨急救', 'en-US');
    const card = page.locator(`.cbd-case[aria-labelledby="${incident}"]`);
    const press = (name: string) => card.getByRole('button', { name, exact: true }).click(patient);
    await press('En route');
    await press('On scene');

    expect(await card.innerText()).not.toContain('13800138000');
    await press('Reveal hidden fields');
    await press('Confirm');
    await card.getByText('Write something here.').waitFor(patient);
    await card.getByLabel('Why you need to see it (is logged)').fill('The door is locked');
    await press('Confirm');
    await card.getByRole('link', { name: '13800138000' }).waitFor(patient);
    await expectNoViolations(page);

    await press('Transporting');
    await card.getByRole('button', { name: /^小城第一医院|^Xiaocheng First Hospital/ }).click(patient);
    await card.getByRole('heading', { name: /Transporting/ }).waitFor(patient);
    // What people and the city call themselves stays; no word of the screen is in the other language.
    expect(await card.getByText(/[\u4e00-\u9fff]/).allInnerTexts()).toEqual([
      '人民路12号3单元501室',
      '张三 13800138000',
      '急1',
    ]);
    expect(await isAsWideAsThePhone(page)).toBe(true);
    await context.close();
  });

  it('UI-128 says that nothing is sent without a connection, and goes on when it is back', async () => {
    const { page, context } = await signedIn('ambulance', '杨急救', 'zh-CN');
    const banner = page.locator('.cbd-offline');
    await city.server().kill();
    await banner.getByText('此时按下的操作不会发送').waitFor(patient);
    await page.getByRole('button', { name: '到院', exact: true }).click();
    await page.getByText('连接已断开，未发送。恢复连接后请再试。').waitFor(patient);
    await city.restart();
    await banner.waitFor({ state: 'detached', timeout: 40_000 });
    await page.getByRole('button', { name: '到院', exact: true }).click();
    await page.getByRole('heading', { name: /已到院/ }).waitFor(patient);
    await context.close();
  });

  it('UI-125 a session that ends elsewhere ends on the phone too, with the reason', async () => {
    const { page, context } = await signedIn('ambulance', '杨急救', 'zh-CN');
    await endSession(city.server().url, await context.cookies());
    await page.locator('.cb-signin').getByText('登录已结束').waitFor(patient);
    expect(await page.locator('.cbd-case').count()).toBe(0);
    await context.close();
  });
});
