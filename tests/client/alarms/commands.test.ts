/** Commands and keys for alarms: both languages, what is not named, what is refused, what is offered. */
import { describe, expect, it } from 'vitest';
import {
  actionOfCommand,
  actionOfKey,
  commandSpecs,
  done,
  panelKeys,
  type Deeds,
  type Outcome,
} from '../../../client/app/actions.ts';
import { acts } from '../../../client/alarms/acts.ts';
import { completions, parseCommand } from '../../../client/app/command-parser.ts';
import { keyCap, keyName } from '../../../client/app/key-name.ts';
import { knownOf } from '../../../client/app/known.ts';
import { translator, type MessageKey } from '../../../client/i18n/i18n.ts';
import { anAlarm } from './records.ts';

const all = [anAlarm(107, { state: 'acknowledged' }), anAlarm(108, { priority: 1 }), anAlarm(21)];
const picture = (meant: readonly string[], shown: readonly string[] = ['slow:l108', 'slow:l21']) =>
  knownOf(() => ({
    incidents: [],
    units: [],
    departments: [],
    selectedCase: null,
    alarms: { all, meant: () => meant, shown: () => shown },
  }));
const chosen = picture(['slow:l21']);
const nothing = picture([], []);
const t = translator('en-US');

describe('commands for alarms', () => {
  it.each<[string, string, readonly unknown[]]>([
    ['ack A107', 'ack', [['slow:l107']]],
    ['ack a107 A108', 'ack', [['slow:l107', 'slow:l108']]],
    ['确认 A107', 'ack', [['slow:l107']]],
    ['确认 A107、A21', 'ack', [['slow:l107', 'slow:l21']]],
    ['ack A107,A107', 'ack', [['slow:l107']]],
    ['ack', 'ack', [undefined]],
    ['acks all', 'ack', [['slow:l108', 'slow:l21']]],
    ['确认 全部', 'ack', [['slow:l108', 'slow:l21']]],
    ['shelve A107 30 road works', 'shelve', [['slow:l107'], 30, 'road works']],
    ['shelve A107 30 原因', 'shelve', [['slow:l107'], 30, '原因']],
    ['搁置 A107 施工', 'shelve', [['slow:l107'], undefined, '施工']],
    ['shelve 45 works', 'shelve', [undefined, 45, 'works']],
    ['shelve works', 'shelve', [undefined, undefined, 'works']],
    ['unshelve A107', 'unshelve', [['slow:l107']]],
    ['取消搁置', 'unshelve', [undefined]],
    ['escalate A107', 'escalate', [['slow:l107'], undefined, undefined]],
    ['上报 A107 值班长 太久', 'escalate', [['slow:l107'], 'supervisor', '太久']],
    ['incident A107 A108', 'incident', [['slow:l107', 'slow:l108']]],
    ['转警情', 'incident', [undefined]],
    ['disable A107 being mended', 'disable', [['slow:l107'], 'being mended']],
    ['启用告警 A107', 'enable', [['slow:l107']]],
    ['alarm A107', 'alarm', [['slow:l107']]],
    ['alarms', 'alarms', [undefined]],
    ['alarms unack', 'alarms', ['unacknowledged']],
    ['告警列表 搁置', 'alarms', ['shelved']],
    ['sound off', 'sound', ['off']],
    ['告警声 开', 'sound', ['on']],
  ])('UI-149 reads “%s”', (line, command, args) => {
    expect(parseCommand(line, commandSpecs, t, chosen)).toEqual({ ok: true, command, args });
  });

  it.each<[string, MessageKey]>([
    ['ack A999', 'cmd.noAlarm'],
    ['ack A107 A999', 'cmd.noAlarm'],
    ['ack', 'cmd.noAlarmSelected'],
    ['acks all', 'cmd.noAlarmShown'],
    ['shelve all works', 'cmd.noAlarmSelected'],
    ['shelve A107', 'cmd.missing'],
    ['shelve A107 30', 'cmd.missing'],
    ['shelve A107 500 too long', 'cmd.badNumber'],
    ['shelve A107 0 now', 'cmd.badNumber'],
    ['escalate A107 emperor', 'cmd.badChoice'],
    ['incident A107 now', 'cmd.tooMany'],
    ['disable A107', 'cmd.missing'],
    ['alarms lost', 'cmd.badChoice'],
  ])('UI-149 refuses “%s” with %s', (line, key) => {
    const parsed = parseCommand(line, commandSpecs, t, nothing);
    expect(parsed.ok ? null : parsed.reason.key).toBe(key);
  });

  it('UI-149 hands what was read to the deed, 15 minutes where none are said', async () => {
    const calls: unknown[] = [];
    const deeds = new Proxy({} as Deeds, {
      get:
        (_target, name) =>
        (...args: unknown[]): Outcome => {
          calls.push([name, ...args]);
          return done();
        },
    });
    for (const line of [
      'ack A107',
      'shelve A107 works',
      'escalate',
      'incident',
      'enable',
      'alarms',
      'sound',
    ]) {
      const parsed = parseCommand(line, commandSpecs, t, chosen);
      if (parsed.ok) await actionOfCommand(parsed.command)!.run(deeds, parsed.args);
    }
    await actionOfKey(',')!.run(deeds, []);
    await actionOfKey('S')!.run(deeds, []);
    expect(calls).toEqual([
      ['acknowledge', ['slow:l107']],
      ['shelve', ['slow:l107'], 15, 'works'],
      ['escalate', undefined, undefined, undefined],
      ['toIncident', undefined],
      ['alarmService', undefined, true],
      ['showAlarms', 'standing'],
      ['alarmSound', undefined],
      ['acknowledge', undefined],
      ['askAct', 'shelve'],
    ]);
  });

  it('UI-149 offers the alarms there are, the most urgent first, and what comes after them', () => {
    const offers = (line: string): string[] => completions(line, commandSpecs, 20, chosen);
    expect(offers('ack ')).toEqual(['ack A108', 'ack A21', 'ack A107', 'ack all']);
    expect(offers('ack A10')).toEqual(['ack A108', 'ack A107']);
    expect(offers('ack A108 A2')).toEqual(['ack A108 A21']);
    expect(offers('确认 全')).toEqual(['确认 全部']);
    expect(offers('escalate A107 su')).toEqual(['escalate A107 supervisor ']);
    expect(offers('shelve A107 30 ')).toEqual([]);
    expect(offers('alarms sh')).toEqual(['alarms shelved']);
  });
});

it('UI-149 has a command for every act that the screen offers', () => {
  for (const { command } of Object.values(acts))
    expect(actionOfCommand(command)?.id).toBe(`alarm.${command}`);
});

describe('keys for alarms', () => {
  it('UI-153 acknowledge, shelve, escalate, make an incident and open the list', () => {
    expect([',', 'S', 'E', 'I', 'A'].map((key) => actionOfKey(key)?.id)).toEqual([
      'alarm.ack',
      'alarm.shelve.ask',
      'alarm.escalate.ask',
      'alarm.incident',
      'panel.alarms',
    ]);
    expect(panelKeys.alarms).toBe('A');
    expect(acts.acknowledge.key).toBe(',');
  });

  it.each([
    ['a', false, 'a'],
    ['A', true, 'A'],
    // With Caps Lock on.
    ['A', false, 'a'],
    ['a', true, 'A'],
    ['?', true, '?'],
    ['Escape', false, 'Escape'],
    [',', false, ','],
  ])('UI-153 takes %s (shift: %s) for %s', (key, shiftKey, name) => {
    expect(keyName({ key, shiftKey })).toBe(name);
  });

  it('UI-153 shows a capital as Shift and the letter', () => {
    expect(['A', 'a', 'Escape', ','].map(keyCap)).toEqual(['⇧A', 'a', 'Esc', ',']);
  });
});
