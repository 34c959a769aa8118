/** Who sits before the screen: signing in and out, in the demo and in earnest, and what is said when it does not work. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { endSession, startInEarnest } from '../support/accounts.ts';
import { expectNoViolations } from '../support/axe.ts';
import { launchBrowser, noBrowser } from '../support/browser.ts';
import { startScreenCity, type ScreenCity } from '../support/screen-city.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { makeFolder } from '../support/temporary.ts';

/** Small: the map is drawn by the processor. */
const viewport = { width: 1_024, height: 640 };
const PASSWORD = 'a good long password';
const BETTER = 'another good password';
const patient = { timeout: 20_000 };
const live = '.cb-pill[data-phase="live"]';

describe.skipIf(noBrowser)('who is signed in', () => {
  let browser: Browser;
  let city: ScreenCity;
  let earnest: ServerProcess;
  const folder = makeFolder();

  beforeAll(async () => {
    const accounts = [{ id: 'wang', name: '王敏', role: 'dispatcher', password: PASSWORD }];
    [city, browser, earnest] = await Promise.all([
      startScreenCity(),
      launchBrowser(),
      startInEarnest(folder.dir, accounts),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await city?.close();
    await earnest?.stop();
    folder.remove();
  });

  const open = async (url: string, locale: string): Promise<Page> => {
    const page = await browser.newPage({ viewport, locale, reducedMotion: 'reduce' });
    await page.goto(url);
    return page;
  };

  it('UI-122 in the demo one signs in by a click, is always in sight, and signs out', async () => {
    const page = await open(city.server().url, 'zh-CN');
    const who = page.locator('.cb-who');
    await who.getByText('未登录（只读）').waitFor({ timeout: 60_000 });
    expect(await page.locator('.cb-bar .cb-demo-badge').innerText()).toBe('演示 DEMO');
    await who.click();
    await page.getByRole('button', { name: /王调度/ }).click(patient);
    await who.getByText('王调度').waitFor(patient);
    await who.getByText('调度员', { exact: true }).waitFor(patient);
    await who.click();
    // What belongs to a password is not offered to who has none.
    expect(await page.getByRole('button', { name: '修改密码' }).count()).toBe(0);
    await expectNoViolations(page);
    await page.getByRole('button', { name: '退出登录' }).click(patient);
    await who.getByText('未登录（只读）').waitFor(patient);
    await page.close();
  });

  it('UI-123 in earnest one signs in before anything is shown, and is told what is wrong', async () => {
    const page = await open(earnest.url, 'zh-CN');
    const form = page.locator('.cb-signin-form');
    await form.waitFor(patient);
    expect(await page.locator('.cb-bar, .cb-signin-demo').count()).toBe(0);
    const said = page.locator('.cb-signin-said');
    const trySignIn = async (id: string, password: string): Promise<void> => {
      await form.getByLabel('账号').fill(id);
      await form.getByLabel('密码').fill(password);
      await page.keyboard.press('Enter');
    };
    await trySignIn('wang', '');
    await said.getByText('请填写账号和密码。').waitFor(patient);
    await expectNoViolations(page);
    for (let i = 0; i < 4; i++) {
      await trySignIn('nobody-here', `wrong ${i}`);
      await said.getByText('账号或密码错误').waitFor(patient);
      // The password goes, the name stays, and the next try can be typed at once.
      expect(await form.getByLabel('密码').inputValue()).toBe('');
      expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).type)).toBe('password');
    }
    await trySignIn('nobody-here', 'wrong again');
    await said.getByText('账号已锁定，请在 15 分钟后重试').waitFor(patient);
    await page.getByRole('button', { name: 'English' }).click();
    await said.getByText('try again in 15 minutes').waitFor(patient);
    await page.close();
  });

  it('UI-124 a password is changed in the menu, and the screen goes on as before', async () => {
    const page = await open(earnest.url, 'en-US');
    const signInForm = page.locator('.cb-signin-form');
    await signInForm.getByLabel('Account').fill('wang');
    await signInForm.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    const who = page.locator('.cb-who');
    await who.getByText('王敏').waitFor({ timeout: 60_000 });
    await page.locator(live).waitFor(patient);
    await who.click();
    await page.getByRole('button', { name: 'Change password' }).click(patient);
    const form = page.getByRole('form', { name: 'Change password' });
    const type = async (current: string, next: string, again: string): Promise<void> => {
      for (const [label, text] of [
        ['Current password', current],
        ['New password (at least 12 characters)', next],
        ['New password once more', again],
      ] as const)
        await form.getByLabel(label).fill(text);
      await page.keyboard.press('Enter');
    };
    await type(PASSWORD, BETTER, '');
    await form.getByText('Fill in all three.').waitFor(patient);
    await type(PASSWORD, BETTER, 'something else');
    await form.getByText('The two new passwords are not the same.').waitFor(patient);
    await type('not the password', BETTER, BETTER);
    await form.getByText('The current password is not right.').waitFor(patient);
    await type(PASSWORD, 'short', 'short');
    await form.getByText('The password is too weak').waitFor(patient);
    await expectNoViolations(page);
    await type(PASSWORD, BETTER, BETTER);
    await page.getByText('this account is signed out everywhere else').waitFor(patient);
    await page.locator(live).waitFor(patient);
    expect(await who.innerText()).toContain('王敏');
    await page.close();
  });

  it('UI-125 a session that ends elsewhere ends here too, with the reason', async () => {
    const page = await open(earnest.url, 'zh-CN');
    const form = page.locator('.cb-signin-form');
    await form.getByLabel('账号').fill('wang');
    await form.getByLabel('密码').fill(BETTER);
    await page.keyboard.press('Enter');
    await page.locator(live).waitFor({ timeout: 60_000 });
    await endSession(earnest.url, await page.context().cookies());
    await page.locator('.cb-signin').getByText('登录已结束').waitFor(patient);
    expect(await page.locator('.cb-bar').count()).toBe(0);
    await page.close();
  });
});
