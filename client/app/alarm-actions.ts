/** What can be done to alarms by key and command line; a part of the table of actions. */
import { SHELVE_DEFAULT_MIN, SHIFT_MIN } from '../../server/contract/alarms.ts';
import { roleNames, type Role } from '../../server/contract/roles.ts';
import { acts } from '../alarms/acts.ts';
import type { AlarmDeeds } from '../alarms/deeds.ts';
import type { MessageKey } from '../i18n/i18n.ts';
import type { Action } from './actions.ts';
import type { ArgSpec, ArgValue } from './command-parser.ts';

const ALL = ['all', '全部'];
const alarms: ArgSpec = { kind: 'alarms', label: 'arg.alarms' };
const words = (label: MessageKey, optional = false): ArgSpec => ({ kind: 'text', label, optional });
const minutes: ArgSpec = {
  kind: 'number',
  label: 'arg.minutes',
  min: 1,
  max: SHIFT_MIN,
  optional: true,
  skip: true,
};
const onOff = { on: ['开', '1'], off: ['关', '0'] } as const;
const roleWords: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(roleNames).map(([role, name]) => [role, [name.zh]]),
);
/** What `alarms` can be asked to list. */
export const showWords: Readonly<Record<Parameters<AlarmDeeds['showAlarms']>[0], readonly string[]>> = {
  standing: ['当前'],
  unacknowledged: ['未确认', 'unack'],
  active: ['活动'],
  mine: ['我的'],
  map: ['地图'],
  shelved: ['搁置'],
  suppressed: ['抑制'],
  'out-of-service': ['停用', 'oos'],
};

const list = (v: ArgValue): readonly string[] | undefined => (Array.isArray(v) ? v : undefined);
const maybe = (v: ArgValue): string | undefined => (typeof v === 'string' ? v : undefined);
const str = (v: ArgValue): string => String(v ?? '');

const named = (
  name: string,
  aliases: readonly string[],
  args: readonly ArgSpec[],
  run: Action['run'],
): Action => ({
  id: `alarm.${name}`,
  group: 'alarms',
  label: `act.alarm.${name}` as MessageKey,
  keys: [],
  command: { name, aliases, args },
  run,
});

/** The key of an act whose command wants words: it asks for them. */
const asked = (kind: 'shelve' | 'escalate'): Action => ({
  id: `alarm.${kind}.ask`,
  group: 'alarms',
  label: `act.alarm.${kind}.ask`,
  keys: [acts[kind].key!],
  run: (d) => d.askAct(kind),
});

export const alarmActions: readonly Action[] = [
  {
    ...named('ack', ['acks', '确认'], [{ ...alarms, all: ALL }], (d, [ids]) => d.acknowledge(list(ids))),
    keys: [acts.acknowledge.key!],
  },
  {
    ...named('incident', ['转警情', '转案件'], [alarms], (d, [ids]) => d.toIncident(list(ids))),
    keys: [acts.incident.key!],
  },
  asked('shelve'),
  named('shelve', ['搁置'], [alarms, minutes, words('arg.reason')], (d, [ids, min, reason]) =>
    d.shelve(list(ids), min === undefined ? SHELVE_DEFAULT_MIN : Number(min), str(reason)),
  ),
  named('unshelve', ['取消搁置'], [alarms], (d, [ids]) => d.unshelve(list(ids))),
  asked('escalate'),
  named(
    'escalate',
    ['上报'],
    [
      alarms,
      { kind: 'choice', label: 'arg.role', choices: roleWords, optional: true },
      words('arg.reason', true),
    ],
    (d, [ids, to, reason]) => d.escalate(list(ids), to as Role | undefined, maybe(reason)),
  ),
  named('disable', ['停用告警'], [alarms, words('arg.reason')], (d, [ids, reason]) =>
    d.alarmService(list(ids), false, str(reason)),
  ),
  named('enable', ['启用告警'], [alarms], (d, [ids]) => d.alarmService(list(ids), true)),
  named('alarm', ['告警'], [alarms], (d, [ids]) => d.openAlarm(list(ids))),
  named(
    'alarms',
    ['告警列表'],
    [{ kind: 'choice', label: 'arg.show', choices: showWords, optional: true }],
    (d, [show]) => d.showAlarms((maybe(show) ?? 'standing') as keyof typeof showWords),
  ),
  named(
    'sound',
    ['告警声'],
    [{ kind: 'choice', label: 'arg.switch', choices: onOff, optional: true }],
    (d, [to]) => d.alarmSound(to as 'on' | 'off' | undefined),
  ),
];
