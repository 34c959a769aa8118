/**
 * Alarms from the rule to the figures, as the readme tells them, on two consoles of two people: first in Chinese and dark,
 * then in English and light. Vendors make them ring over the real door.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Locator } from 'playwright-core';
import { expectNoViolations } from '../support/axe.ts';
import { AlarmConsole, both, patient } from '../support/alarm-console.ts';
import {
  alarmStories,
  inChinese,
  inHistory,
  keepAlarmHistory,
  severeWarning,
  shelvedBefore,
} from '../support/alarm-stories.ts';
import { launchBrowser, noBrowser } from '../support/browser.ts';
import { Instruments } from '../support/instruments.ts';
import { startScreenCity, type ScreenCity } from '../support/screen-city.ts';
import { until } from '../support/screen-server.ts';
import { Terminals } from '../support/terminals.ts';
import { accepted, signInDemo, TestConsole } from '../support/test-console.ts';

/** Rules about what this vendor leaves out: feeds that fall silent, a fire nobody goes to. */
const notMeant = ['feed-stale', 'case-overdue'];

describe.skipIf(noBrowser)('alarms from the rule to the figures', () => {
  let browser: Browser;
  let city: ScreenCity;
  let instruments: Instruments;
  let terminals: Terminals;
  /** What this test has made happen, in both languages together. */
  const made = { rung: 0, raised: 0, standing: 0, inForce: 0 };
  const rang = (rung: number, raised = rung): void => {
    made.rung += rung;
    made.raised += raised;
  };

  beforeAll(async () => {
    city = await startScreenCity(keepAlarmHistory);
    instruments = new Instruments(city.vendor);
    terminals = new Terminals(city.vendor);
    for (const { group, gauge, calm } of alarmStories) {
      await instruments.read(group, calm.group);
      await instruments.read([gauge], calm.gauge);
    }
    instruments.start();
    await terminals.start();
    const { url } = city.server();
    const night = new TestConsole({ url, cookie: await signInDemo(url, 'demo-supervisor') });
    for (const rule of notMeant) await accepted(night.decide('rule.switch', { rule, enabled: false }));
    const { rule, alarm, instrument, over } = shelvedBefore;
    await accepted(night.decide('rule.save', { rule, enabled: true }));
    await instruments.read([instrument], over);
    await until(() => night.record('alarm', alarm)?.state === 'unacknowledged');
    rang(1);
    made.standing++;
    await accepted(night.decide('alarm.shelve', { alarms: [alarm], minutes: 1, reason: '-' }));
    night.close();
    browser = await launchBrowser();
  });

  afterAll(async () => {
    instruments?.stop();
    terminals?.stop();
    await browser?.close();
    await city?.close();
  });

  describe.each(alarmStories)('$language', (story) => {
    const { t, inOwn, rule, typo, emergency, group, gauge, over, draft, note } = story;
    let boss: AlarmConsole;
    let desk: AlarmConsole;
    let consoles: readonly AlarmConsole[] = [];
    let rules: Locator;
    let form: Locator;
    const field = (label: string): Locator => form.getByLabel(label, { exact: true });

    beforeAll(async () => {
      boss = await AlarmConsole.open(browser, city.server().url, story, '孙值班长');
      desk = await AlarmConsole.open(browser, city.server().url, story, '王调度');
      consoles = [boss, desk];
    });

    afterAll(() => both(consoles, (c) => c.close()));

    it('UI-200 shows a fault of a rule in its place, and saves none that asks nobody to do anything', async () => {
      rules = await boss.openPanel('rules');
      await rules.getByRole('button', { name: t('rules.new') }).click(patient);
      form = rules.getByRole('form', { name: t('rules.new') });
      await field(inOwn(t('rules.name'))).fill(rule.name);
      await field(t('rules.subject')).selectOption('station');
      await field(t('rules.when')).fill(typo.when);
      await form.getByText(typo.said).waitFor(patient);
      expect(await form.locator('.cb-expression u').allInnerTexts()).toEqual([typo.word]);
      await field(t('rules.when')).fill(rule.when);
      await form.getByText(t('rules.moreExpressions')).click();
      await field(t('rules.until')).fill(rule.until);
      await form.locator('.cb-check[data-ok="true"]').waitFor(patient);
      expect(await form.locator('.cb-expression u').count()).toBe(0);
      await field(inOwn(t('rules.purpose'))).fill(rule.purpose);
      await field(inOwn(t('rules.consequence'))).fill(rule.consequence);
      await field(t('rules.incident')).selectOption(rule.category);
      await form.getByRole('radio').nth(1).check();
      await form.getByText(t('rules.part.relations')).click();
      await field(t('rules.groupM')).fill('2000');
      await boss.page.keyboard.press('Control+Enter');
      await form.getByText(t('rules.fault.response')).waitFor(patient);
      await form.getByText(t('rules.notSaved', { n: 1 })).waitFor(patient);
      const response = field(inOwn(t('rules.response')));
      await expect.poll(() => response.evaluate((box) => box === document.activeElement)).toBe(true);
      await response.fill(rule.response);
    });

    it('UI-201 shows what a rule would have done over the history there is', async () => {
      await form.getByRole('button', { name: t('rules.dry.run') }).click();
      const run = form.locator('.cb-dry');
      const bars = run.locator('.recharts-bar-rectangle path');
      await bars.first().waitFor(patient);
      expect(await bars.count()).toBe(inHistory.bars);
      const counts = await run.locator('.cb-table tbody tr').allInnerTexts();
      const figure = (name: string): string => counts.find((row) => row.startsWith(name)) ?? '';
      expect(figure(t('rules.dry.rung'))).toMatch(new RegExp(`\\b${inHistory.triggered}\\b`));
      expect(figure(t('rules.dry.annunciated'))).toMatch(new RegExp(`\\b${inHistory.rung}\\b`));
      expect(figure(t('rules.dry.p50'))).toMatch(new RegExp(`\\b${inHistory.medianMin}\\b`));
      expect(figure(t('rules.dry.longest'))).toMatch(new RegExp(`\\b${inHistory.longestMin}\\b`));
    });

    it('UI-67 finds no fault with the editor of rules', () => expectNoViolations(boss.page));

    it('UI-202 rings on every console once it is switched on, and the line says so however the list is scrolled', async () => {
      await form.getByRole('button', { name: t('rules.save') }).click();
      const card = rules.getByRole('article', { name: rule.name });
      await card.locator('.cb-card-tags').getByText(t('rules.off'), { exact: true }).waitFor(patient);
      await card.getByRole('button', { name: t('rules.switchOn') }).click();
      await boss.page.keyboard.press('Enter');
      await card.locator('.cb-card-tags').getByText(t('rules.on'), { exact: true }).waitFor(patient);
      await desk.mute();
      const [root, ...others] = group;
      await instruments.read([root!], over.group);
      rang(1);
      made.standing++;
      await both(consoles, (c) => c.unacknowledged(2, 1));
      await expect.poll(() => boss.hasHeard(2), patient).toBe(true);
      await instruments.read(others, over.group);
      made.raised += others.length;
      await both(consoles, (c) => c.figure(t('strip.hidden'), others.length));
      await both(consoles, (c) => c.row(rule.name).getByText(String(others.length)).waitFor(patient));
      await desk
        .panel('alarms')
        .getByRole('button', { name: t('alarm.unfoldAll') })
        .click();
      const place = await desk.strip.boundingBox();
      await desk.row(rule.name).hover();
      await desk.page.mouse.wheel(0, 5_000);
      const list = desk.panel('alarms').getByRole('listbox');
      await expect.poll(() => list.evaluate((rows) => rows.scrollTop), patient).toBeGreaterThan(100);
      expect(await desk.strip.boundingBox()).toEqual(place);
      await desk.unacknowledged(2, 1);
      await desk
        .panel('alarms')
        .getByRole('button', { name: t('alarm.foldAll') })
        .click();
    });

    it('UI-203 is acknowledged with all that it explains, by one key', async () => {
      await desk.select(rule.name);
      await desk.page.keyboard.press(',');
      await both(consoles, (c) => c.unacknowledged(2, 0));
      await both(consoles, (c) =>
        c.row(rule.name).getByText(t('alarm.acknowledged')).first().waitFor(patient),
      );
      const left = desk.panel('alarms').locator('[data-unacknowledged="true"]').getByText(rule.name);
      await expect.poll(() => left.count(), patient).toBe(0);
    });

    it('UI-67 finds no fault with the list and the card', () => expectNoViolations(desk.page));

    it('UI-204 lets nobody mute or shelve an emergency that nobody has acknowledged', async () => {
      await rules.getByRole('button', { name: t('rules.copy') }).click();
      await field(inOwn(t('rules.name'))).fill(emergency.name);
      await field(t('rules.when')).fill(emergency.when);
      await field(t('rules.until')).fill(emergency.until);
      await form.getByRole('radio').first().check();
      await field(t('rules.enabled')).check();
      await boss.page.keyboard.press('Control+Enter');
      await rules.getByRole('article', { name: emergency.name }).waitFor(patient);
      await instruments.read([gauge], over.gauge);
      rang(1);
      made.standing++;
      await both(consoles, (c) => c.unacknowledged(1, 1));
      await expect.poll(() => desk.hasHeard(1), patient).toBe(true);
      // Muted, it heard nothing of the other.
      expect(await desk.hasHeard(2)).toBe(false);
      const card = await desk.select(emergency.name);
      const shelve = card.getByRole('button', { name: t('alarm.act.shelve') });
      expect(await shelve.isDisabled()).toBe(true);
      await desk.page.keyboard.press('Shift+S');
      await desk.sees(t('alarm.blocked.emergency'));
      const [code] = /A\d+/.exec(await card.innerText())!;
      expect(await desk.typeRefused(`shelve ${code} 15 -`)).toMatch(/须先确认|has to be acknowledged/);
      await desk.unacknowledged(1, 1);
      await desk.select(emergency.name);
      await desk.page.keyboard.press(',');
      await both(consoles, (c) => c.unacknowledged(1, 0));
      await expect.poll(() => shelve.isDisabled(), patient).toBe(false);
    });

    it('UI-205 shelves with a reason, and brings back what is no longer shelved', async () => {
      const card = await desk.select(emergency.name);
      await desk.page.keyboard.press('Shift+S');
      await card.getByRole('button', { name: t('alarm.reason.repair') }).click(patient);
      await card.getByRole('button', { name: t('ask.do') }).click();
      await desk.row(emergency.name).waitFor({ ...patient, state: 'detached' });
      await desk.strip.getByRole('button', { name: t('strip.shelved') }).click();
      await desk.row(emergency.name).getByText(t('alarm.shelved')).first().waitFor(patient);
      await card.getByRole('button', { name: t('alarm.act.unshelve') }).click();
      rang(1);
      await both(consoles, (c) => c.unacknowledged(1, 1));
      await desk.type('alarms');
      await desk.select(emergency.name);
      await desk.page.keyboard.press(',');
      await both(consoles, (c) => c.unacknowledged(1, 0));
    });

    it('UI-206 becomes an incident that is dispatched as any other', async () => {
      await desk.select(rule.name);
      await desk.page.keyboard.press('Shift+I');
      const head = desk
        .panel('details')
        .locator('.cb-case')
        .getByText(/#\d{4}/)
        .first();
      await head.waitFor(patient);
      const [number] = /#\d{4}/.exec(await head.innerText())!;
      await both(consoles, (c) => c.row(rule.name).getByText(number).waitFor(patient));
      const before = (await terminals.ordered()).length;
      await desk.page.keyboard.press('x');
      await desk
        .panel('details')
        .getByRole('button', { name: /派出|Send/ })
        .waitFor(patient);
      await desk.page.keyboard.press('Enter');
      await expect.poll(async () => (await terminals.ordered()).length, patient).toBeGreaterThan(before);
    });

    it('UI-207 shows warnings of others, and gives out ours when a second person approves', async () => {
      await city.vendor.post('cap', 'application/cap+xml', severeWarning(`W-${story.theme}`, Date.now()));
      rang(1);
      made.standing++;
      made.inForce++;
      await both(consoles, (c) => c.figure(t('panel.warnings'), made.inForce));
      await both(consoles, (c) => c.unacknowledged(2, 1));
      await desk.row(`W-${story.theme}`).click();
      await desk.page.keyboard.press(',');
      await both(consoles, (c) => c.unacknowledged(2, 0));
      const mine = await desk.openPanel('warnings');
      await mine.getByRole('button', { name: `W-${story.theme}` }).waitFor(patient);
      await mine.getByRole('button', { name: t('warn.new') }).click();
      const write = mine.getByRole('form', { name: t('warn.new') });
      await write.getByRole('radio').nth(1).check();
      await write.getByLabel(inOwn(t('warn.event'))).fill(draft.event);
      await write.getByLabel(inOwn(t('warn.headline'))).fill(draft.headline);
      await write.getByLabel(inOwn(t('warn.instruction'))).fill(draft.instruction);
      await write.getByLabel(t('cap.category.Safety')).check();
      await write
        .getByRole('group', { name: t('warn.districts') })
        .getByRole('checkbox')
        .first()
        .check();
      await expectNoViolations(desk.page);
      await write.getByRole('button', { name: t('warn.draftIt') }).click();
      const own = mine.getByRole('article', { name: draft.headline });
      await own.getByText(t('warn.ownDraft')).waitFor(patient);
      expect(await own.getByRole('button', { name: t('warn.do.approve') }).count()).toBe(0);
      await desk.figure(t('panel.warnings'), made.inForce);
      const theirs = await boss.openPanel('warnings');
      await theirs.getByRole('button', { name: draft.headline }).click(patient);
      await theirs.getByRole('button', { name: t('warn.do.approve') }).click(patient);
      made.inForce++;
      await own.getByText(t('warn.state.in-force')).waitFor(patient);
      await both(consoles, (c) => c.figure(t('panel.warnings'), made.inForce));
    });

    it('UI-208 hands over a shift that somebody else signs for', async () => {
      const mine = await desk.openPanel('handover');
      await mine.getByLabel(t('handover.note')).fill(note);
      await mine.getByRole('form').getByRole('button').click();
      await mine.getByText(t('handover.waitsForOther')).waitFor(patient);
      expect(await mine.getByRole('button', { name: t('handover.sign') }).count()).toBe(0);
      await boss.strip.locator('[data-urgent="true"]').click(patient);
      const theirs = boss.panel('handover');
      const offered = theirs.getByRole('region', { name: t('handover.unsigned') });
      await offered.getByText(note).waitFor(patient);
      await offered.getByText(emergency.name).waitFor(patient);
      await expectNoViolations(boss.page);
      await theirs.getByRole('button', { name: t('handover.sign') }).click();
      await mine.getByText(t('handover.waitsForOther')).waitFor({ ...patient, state: 'detached' });
      await both(consoles, (c) => c.figure(t('panel.handover'), 0));
    });

    it.runIf(story === inChinese)(
      'UI-205 what the shift before shelved comes back by itself when its time is over',
      async () => {
        const name = shelvedBefore.rule.name.zh;
        await both(consoles, (c) => c.row(name).waitFor({ timeout: 60_000 }));
        rang(1);
        await both(consoles, (c) => c.unacknowledged(3, 1));
        await both(consoles, (c) => c.figure(t('strip.shelved'), 0));
        await desk.select(name);
        await desk.page.keyboard.press(',');
        await both(consoles, (c) => c.unacknowledged(3, 0));
      },
    );

    it('UI-209 counts in its figures just what has happened', async () => {
      const figures = await boss.openPanel('alarm-kpi');
      const tile = (name: string): Locator =>
        figures.locator('.cb-tile').filter({ has: boss.page.getByText(name, { exact: true }) });
      await tile(t('kpi.rung')).waitFor(patient);
      expect(await tile(t('kpi.rung')).locator('b').innerText()).toBe(String(made.rung));
      expect(await tile(t('kpi.rung')).locator('small').innerText()).toContain(String(made.raised));
      expect(await tile(t('kpi.standing')).locator('b').innerText()).toBe(String(made.standing));
      expect(await tile(t('kpi.flood')).locator('b').innerText()).toBe('0.0%');
      const cells = async (name: string): Promise<string[]> =>
        (
          await figures
            .getByRole('region', { name: t('kpi.rules') })
            .locator('tr')
            .filter({ hasText: name })
            .innerText()
        )
          .split('\t')
          .map((c) => c.trim());
      // Rung, chattered, fleeting, acknowledged, shelved, made incidents of.
      const columns = [1, 3, 4, 6, 7, 8];
      const ofRule = await cells(rule.name);
      expect(columns.map((i) => ofRule[i])).toEqual(['1', '0', '0', '100%', '0%', '100%']);
      const ofEmergency = await cells(emergency.name);
      expect(columns.map((i) => ofEmergency[i])).toEqual(['2', '0', '0', '100%', '50%', '0%']);
      await figures.locator('svg.recharts-surface').first().waitFor(patient);
      await expectNoViolations(boss.page);
    });

    it('UI-209 had nothing to complain about on either console', () => {
      expect(consoles.map((c) => c.complaints)).toEqual([[], []]);
    });
  });
});
