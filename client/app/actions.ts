/**
 * Everything a person can make the screen do, in one table that feeds the keys, the command line and the help. Each
 * action has a key or a command (or both) and words in both languages (UI-1).
 */
import type { AlarmDeeds } from '../alarms/deeds.ts';
import { panelIds, type DockSide, type PanelId } from '../desk/desk-panels.ts';
import { refused, type Outcome } from '../desk/outcome.ts';
import type { CaseDeeds } from '../dispatch/deeds.ts';
import type { MessageKey } from '../i18n/i18n.ts';
import { mapLayerIds, type MapLayerId } from '../map/types.ts';
import type { SignalDeeds } from '../signals/deeds.ts';
import { alarmActions } from './alarm-actions.ts';
import { signalActions } from './signal-actions.ts';
import { caseActions } from './case-actions.ts';
import type { ArgValue, CommandSpec } from './command-parser.ts';

export { done, refused, type Outcome } from '../desk/outcome.ts';

export type ActionGroup = 'cases' | 'alarms' | 'signals' | 'map' | 'layers' | 'panels' | 'select' | 'screen';
export const actionGroups: readonly ActionGroup[] = [
  'cases',
  'alarms',
  'signals',
  'select',
  'map',
  'layers',
  'panels',
  'screen',
];

/** What actions do to the screen; the shell gives the real ones, tests their own. */
export interface Deeds extends CaseDeeds, AlarmDeeds, SignalDeeds {
  openCommandLine(): Outcome;
  toggleHelp(): Outcome;
  escape(): Outcome;
  home(): Outcome;
  zoomBy(steps: number): Outcome;
  zoomTo(zoom: number): Outcome;
  tilt(): Outcome;
  go(q: string): Promise<Outcome>;
  find(q: string): Outcome;
  selectObject(q: string): Promise<Outcome>;
  follow(q: string | undefined): Promise<Outcome>;
  flyToSelection(): Outcome;
  moveInList(step: 1 | -1): Outcome;
  layer(id: MapLayerId, to: 'on' | 'off' | undefined): Outcome;
  openPanel(id: PanelId): Outcome;
  togglePanels(): Outcome;
  popOut(): Promise<Outcome>;
  maximise(): Outcome;
  movePanel(id: PanelId, side: DockSide): Outcome;
  closePanel(id: PanelId): Outcome;
  resetLayout(): Outcome;
  theme(to: 'dark' | 'light' | undefined): Outcome;
  language(to: 'zh' | 'en' | undefined): Outcome;
  wall(): Outcome;
  resync(): Outcome;
}

export interface Action {
  readonly id: string;
  readonly group: ActionGroup;
  readonly label: MessageKey;
  /** Fills `{{name}}` of the label. */
  readonly labelOf?: MessageKey;
  readonly keys: readonly string[];
  readonly command?: CommandSpec;
  readonly run: (deeds: Deeds, args: readonly ArgValue[]) => Outcome | Promise<Outcome>;
}

const onOff = { on: ['开', '1'], off: ['关', '0'] } as const;

export const layerWords: Readonly<Record<MapLayerId, readonly string[]>> = {
  vehicles: ['车辆'],
  links: ['路况', 'traffic'],
  signals: ['信号灯'],
  incidents: ['事件'],
  incidentHeat: ['热力', 'heat'],
  facilities: ['设施'],
  units: ['车组'],
  stations: ['监测站'],
  districts: ['区划'],
  buildings: ['建筑'],
  labels: ['地名'],
  alarms: ['告警'],
  warnings: ['预警'],
  signalDelay: ['延误'],
  signalControl: ['受控信号'],
  greenWave: ['绿波'],
  whatIf: ['推演'],
};

/** Number keys in the order of the layers, then what is left. */
export const layerKeys: Readonly<Record<MapLayerId, string>> = {
  vehicles: '1',
  links: '2',
  signals: '3',
  incidents: '4',
  incidentHeat: '5',
  facilities: '6',
  units: '7',
  stations: '8',
  districts: '9',
  buildings: '0',
  labels: '`',
  alarms: '\\',
  warnings: ']',
  signalDelay: ';',
  signalControl: "'",
  greenWave: '[',
  whatIf: ':',
};

export const panelWords: Readonly<Record<PanelId, readonly string[]>> = {
  vitals: ['体征'],
  incidents: ['事件'],
  details: ['详情'],
  units: ['车组'],
  services: ['服务'],
  feeds: ['数据源'],
  layers: ['图层'],
  legend: ['图例'],
  search: ['搜索'],
  intake: ['接警'],
  evaluation: ['评价', '考核'],
  alarms: ['告警'],
  rules: ['规则'],
  'alarm-kpi': ['指标', 'kpi'],
  warnings: ['预警'],
  handover: ['交班', '交接'],
  signals: ['信控', '信号控制'],
  corridors: ['干线', '绿波带'],
  traffic: ['交通'],
};

const sideWords: Readonly<Record<DockSide, readonly string[]>> = {
  left: ['左'],
  right: ['右'],
  top: ['上'],
  bottom: ['下'],
  float: ['浮动'],
};

/** Small letters, and capitals (with Shift) where those are taken. */
export const panelKeys: Readonly<Record<PanelId, string>> = {
  vitals: 'v',
  incidents: 'i',
  details: 'd',
  units: 'u',
  services: 'r',
  feeds: 'e',
  layers: 'y',
  legend: 'l',
  search: 's',
  intake: 'c',
  evaluation: 'q',
  alarms: 'A',
  rules: 'R',
  'alarm-kpi': 'K',
  warnings: 'W',
  handover: 'H',
  signals: 'G',
  corridors: 'C',
  traffic: 'T',
};

const text = (label: MessageKey, optional = false) => ({ kind: 'text', label, optional }) as const;
const str = (v: ArgValue): string => String(v ?? '');

const layerActions: readonly Action[] = mapLayerIds.map((id) => ({
  id: `layer.${id}`,
  group: 'layers',
  label: 'act.layer.one',
  labelOf: `layer.${id}` as const,
  keys: [layerKeys[id]],
  run: (deeds) => deeds.layer(id, undefined),
}));

const panelActions: readonly Action[] = panelIds.map((id) => ({
  id: `panel.${id}`,
  group: 'panels',
  label: 'act.panel.one',
  labelOf: `panel.${id}` as const,
  keys: [panelKeys[id]],
  run: (deeds) => deeds.openPanel(id),
}));

export const actions: readonly Action[] = [
  ...caseActions,
  ...alarmActions,
  ...signalActions,
  {
    id: 'command',
    group: 'screen',
    label: 'act.command',
    keys: ['/'],
    run: (deeds) => deeds.openCommandLine(),
  },
  {
    id: 'help',
    group: 'screen',
    label: 'act.help',
    keys: ['?'],
    command: { name: 'help', aliases: ['帮助'], args: [] },
    run: (deeds) => deeds.toggleHelp(),
  },
  { id: 'escape', group: 'select', label: 'act.escape', keys: ['Escape'], run: (deeds) => deeds.escape() },
  {
    id: 'home',
    group: 'map',
    label: 'act.home',
    keys: ['h'],
    command: { name: 'home', aliases: ['全城'], args: [] },
    run: (deeds) => deeds.home(),
  },
  { id: 'zoom-in', group: 'map', label: 'act.zoomIn', keys: ['+', '='], run: (deeds) => deeds.zoomBy(1) },
  { id: 'zoom-out', group: 'map', label: 'act.zoomOut', keys: ['-'], run: (deeds) => deeds.zoomBy(-1) },
  {
    id: 'zoom',
    group: 'map',
    label: 'act.zoom',
    keys: [],
    command: {
      name: 'zoom',
      aliases: ['缩放'],
      args: [{ kind: 'number', label: 'arg.zoom', min: 3, max: 20 }],
    },
    run: (deeds, [zoom]) => deeds.zoomTo(Number(zoom)),
  },
  {
    id: 'tilt',
    group: 'map',
    label: 'act.tilt',
    keys: ['b'],
    command: { name: 'tilt', aliases: ['倾斜'], args: [] },
    run: (deeds) => deeds.tilt(),
  },
  {
    id: 'go',
    group: 'map',
    label: 'act.go',
    keys: [],
    command: { name: 'go', aliases: ['去', '前往'], args: [text('arg.place')] },
    run: (deeds, [q]) => deeds.go(str(q)),
  },
  {
    id: 'find',
    group: 'select',
    label: 'act.find',
    keys: [],
    command: { name: 'find', aliases: ['查找', '找'], args: [text('arg.text')] },
    run: (deeds, [q]) => deeds.find(str(q)),
  },
  {
    id: 'select',
    group: 'select',
    label: 'act.select',
    keys: [],
    command: { name: 'select', aliases: ['选择'], args: [text('arg.target')] },
    run: (deeds, [q]) => deeds.selectObject(str(q)),
  },
  {
    id: 'follow',
    group: 'select',
    label: 'act.follow',
    keys: ['f'],
    command: { name: 'follow', aliases: ['跟随'], args: [text('arg.mover', true)] },
    run: (deeds, [q]) => deeds.follow(q === undefined ? undefined : str(q)),
  },
  { id: 'fly', group: 'select', label: 'act.fly', keys: ['g'], run: (deeds) => deeds.flyToSelection() },
  { id: 'next', group: 'select', label: 'act.next', keys: ['j'], run: (deeds) => deeds.moveInList(1) },
  { id: 'prev', group: 'select', label: 'act.prev', keys: ['k'], run: (deeds) => deeds.moveInList(-1) },
  {
    id: 'layer',
    group: 'layers',
    label: 'act.layer',
    keys: [],
    command: {
      name: 'layer',
      aliases: ['图层'],
      args: [
        { kind: 'choice', label: 'arg.layer', choices: layerWords },
        { kind: 'choice', label: 'arg.switch', choices: onOff, optional: true },
      ],
    },
    run: (deeds, [id, to]) => deeds.layer(str(id) as MapLayerId, to as 'on' | 'off' | undefined),
  },
  ...layerActions,
  {
    id: 'panel',
    group: 'panels',
    label: 'act.panel',
    keys: [],
    command: {
      name: 'panel',
      aliases: ['面板'],
      args: [{ kind: 'choice', label: 'arg.panel', choices: panelWords }],
    },
    run: (deeds, [id]) => deeds.openPanel(str(id) as PanelId),
  },
  ...panelActions,
  {
    id: 'panels',
    group: 'panels',
    label: 'act.panels',
    keys: ['p'],
    command: { name: 'panels', args: [] },
    run: (deeds) => deeds.togglePanels(),
  },
  {
    id: 'pop',
    group: 'panels',
    label: 'act.pop',
    keys: ['o'],
    command: { name: 'popout', aliases: ['弹出'], args: [] },
    run: (deeds) => deeds.popOut(),
  },
  {
    id: 'maximise',
    group: 'panels',
    label: 'act.maximise',
    keys: ['m'],
    command: { name: 'maximise', aliases: ['最大化'], args: [] },
    run: (deeds) => deeds.maximise(),
  },
  {
    id: 'move',
    group: 'panels',
    label: 'act.move',
    keys: [],
    command: {
      name: 'move',
      aliases: ['移动'],
      args: [
        { kind: 'choice', label: 'arg.panel', choices: panelWords },
        { kind: 'choice', label: 'arg.side', choices: sideWords },
      ],
    },
    run: (deeds, [id, side]) => deeds.movePanel(str(id) as PanelId, str(side) as DockSide),
  },
  {
    id: 'close',
    group: 'panels',
    label: 'act.close',
    keys: [],
    // A number means a case, and so does nothing where one is selected.
    command: {
      name: 'close',
      aliases: ['关闭', '结案'],
      args: [
        { kind: 'choice', label: 'arg.panelOrCase', choices: panelWords, orCase: true },
        { kind: 'case', label: 'arg.case', optional: true },
        text('arg.override', true),
      ],
    },
    run(deeds, [panel, incident, words]) {
      if (panel === undefined)
        return deeds.closeCase(incident as string | undefined, words as string | undefined);
      if (words !== undefined) return refused('cmd.closeWords', { value: str(words) });
      return deeds.closePanel(str(panel) as PanelId);
    },
  },
  {
    id: 'layout',
    group: 'panels',
    label: 'act.layout',
    keys: [],
    command: {
      name: 'layout',
      aliases: ['布局'],
      args: [{ kind: 'choice', label: 'arg.reset', choices: { reset: ['恢复'] }, optional: true }],
    },
    run: (deeds) => deeds.resetLayout(),
  },
  {
    id: 'theme',
    group: 'screen',
    label: 'act.theme',
    keys: ['t'],
    command: {
      name: 'theme',
      aliases: ['主题'],
      args: [
        {
          kind: 'choice',
          label: 'arg.theme',
          choices: { dark: ['深灰', '深色'], light: ['浅色'] },
          optional: true,
        },
      ],
    },
    run: (deeds, [to]) => deeds.theme(to as 'dark' | 'light' | undefined),
  },
  {
    id: 'language',
    group: 'screen',
    label: 'act.language',
    keys: ['n'],
    command: {
      name: 'lang',
      aliases: ['语言'],
      args: [
        {
          kind: 'choice',
          label: 'arg.language',
          choices: { zh: ['中文', 'zh-CN'], en: ['english', 'en-US', '英文'] },
          optional: true,
        },
      ],
    },
    run: (deeds, [to]) => deeds.language(to as 'zh' | 'en' | undefined),
  },
  {
    id: 'wall',
    group: 'screen',
    label: 'act.wall',
    keys: ['w'],
    command: { name: 'wall', aliases: ['大屏'], args: [] },
    run: (deeds) => deeds.wall(),
  },
  {
    id: 'resync',
    group: 'screen',
    label: 'act.resync',
    keys: [],
    command: { name: 'resync', aliases: ['同步'], args: [] },
    run: (deeds) => deeds.resync(),
  },
];

export const commandSpecs: readonly CommandSpec[] = actions.flatMap((a) => (a.command ? [a.command] : []));
const byKey = new Map(actions.flatMap((a) => a.keys.map((key) => [key, a] as const)));
const byCommand = new Map(actions.flatMap((a) => (a.command ? [[a.command.name, a] as const] : [])));

export const actionOfKey = (key: string): Action | undefined => byKey.get(key);
export const actionOfCommand = (name: string): Action | undefined => byCommand.get(name);
