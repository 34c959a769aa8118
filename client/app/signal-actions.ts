/** What can be done to signals, green waves and special plans by key and command line; a part of the table of actions. */
import type { SignalMode } from '../../server/contract/signal-control.ts';
import type { Action } from './actions.ts';
import type { ArgSpec, ArgValue } from './command-parser.ts';

const maybe = (v: ArgValue): string | undefined => (typeof v === 'string' ? v : undefined);
const str = (v: ArgValue): string => String(v ?? '');

/** What is typed for a mode, and the key that asks for it. */
const modes = {
  local: { key: 'L', aliases: ['本地', '本地控制'] },
  advice: { key: 'P', aliases: ['方案', '建议'] },
  auto: { key: 'U', aliases: ['自动', '自适应'] },
} as const satisfies Record<SignalMode, { readonly key: string; readonly aliases: readonly string[] }>;

const unit: ArgSpec = { kind: 'unit', label: 'arg.unit' };
const why: ArgSpec = { kind: 'text', label: 'arg.reason' };
const where: ArgSpec = { kind: 'text', label: 'arg.districtWhy', optional: true };

const modeActions: readonly Action[] = (Object.keys(modes) as SignalMode[]).flatMap((mode): Action[] => [
  {
    id: `signal.${mode}.ask`,
    group: 'signals',
    label: `act.signal.${mode}`,
    keys: [modes[mode].key],
    run: (d) => d.askMode(mode),
  },
  {
    id: `signal.${mode}`,
    group: 'signals',
    label: `act.signal.${mode}.line`,
    keys: [],
    command: { name: mode, aliases: modes[mode].aliases, args: [where] },
    run: (d, [words]) => d.modeByWords(mode, maybe(words)),
  },
]);

export const signalActions: readonly Action[] = [
  ...modeActions,
  {
    id: 'wave.start',
    group: 'signals',
    label: 'act.wave.start',
    keys: [],
    command: { name: 'wave', aliases: ['绿波开'], args: [unit] },
    run: (d, [id]) => d.startWave(str(id)),
  },
  {
    id: 'wave.cancel',
    group: 'signals',
    label: 'act.wave.cancel',
    keys: [],
    command: { name: 'unwave', aliases: ['绿波停'], args: [unit, why] },
    run: (d, [id, reason]) => d.cancelWave(str(id), str(reason)),
  },
  {
    id: 'plan.start',
    group: 'signals',
    label: 'act.plan.start',
    keys: ['X'],
    command: { name: 'special', aliases: ['专项预案'], args: [] },
    run: (d) => d.askPlan(),
  },
];
