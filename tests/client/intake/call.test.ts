/** A call being taken: what is near, how urgent it is, what is wrong with it, which command it becomes. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  beginDraft,
  blankDraft,
  callPayload,
  clearDraft,
  createPayload,
  faultsOf,
  useDraft,
  type Draft,
} from '../../../client/intake/draft.ts';
import { nearOpen } from '../../../client/intake/near.ts';
import { answersAsked, mostSpecific, protocolFor, urgencyOf } from '../../../client/intake/rules.ts';
import { commandPayloads } from '../../../server/contract/commands.ts';
import type { IncidentRecord } from '../../../server/contract/records.ts';
import type { Rulebook, TriageProtocol } from '../../../server/contract/rulebook.ts';
import { incidentRecordOf } from '../incident-record.ts';

const NOW = 10_000_000;
const MINUTE = 60_000;
/** About 50 m north each. */
const north = (steps: number): [number, number] => [118, 30 + steps * 0.00045];

const rules = {
  nearness: [
    { match: {}, radiusM: 80, minutes: 10 },
    { match: { family: 'fire' }, radiusM: 250, minutes: 20 },
  ],
  triage: [],
} as unknown as Rulebook;

const open = (number: number, part: Partial<IncidentRecord>): IncidentRecord =>
  incidentRecordOf(number, {
    category: 'fire.structure',
    position: north(0),
    reportedAtMs: NOW - MINUTE,
    ...part,
  });

describe('what is near', () => {
  const call = { category: 'fire.structure', position: north(0), nowMs: NOW } as const;
  const numbers = (all: IncidentRecord[], part: object = {}, book: Rulebook | undefined = rules): number[] =>
    nearOpen(all, { ...call, ...part }, book).map((n) => n.incident.number);

  it('UI-108 is open, within the distance and the minutes of the rule for its kind', () => {
    const all = [
      open(1, { position: north(4) }),
      open(2, { position: north(6) }),
      open(3, { reportedAtMs: NOW - 19 * MINUTE }),
      open(4, { reportedAtMs: NOW - 21 * MINUTE }),
      open(5, { status: 'closed' }),
      open(6, { category: 'crime.theft' }),
      open(7, { accuracyM: 2_000 }),
    ];
    expect(numbers(all)).toEqual([3, 1]);
  });

  it('UI-108 the same kind comes first, then the nearest', () => {
    const all = [
      open(1, { category: 'fire.smoke' }),
      open(2, { position: north(2) }),
      open(3, { position: north(1) }),
    ];
    expect(numbers(all)).toEqual([3, 2, 1]);
  });

  it('UI-108 a case that is still called about is as near in time as its last call', () => {
    const called = open(1, { reportedAtMs: NOW - 60 * MINUTE });
    expect(numbers([called])).toEqual([]);
    called.case.reports.push({ id: 'r', incident: called.id, channel: '119', atMs: NOW - 2 * MINUTE });
    expect(numbers([called])).toEqual([1]);
  });

  it('UI-108 without a place nothing is, and without a rulebook 80 m and 10 minutes are', () => {
    expect(numbers([open(1, {})], { position: null })).toEqual([]);
    const all = [open(1, { position: north(1) }), open(2, { position: north(2) })];
    expect(nearOpen(all, call, undefined).map((n) => n.incident.number)).toEqual([1]);
  });

  it('UI-108 a case that was merged into another is not offered', () => {
    const merged = open(1, {});
    merged.case.mergedInto = 'inc-2';
    expect(numbers([merged])).toEqual([]);
  });
});

const protocol: TriageProtocol = {
  id: 'fire',
  name: { zh: '火灾', en: 'Fire' },
  match: { family: 'fire' },
  questions: [
    {
      id: 'people',
      text: { zh: '有人被困吗', en: 'Is anybody inside' },
      options: [
        { id: 'yes', text: { zh: '有', en: 'yes' }, priority: 1, determinant: 'delta' },
        { id: 'no', text: { zh: '没有', en: 'no' }, priority: 3, determinant: 'alpha' },
      ],
    },
    {
      id: 'what',
      text: { zh: '什么着火', en: 'What burns' },
      options: [
        { id: 'car', text: { zh: '车', en: 'a car' }, category: 'fire.vehicle' },
        { id: 'house', text: { zh: '房子', en: 'a house' } },
      ],
    },
  ],
};

describe('how urgent it is', () => {
  it('UI-109 is by the category until an answer says something, then by the most urgent answer', () => {
    expect(urgencyOf('fire.structure', protocol, {})).toEqual({ priority: 1, category: 'fire.structure' });
    expect(urgencyOf('fire.structure', protocol, { people: 'no' })).toEqual({
      priority: 3,
      determinant: 'alpha',
      category: 'fire.structure',
    });
    expect(urgencyOf('fire.smoke', protocol, { people: 'yes', what: 'car' })).toEqual({
      priority: 1,
      determinant: 'delta',
      category: 'fire.vehicle',
    });
  });

  it('UI-109 asks by the most specific protocol, and sends answers to what is asked only', () => {
    const all: TriageProtocol = { ...protocol, id: 'all', match: {} };
    const smoke: TriageProtocol = { ...protocol, id: 'smoke', match: { category: 'fire.smoke' } };
    const book = { ...rules, triage: [all, protocol, smoke] } as Rulebook;
    expect(protocolFor(book, 'fire.smoke')?.id).toBe('smoke');
    expect(protocolFor(book, 'fire.alarm')?.id).toBe('fire');
    expect(protocolFor(book, 'crime.theft')?.id).toBe('all');
    expect(protocolFor(book, null)).toBeNull();
    expect(mostSpecific([all], 'other', 4)?.id).toBe('all');
    expect(answersAsked(protocol, { people: 'yes', what: 'boat', gone: 'x' })).toEqual({ people: 'yes' });
  });
});

describe('the call', () => {
  const draft = (part: Partial<Draft> = {}): Draft => ({
    ...blankDraft,
    category: 'fire.structure',
    address: '人民路 5 号',
    ...part,
  });
  beforeEach(() => clearDraft());

  it.each([
    [{}, {}],
    [{ category: null }, { category: 'intake.fault.category' }],
    [{ address: ' ' }, { address: 'intake.fault.place' }],
    [{ address: '', position: north(0) }, {}],
    [{ address: '', category: 'social.consultation' as const }, {}],
    [{ detail: '<b>help' }, { detail: 'text.fault.markup' }],
    [{ callerName: 'a\u200bb' }, { callerName: 'text.fault.hidden' }],
    [{ callerPhone: '1'.repeat(41) }, { callerPhone: 'text.fault.long' }],
    [{ detail: 'a\u0007' }, { detail: 'text.fault.control' }],
  ])('UI-110 %o is wrong where %o says', (part, expected) => {
    const faults = faultsOf(draft(part));
    expect(Object.fromEntries(Object.entries(faults).map(([field, f]) => [field, f.key]))).toEqual(expected);
  });

  it('UI-110 becomes a command that the contract takes, without what was not filled in', () => {
    const bare = createPayload({ ...draft(), category: 'fire.structure' }, {});
    expect(bare).toEqual({ channel: '110', category: 'fire.structure', address: '人民路 5 号' });
    const full = createPayload(
      {
        ...draft({ callerPhone: ' 13812345678 ', detail: '三楼冒烟', position: north(0), severity: 2 }),
        category: 'fire.structure',
      },
      { people: 'yes' },
    );
    expect(commandPayloads['incident.create'].parse(full)).toEqual({
      channel: '110',
      category: 'fire.structure',
      address: '人民路 5 号',
      detail: '三楼冒烟',
      position: north(0),
      severity: 2,
      caller: { phone: '13812345678' },
      answers: { people: 'yes' },
    });
    expect(commandPayloads['incident.call'].parse(callPayload(draft(), 'inc-1'))).toMatchObject({
      incident: 'inc-1',
      address: '人民路 5 号',
    });
  });

  it('UI-107 begins with what was said, and keeps what was filled in already', () => {
    useDraft.setState({ callerName: '张三' });
    beginDraft('jzhz 人民路5号');
    expect(useDraft.getState()).toMatchObject({
      category: 'fire.structure',
      address: '人民路5号',
      callerName: '张三',
      prefilled: true,
    });
    beginDraft('噪声扰民');
    expect(useDraft.getState()).toMatchObject({ category: 'urban.noise', address: '人民路5号' });
    clearDraft();
    expect(useDraft.getState()).toMatchObject({ category: null, address: '', callerName: '' });
  });
});
