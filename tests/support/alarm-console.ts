/** A console of one person in a real browser, as tests of the alarm screens drive it: by keys, buttons and the command line. */
import type { Browser, Locator, Page } from 'playwright-core';
import type { AlarmPriority } from '../../server/contract/alarms.ts';
import { complaintsOf } from './browser.ts';
import type { AlarmStory } from './alarm-stories.ts';

export const patient = { timeout: 30_000 };
const viewport = { width: 1440, height: 900 };

/** Pitches by which the bursts of the priorities are told apart, and from the tones of commands. */
const pitches = { 1: 988, 2: 659 } as const;

/** Notes every pitch that would be heard. */
const notePitches = (): void => {
  const heard: number[] = [];
  Object.assign(globalThis, { heard });
  // Called below with the node it belongs to.
  // oxlint-disable-next-line typescript/unbound-method
  const set = AudioParam.prototype.setValueAtTime;
  AudioParam.prototype.setValueAtTime = function (value, at) {
    heard.push(value);
    return set.call(this, value, at);
  };
};

export class AlarmConsole {
  readonly page: Page;
  readonly complaints: readonly string[];
  private readonly story: AlarmStory;

  private constructor(page: Page, story: AlarmStory) {
    this.page = page;
    this.story = story;
    this.complaints = complaintsOf(page);
  }

  static async open(browser: Browser, url: string, story: AlarmStory, person: string): Promise<AlarmConsole> {
    const { language, theme } = story;
    const context = await browser.newContext({ viewport, locale: language, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.addInitScript(notePitches);
    const opened = new AlarmConsole(page, story);
    await page.goto(`${url}/?theme=${theme}&lang=${language}`);
    await opened.live();
    // Two maps that move cost all of a small machine; what is looked at here are the panels.
    for (const layer of ['vehicles', 'links', 'buildings']) await opened.type(`layer ${layer} off`);
    await page.locator('.cb-who').click();
    await page.locator('.cb-account-list').getByRole('button', { name: person }).click(patient);
    await page.locator('.cb-who').getByText(person).waitFor(patient);
    await opened.live();
    return opened;
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  panel(id: string): Locator {
    return this.page.locator(`[data-panel="${id}"]`);
  }

  async openPanel(id: string): Promise<Locator> {
    await this.type(`panel ${id}`);
    await this.panel(id).waitFor(patient);
    return this.panel(id);
  }

  /** Types a line into the command line; it must be taken. */
  async type(line: string): Promise<void> {
    await this.say(line);
    await this.page.locator('.cb-command').waitFor({ ...patient, state: 'detached' });
  }

  /** Types a line that is refused; answers why. */
  async typeRefused(line: string): Promise<string> {
    await this.say(line);
    const said = await this.page.locator('.cb-command-said').innerText(patient);
    await this.page.keyboard.press('Escape');
    return said;
  }

  /** The line of the list that begins with this alarm's name. */
  row(name: string): Locator {
    return this.panel('alarms').getByRole('option').filter({ hasText: name }).first();
  }

  async select(name: string): Promise<Locator> {
    await this.row(name).click(patient);
    const card = this.panel('details').locator('.cb-alarm-card');
    await card.getByRole('heading', { name }).waitFor(patient);
    return card;
  }

  get strip(): Locator {
    return this.page.getByRole('region', { name: this.story.t('strip') });
  }

  /** The line says that so many of a priority wait for somebody. */
  async unacknowledged(priority: AlarmPriority, n: number): Promise<void> {
    const figure = this.strip.locator(`.cb-strip-priority[data-priority="${priority}"] b`);
    await figure.filter({ hasText: new RegExp(`^${n}$`) }).waitFor(patient);
  }

  /** A figure of the line, or the number on one of its doors, by its word. */
  async figure(word: string, n: number): Promise<void> {
    const said = n === 0 ? new RegExp(`^${word}\\s*0?\\s*$`) : new RegExp(`^${word}\\s*${n}\\s*$`);
    await this.strip.getByRole('button').filter({ hasText: said }).waitFor(patient);
  }

  /** A notice or a sentence that has come into sight. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor(patient);
  }

  /** Whether an alarm of this priority has been heard here. */
  async hasHeard(priority: keyof typeof pitches): Promise<boolean> {
    const heard = await this.page.evaluate(() => (globalThis as unknown as { heard: number[] }).heard);
    return heard.includes(pitches[priority]);
  }

  async mute(): Promise<void> {
    // Before somebody touched the page the browser lets nothing be heard, and there is nothing to mute.
    await this.page.keyboard.press('Escape');
    await this.strip.getByRole('button', { name: this.story.t('strip.sound.on') }).click(patient);
    await this.strip.getByText(this.story.t('strip.sound.off')).waitFor(patient);
  }

  private async say(line: string): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('/');
    await this.page.locator('.cb-command input').waitFor(patient);
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  private async live(): Promise<void> {
    await this.page.locator('.cb-pill[data-phase="live"]').waitFor({ timeout: 60_000 });
  }
}

export const both = (
  consoles: readonly AlarmConsole[],
  look: (c: AlarmConsole) => Promise<unknown>,
): Promise<unknown> => Promise.all(consoles.map(look));
