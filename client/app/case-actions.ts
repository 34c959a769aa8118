/** What can be done to cases and units by key and command line; a part of the table of actions. */
import type { StatusWord } from '../dispatch/deeds.ts';
import { categories, type CategoryCode } from '../../server/contract/categories.ts';
import type { MessageKey } from '../i18n/i18n.ts';
import type { Action } from './actions.ts';
import type { ArgSpec, ArgValue } from './command-parser.ts';

/** What is typed for a unit's status, in the order of the work. */
export const statusWords: Readonly<Record<StatusWord, readonly string[]>> = {
  available: ['av', 'clear', '可用', '待命', '空闲'],
  dispatched: ['di', '已派'],
  'en-route': ['er', 'en', 'route', '途中', '在途', '出动'],
  'on-scene': ['os', 'scene', '到场'],
  transporting: ['tr', '送医'],
  'at-facility': ['af', '到院'],
  'out-of-service': ['oos', '停用', '停勤'],
  'in-service': ['is', '恢复'],
};

const TO = ['to', '到', '去'];
const INTO = ['into', 'to', '并入', '到'];
const verdicts = { no: ['reject', '不通过', '返工'], yes: ['ok', 'accept', '通过'] } as const;
const onOff = { on: ['开', '1'], off: ['关', '0'] } as const;
const categoryWords: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(categories).map(([code, c]) => [code, [c.name.zh]]),
);

const theCase: ArgSpec = { kind: 'case', label: 'arg.case' };
const words = (label: MessageKey, optional = false): ArgSpec => ({ kind: 'text', label, optional });
const unit: ArgSpec = { kind: 'unit', label: 'arg.unit' };
const department: ArgSpec = { kind: 'department', label: 'arg.department' };
const number = (label: MessageKey, max: number, optional = false): ArgSpec => ({
  kind: 'number',
  label,
  min: 1,
  max,
  optional,
});

const maybe = (v: ArgValue): string | undefined => (typeof v === 'string' ? v : undefined);
const str = (v: ArgValue): string => String(v ?? '');

/** `breathing=no conscious=yes` as answers by question. */
export const answersOf = (line: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    line
      .split(/\s+/)
      .map((pair) => pair.split('='))
      .filter((pair): pair is [string, string] => pair.length === 2 && pair.every((part) => part !== '')),
  );

type Part = Omit<Action, 'group' | 'label' | 'keys' | 'command'>;
const named = (
  name: string,
  aliases: readonly string[],
  args: readonly ArgSpec[],
  run: Part['run'],
  keys: readonly string[] = [],
): Action => ({
  id: `case.${name}`,
  group: 'cases',
  label: `act.case.${name}` as MessageKey,
  keys,
  command: { name, aliases, args },
  run,
});

export const caseActions: readonly Action[] = [
  named('new', ['接警', '新建'], [words('arg.newCall', true)], (d, [text]) => d.newCall(maybe(text))),
  named('claim', ['受理', '接手'], [theCase], (d, [id]) => d.claim(maybe(id)), ['a']),
  named('takeover', ['接管'], [theCase], (d, [id]) => d.claim(maybe(id), true)),
  named('release', ['放手', '释放'], [theCase], (d, [id]) => d.release(maybe(id))),
  named(
    'drill',
    ['推演', '预案'],
    [theCase, number('arg.level', 9, true)],
    (d, [id, level]) => d.drill(maybe(id), level === undefined ? undefined : Number(level)),
    ['x'],
  ),
  named(
    'send',
    ['派', '派遣', '派出'],
    [
      { kind: 'units', label: 'arg.units', optional: true, until: TO },
      { kind: 'case', label: 'arg.case', after: TO },
    ],
    (d, [units, id]) => d.sendUnits(maybe(id), units as readonly string[] | undefined),
  ),
  named('level', ['等级', '升级'], [theCase, number('arg.level', 9)], (d, [id, level]) =>
    d.sendUnits(maybe(id), undefined, { level: Number(level) }),
  ),
  named(
    'st',
    ['状态', 'status'],
    [unit, { kind: 'choice', label: 'arg.status', choices: statusWords }, words('arg.statusWords', true)],
    (d, [id, status, note]) => d.status(str(id), status as StatusWord, maybe(note)),
  ),
  named('par', ['安全', '点名'], [unit], (d, [id]) => d.par(str(id))),
  named('triage', ['研判'], [theCase, words('arg.answers')], (d, [id, line]) =>
    d.triage(maybe(id), answersOf(str(line))),
  ),
  named('priority', ['级别', '紧急'], [theCase, number('arg.severity', 4)], (d, [id, severity]) =>
    d.edit(maybe(id), { severity: Number(severity) }),
  ),
  named(
    'category',
    ['类别'],
    [theCase, { kind: 'choice', label: 'arg.category', choices: categoryWords }],
    (d, [id, category]) => d.edit(maybe(id), { category: category as CategoryCode }),
  ),
  named('place', ['定位', '地点'], [theCase, words('arg.place')], (d, [id, q]) => d.place(maybe(id), str(q))),
  named('call', ['来电'], [theCase, words('arg.text')], (d, [id, text]) => d.call(maybe(id), str(text))),
  named('task', ['任务', '派单'], [theCase, department, words('arg.text')], (d, [id, to, text]) =>
    d.task(maybe(id), str(to), str(text)),
  ),
  named('accept', ['签收'], [theCase, department], (d, [id, to]) =>
    d.taskStep(maybe(id), 'accept', { department: str(to) }),
  ),
  named('finish', ['办结'], [theCase, department, words('arg.result', true)], (d, [id, to, result]) =>
    d.taskStep(maybe(id), 'finish', { department: str(to) }, maybe(result)),
  ),
  named('giveback', ['退单'], [theCase, department, words('arg.reason')], (d, [id, to, reason]) =>
    d.taskStep(maybe(id), 'giveback', { department: str(to) }, str(reason)),
  ),
  named('transfer', ['移交', '转办'], [theCase, department, words('arg.reason')], (d, [id, to, reason]) =>
    d.transfer(maybe(id), str(to), str(reason)),
  ),
  named('return', ['退回'], [theCase, words('arg.reason')], (d, [id, reason]) =>
    d.giveBack(maybe(id), str(reason)),
  ),
  named('resolve', ['处置', '处置完毕'], [theCase, words('arg.result', true)], (d, [id, result]) =>
    d.resolve(maybe(id), maybe(result)),
  ),
  named(
    'verify',
    ['核查'],
    [
      theCase,
      { kind: 'choice', label: 'arg.verdict', choices: verdicts, optional: true },
      words('arg.reason', true),
    ],
    (d, [id, verdict, reason]) => d.verify(maybe(id), verdict !== 'no', maybe(reason)),
  ),
  named(
    'evaluate',
    ['评价'],
    [theCase, number('arg.satisfaction', 5, true), words('arg.comment', true)],
    (d, [id, satisfaction, comment]) =>
      d.evaluate(maybe(id), satisfaction === undefined ? undefined : Number(satisfaction), maybe(comment)),
  ),
  named('reopen', ['重启', '重新办理'], [theCase, words('arg.reason')], (d, [id, reason]) =>
    d.reopen(maybe(id), str(reason)),
  ),
  named(
    'merge',
    ['并案', '合并'],
    [theCase, { kind: 'case', label: 'arg.case', after: INTO, named: true }],
    (d, [id, into]) => d.merge(maybe(id), str(into)),
  ),
  named('unmerge', ['拆案', '拆分'], [theCase], (d, [id]) => d.unmerge(maybe(id))),
  named('apart', ['非重复'], [theCase, { kind: 'case', label: 'arg.case', named: true }], (d, [id, other]) =>
    d.apart(maybe(id), str(other)),
  ),
  named('note', ['备注', '记录'], [theCase, words('arg.text')], (d, [id, text]) =>
    d.note(maybe(id), str(text)),
  ),
  named('attach', ['附件'], [theCase], (d, [id]) => d.attach(maybe(id))),
  named('supervise', ['督办'], [theCase, words('arg.reason')], (d, [id, reason]) =>
    d.supervise(maybe(id), str(reason)),
  ),
  named('reveal', ['查看', '显示'], [theCase, words('arg.reason')], (d, [id, reason]) =>
    d.reveal(maybe(id), str(reason)),
  ),
  {
    id: 'case.next',
    group: 'cases',
    label: 'act.case.next',
    keys: ['.'],
    command: { name: 'next', aliases: ['下一步'], args: [] },
    run: (d) => d.nextStep(),
  },
  {
    id: 'case.log',
    group: 'cases',
    label: 'act.case.log',
    keys: [],
    command: { name: 'log', aliases: ['日志'], args: [theCase] },
    run: (d, [id]) => d.showCase(maybe(id), 'log'),
  },
  {
    id: 'tones',
    group: 'screen',
    label: 'act.tones',
    keys: ['z'],
    command: {
      name: 'tones',
      aliases: ['提示音'],
      args: [{ kind: 'choice', label: 'arg.switch', choices: onOff, optional: true }],
    },
    run: (d, [to]) => d.tones(to as 'on' | 'off' | undefined),
  },
];
