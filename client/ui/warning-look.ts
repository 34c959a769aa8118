/** How severe and how real a public warning is, as everything shows it: colour, shape and word. */
import type { LocalText } from '../../server/contract/text.ts';
import type { capSeverities, capStatuses } from '../../server/contract/warnings.ts';
import { shapePaths, type SeverityKey } from './tokens.ts';

export type CapSeverity = (typeof capSeverities)[number];
export type CapStatus = (typeof capStatuses)[number];

interface Look {
  readonly name: LocalText;
  readonly colour: SeverityKey;
  /** SVG path in a box of 24 × 24: told apart without colour. */
  readonly path: string;
}

const diamond = 'M12 1.5 22.5 12 12 22.5 1.5 12z';
const octagon = 'M7.6 1.5h8.8l6.1 6.1v8.8l-6.1 6.1H7.6l-6.1-6.1V7.6z';

export const severityLooks: Readonly<Record<CapSeverity, Look>> = {
  Extreme: { name: { zh: '特别严重', en: 'Extreme' }, colour: 1, path: octagon },
  Severe: { name: { zh: '严重', en: 'Severe' }, colour: 2, path: shapePaths.triangle },
  Moderate: { name: { zh: '较重', en: 'Moderate' }, colour: 3, path: diamond },
  Minor: { name: { zh: '一般', en: 'Minor' }, colour: 4, path: shapePaths.circle },
  Unknown: { name: { zh: '未知', en: 'Unknown' }, colour: 4, path: shapePaths.ring },
};

export const statusNames: Readonly<Record<CapStatus, LocalText>> = {
  Actual: { zh: '实际', en: 'Actual' },
  Exercise: { zh: '演习', en: 'Exercise' },
  Test: { zh: '测试', en: 'Test' },
  System: { zh: '系统报文', en: 'System' },
  Draft: { zh: '草稿', en: 'Draft' },
};

/** Whether nothing real is meant: it has to be said wherever it is shown. */
export const isUnreal = (status: CapStatus): boolean => status !== 'Actual';
