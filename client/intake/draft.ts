/**
 * The call that is being taken: what was filled in so far, what is wrong with it, and the command it becomes. It
 * outlives the panel, so that closing it by mistake loses nothing.
 */
import { create } from 'zustand';
import { categories, type CategoryCode, type Channel } from '../../server/contract/categories.ts';
import type { CommandPayloads } from '../../server/contract/commands.ts';
import type { LonLat } from '../../server/contract/geo.ts';
import { textFault } from '../../server/contract/plain-text.ts';
import type { LocalText } from '../../server/contract/text.ts';
import type { MessageKey, Params } from '../i18n/i18n.ts';
import { parsePrefill } from './prefill.ts';

export interface Draft {
  readonly channel: Channel;
  readonly category: CategoryCode | null;
  readonly address: string;
  readonly position: LonLat | null;
  /** What the position was taken from: the name of a hit, or the map. */
  readonly placedBy: LocalText | 'map' | null;
  readonly callerName: string;
  readonly callerPhone: string;
  readonly detail: string;
  readonly answers: Readonly<Record<string, string>>;
  /** Chosen by hand; null: by category and answers. */
  readonly severity: number | null;
}

export const blankDraft: Draft = {
  channel: '110',
  category: null,
  address: '',
  position: null,
  placedBy: null,
  callerName: '',
  callerPhone: '',
  detail: '',
  answers: {},
  severity: null,
};

export const useDraft = create<Draft & { readonly started: number; readonly prefilled: boolean }>(() => ({
  ...blankDraft,
  started: 0,
  prefilled: false,
}));

export const changeDraft = (part: Partial<Draft>): void => useDraft.setState(part);

/** The next call begins where the last one came in. */
export function clearDraft(): void {
  useDraft.setState((s) => ({ ...blankDraft, channel: s.channel, started: s.started + 1, prefilled: false }));
}

/** Begins with what was said already; what is filled in and not mentioned stays. */
export function beginDraft(text: string): void {
  const said = parsePrefill(text);
  useDraft.setState((s) => ({
    ...(said.category ? { category: said.category } : {}),
    ...(said.address ? { address: said.address, position: null, placedBy: null } : {}),
    ...(said.phone ? { callerPhone: said.phone } : {}),
    prefilled: said.address !== '',
    started: s.started + 1,
  }));
}

export type Field = 'category' | 'address' | 'callerName' | 'callerPhone' | 'detail';
export interface Fault {
  readonly key: MessageKey;
  readonly params?: Params;
}
/** As in the contract of the commands. */
const longest: Readonly<Record<Exclude<Field, 'category'>, number>> = {
  address: 200,
  callerName: 80,
  callerPhone: 40,
  detail: 2_000,
};
export const fieldsInOrder: readonly Field[] = ['category', 'address', 'callerName', 'callerPhone', 'detail'];

/** An enquiry has no place; whatever somebody must be sent to has one. */
const happensSomewhere = (category: CategoryCode): boolean =>
  category !== 'social.consultation' && categories[category].family !== 'other';

/** Why a text cannot be taken; null where it can. */
export function textFaultOf(text: string, max: number): Fault | null {
  const fault = textFault(text);
  if (fault) return { key: `text.fault.${fault}` };
  return text.trim().length > max ? { key: 'text.fault.long', params: { max } } : null;
}

/** A sentence for each field that is wrong. A category is only missed once somebody wants to go on without. */
export function faultsOf(draft: Draft): Partial<Record<Field, Fault>> {
  const out: Partial<Record<Field, Fault>> = {};
  if (draft.category === null) out.category = { key: 'intake.fault.category' };
  for (const field of fieldsInOrder) {
    if (field === 'category') continue;
    const fault = textFaultOf(draft[field], longest[field]);
    if (fault) out[field] = fault;
  }
  const nowhere = draft.address.trim() === '' && draft.position === null;
  if (!out.address && nowhere && draft.category !== null && happensSomewhere(draft.category))
    out.address = { key: 'intake.fault.place' };
  return out;
}

const filled = <K extends string>(key: K, text: string): { [P in K]?: string } =>
  text.trim() === '' ? {} : ({ [key]: text.trim() } as { [P in K]?: string });

function commonOf(draft: Draft) {
  const caller = { ...filled('name', draft.callerName), ...filled('phone', draft.callerPhone) };
  return {
    channel: draft.channel,
    ...filled('detail', draft.detail),
    ...filled('address', draft.address),
    ...(draft.position ? { position: draft.position } : {}),
    ...(Object.keys(caller).length > 0 ? { caller } : {}),
  };
}

/** The command of a new case. */
export const createPayload = (
  draft: Draft & { readonly category: CategoryCode },
  answers: Readonly<Record<string, string>>,
): CommandPayloads['incident.create'] => ({
  ...commonOf(draft),
  category: draft.category,
  ...(draft.severity === null ? {} : { severity: draft.severity }),
  ...(Object.keys(answers).length > 0 ? { answers: { ...answers } } : {}),
});

/** The command of a further call about a case that there is. */
export const callPayload = (draft: Draft, incident: string): CommandPayloads['incident.call'] => ({
  ...commonOf(draft),
  incident,
});
