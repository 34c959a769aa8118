/** What tests of the alarm screens tell in Chinese and in English: instruments of the small city, a rule about them, and what is said. */
import type { Theme } from '../../client/ui/tokens.ts';
import { translator, type Translate } from '../../client/i18n/i18n.ts';
import type { AlarmRuleInput } from '../../server/contract/alarms.ts';
import type { CategoryCode } from '../../server/contract/categories.ts';
import type { Language } from '../../server/contract/text.ts';
import { SqliteHistory } from '../../server/storage/sqlite-history.ts';
import type { Instrument } from './instruments.ts';
import { smallPackAt } from './small-pack.ts';
import { join } from 'node:path';

/** A rule as it is typed, in one language. */
interface WrittenRule {
  readonly name: string;
  readonly when: string;
  readonly until: string;
  readonly purpose: string;
  readonly consequence: string;
  readonly response: string;
  readonly category: CategoryCode;
}
export interface AlarmStory {
  readonly language: Language;
  readonly theme: Theme;
  readonly t: Translate;
  /** Of the language the rule is written in: of a label in both. */
  readonly inOwn: (label: string) => string;
  readonly rule: WrittenRule;
  /** What somebody types by mistake, and what is said of it. */
  readonly typo: { readonly when: string; readonly word: string; readonly said: RegExp };
  readonly emergency: Pick<WrittenRule, 'name' | 'when' | 'until'>;
  /** Stand so near that one explains the others. */
  readonly group: readonly Instrument[];
  readonly gauge: Instrument;
  readonly calm: Readonly<Record<'group' | 'gauge', Readonly<Record<string, number>>>>;
  readonly over: Readonly<Record<'group' | 'gauge', Readonly<Record<string, number>>>>;
  readonly draft: { readonly event: string; readonly headline: string; readonly instruction: string };
  readonly note: string;
}

const GROUP = 12;
const group = (
  kind: Instrument['kind'],
  zh: string,
  en: string,
  eastM: number,
  northM: number,
): Instrument[] =>
  Array.from({ length: GROUP }, (_, i) => ({
    id: `${kind}-${i + 1}`,
    kind,
    name: { zh: `${zh}${i + 1}号`, en: `${en} ${i + 1}` },
    position: smallPackAt(eastM + 40 * (i % 4), northM + 40 * Math.floor(i / 4)),
  }));

const told = (language: Language): Pick<AlarmStory, 'language' | 't' | 'inOwn'> => {
  const t = translator(language);
  const own = t(language === 'zh-CN' ? 'rules.inChinese' : 'rules.inEnglish');
  return { language, t, inOwn: (label) => `${label} (${own})` };
};

export const inChinese: AlarmStory = {
  ...told('zh-CN'),
  theme: 'dark',
  rule: {
    name: '广场人流过密',
    when: 'station.people > 800.0',
    until: 'station.people < 600.0',
    purpose: '广场人数超过 800 时提醒。',
    consequence: '拥挤可能造成踩踏。',
    response: '通知现场分流，关闭东入口，必要时派警。',
    category: 'social.crowd',
  },
  typo: { when: 'station.peeple > 800.0', word: 'peeple', said: /是否指.people./ },
  emergency: { name: '水位危急', when: 'station.levelM > 3.0', until: 'station.levelM < 2.5' },
  group: group('crowd', '人民广场计数点', "People's Square counter", 300, 560),
  gauge: {
    id: 'gauge',
    kind: 'river',
    name: { zh: '老桥水位站', en: 'Old Bridge gauge' },
    position: smallPackAt(600, 95),
  },
  calm: { group: { people: 300 }, gauge: { levelM: 2 } },
  over: { group: { people: 950 }, gauge: { levelM: 3.4 } },
  draft: { event: '大客流', headline: '人民广场大客流演练', instruction: '请绕行。' },
  note: '老桥水位持续上涨，已通知街道。',
};

export const inEnglish: AlarmStory = {
  ...told('en-US'),
  theme: 'light',
  rule: {
    name: 'Traffic stands at the market',
    when: 'station.occupancyPct > 70.0',
    until: 'station.occupancyPct < 50.0',
    purpose: 'Traffic that stands where it should flow.',
    consequence: 'A collision nobody has reported.',
    response: 'Look at the camera of the market and send a patrol.',
    category: 'traffic.collision',
  },
  typo: { when: 'station.ocupancyPct > 70.0', word: 'ocupancyPct', said: /did you mean .occupancyPct.\?/ },
  emergency: { name: 'Cloudburst', when: 'station.rainMmH > 80.0', until: 'station.rainMmH < 40.0' },
  group: group('loop', '市场线圈', 'Market loop', 560, 560),
  gauge: {
    id: 'rain',
    kind: 'rain',
    name: { zh: '地道雨量站', en: 'Underpass gauge' },
    position: smallPackAt(200, 300),
  },
  calm: { group: { occupancyPct: 12 }, gauge: { rainMmH: 0 } },
  over: { group: { occupancyPct: 81 }, gauge: { rainMmH: 96 } },
  draft: { event: 'Collision', headline: 'Drill at the market', instruction: 'Drive around.' },
  note: 'The underpass is closed.',
};

export const alarmStories = [inChinese, inEnglish] as const;

/** What the shift before has shelved for a minute. */
export const shelvedBefore = {
  instrument: {
    id: 'tunnel',
    kind: 'loop',
    name: { zh: '隧道线圈', en: 'Tunnel loop' },
    position: smallPackAt(700, 600),
  } satisfies Instrument,
  over: { flowVph: 2_100 },
  alarm: 'tunnel-full:tunnel',
  rule: {
    id: 'tunnel-full',
    name: { zh: '隧道车辆排满', en: 'Tunnel full of vehicles' },
    subject: 'station',
    when: 'station.flowVph > 1900.0',
    priority: 3,
    purpose: { zh: '隧道内排队。', en: 'A queue stands in the tunnel.' },
    consequence: { zh: '尾气积聚。', en: 'Fumes gather.' },
    response: { zh: '上游放缓放行。', en: 'Hold traffic back upstream.' },
    owner: { role: 'dispatcher' },
  } satisfies AlarmRuleInput,
};

const MINUTE_MS = 60_000;
const HISTORY_MIN = 180;
/** Minutes of the history in which the first and the second of a group were over their limit. */
const overInHistory = [
  [
    [60, 72],
    [100, 120],
  ],
  [[104, 110]],
] as const;
/** What a dry run finds in it, in minutes where they are spans. */
export const inHistory = { triggered: 3, rung: 2, medianMin: 12, longestMin: 20, bars: 2 } as const;

/** Three hours as a server would have sampled them, into its data folder. Begins at a whole ten minutes, as bars do. */
export async function keepAlarmHistory(dataDir: string): Promise<void> {
  const failed: unknown[] = [];
  const history = await SqliteHistory.open(join(dataDir, 'history.db'), (error) => failed.push(error));
  const beginMs = Math.floor((Date.now() - HISTORY_MIN * MINUTE_MS) / (10 * MINUTE_MS)) * 10 * MINUTE_MS;
  for (let minute = 0; minute < HISTORY_MIN; minute++) {
    const samples = alarmStories.flatMap(({ group: instruments, calm, over }) =>
      overInHistory.map((spans, i) => {
        const { id, kind, name, position } = instruments[i]!;
        const isOver = spans.some(([from, until]) => minute >= from && minute < until);
        const facts = { id, kind, ...(isOver ? over.group : calm.group) };
        return { kind: 'station' as const, id, facts, name, position };
      }),
    );
    history.sampleFacts(beginMs + minute * MINUTE_MS, minute === 0, samples);
  }
  await history.close();
  if (failed.length > 0) throw new Error('the history was not kept', { cause: failed[0] });
}

const capTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, '+00:00');

/** A severe warning of another authority for the whole small city, in both languages. */
export function severeWarning(identifier: string, nowMs: number): string {
  const info = (language: Language, event: string, headline: string, area: string): string => `<info>
    <language>${language}</language><category>Met</category><event>${event}</event>
    <urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>
    <expires>${capTime(nowMs + 2 * 60 * MINUTE_MS)}</expires><headline>${headline}</headline>
    <area><areaDesc>${area}</areaDesc><polygon>30.19,118.59 30.19,118.62 30.22,118.62 30.22,118.59 30.19,118.59</polygon></area>
  </info>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>${identifier}</identifier><sender>alerts@weather.example</sender><sent>${capTime(nowMs)}</sent>
  <status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
  ${info('zh-CN', '暴雨', `暴雨红色预警 ${identifier}`, '全市')}
  ${info('en-US', 'Rainstorm', `Red rainstorm warning ${identifier}`, 'The whole city')}
</alert>`;
}
