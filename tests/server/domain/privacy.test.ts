import { describe, expect, it } from 'vitest';
import type { AlarmRecord, HandoverRecord } from '../../../server/contract/alarms.ts';
import { recordKinds, type IncidentRecord, type RecordKind } from '../../../server/contract/records.ts';
import { roles, type Audience } from '../../../server/contract/roles.ts';
import type { WarningRecord } from '../../../server/contract/warnings.ts';
import { maskedKinds, maskIncident, seenBy, streetOnly, textFor } from '../../../server/domain/privacy.ts';
import { aCase, anIncident } from '../../support/records.ts';
import { aMessage } from '../../support/warning-desk.ts';

const record = (more: Partial<IncidentRecord> = {}): IncidentRecord =>
  anIncident({
    channel: '120',
    category: 'medical.cardiac',
    severity: 1,
    title: { zh: '心脏骤停', en: 'Cardiac arrest' },
    detail: { zh: '联系人13800138000，3单元502室', en: 'Call 415-555-0134, apt 5B' },
    position: [118.612345, 30.212345],
    address: '中山路128号3单元502室',
    caller: { name: '王小明', phone: '13800138000' },
    ...more,
  });
const viewer = { role: 'viewer' } as const;

describe('what a viewer sees', () => {
  it('SE-1 never a caller, whatever the category', () => {
    for (const category of ['medical.cardiac', 'crime.theft', 'urban.noise'] as const) {
      const seen = maskIncident(record({ category }), viewer);
      expect(JSON.stringify(seen)).not.toMatch(/王小明|13800138000|555-0134/);
      expect(seen.masked).toBe(true);
    }
  });

  it('SE-2 of a medical call only the street and about 100 m', () => {
    const seen = maskIncident(record(), viewer);
    expect(seen.address).toBe('中山路');
    expect(seen.position).toEqual([118.612, 30.212]);
    expect(seen).toMatchObject({ placed: 'approximate', accuracyM: 100 });
    expect(seen.detail).toBeUndefined();
  });

  it('SE-1 a flat number is left out of every address', () => {
    const seen = maskIncident(record({ category: 'fire.structure', address: '742 MAIN ST, APT 4B' }), viewer);
    expect(seen.address).toBe('742 MAIN ST');
    expect(seen.position).toEqual([118.612345, 30.212345]);
  });

  it('SE-1 what happened stays in the title, the flat does not', () => {
    const title = { zh: '春晓公寓13幢2单元冒烟', en: 'Smoke on the floor below, block 13, apt 5B' };
    const seen = maskIncident(record({ category: 'fire.smoke', title }), viewer);
    expect(seen.title).toEqual({ zh: '春晓公寓13幢冒烟', en: 'Smoke on the floor below, block 13' });
  });

  it.each([
    ['120 OAK AVE #12', 'OAK AVE'],
    ['PACIFIC AVE', 'PACIFIC AVE'],
    ['解放路15弄8号201室', '解放路'],
    ['人民路', '人民路'],
  ])('SE-2 the street of “%s” is “%s”', (address, street) => expect(streetOnly(address)).toBe(street));

  it('SE-1 a record with nothing personal passes unchanged and unmarked', () => {
    const plain = record({
      category: 'urban.waste',
      caller: undefined,
      detail: undefined,
      address: '解放路',
    });
    delete plain.caller;
    expect(maskIncident(plain, viewer)).toBe(plain);
  });
});

describe('who must see', () => {
  it.each(roles)('SE-1 %s', (role) => {
    const sees = role === 'call-taker' || role === 'dispatcher' || role === 'supervisor';
    expect(maskIncident(record(), { role }).caller !== undefined).toBe(sees);
  });
});

const crew = { role: 'department', department: 'dep-ambulance' } as const;
const sent = (status: 'en-route' | 'cleared') =>
  record({
    case: aCase({
      lead: 'dep-ambulance',
      assignments: [
        {
          unit: 'u-a1',
          callsign: '急1',
          department: 'dep-ambulance',
          kind: 'ambulance',
          status,
          by: '王',
          assignedAtMs: 0,
        },
      ],
      reports: [
        {
          id: 'inc-1000/1',
          incident: 'inc-1000',
          channel: '120',
          atMs: 0,
          address: '中山路128号3单元502室',
          position: [118.612345, 30.212345],
          caller: { name: '王小明', phone: '13800138000' },
        },
      ],
    }),
  });

describe('what a department sees', () => {
  it('SE-63 a crew that was sent sees the door, the callers stay masked', () => {
    const seen = maskIncident(sent('en-route'), crew);
    expect(seen).toMatchObject({
      address: '中山路128号3单元502室',
      position: [118.612345, 30.212345],
      placed: 'exact',
      masked: true,
    });
    expect(seen.case.reports[0]).toMatchObject({ address: '中山路128号3单元502室' });
    expect(JSON.stringify(seen)).not.toMatch(/王小明|13800138000/);
  });

  it('SE-63 before it is sent, and after it is free, it sees no more than others', () => {
    for (const before of [record({ case: aCase({ lead: 'dep-ambulance' }) }), sent('cleared')]) {
      const seen = maskIncident(before, crew);
      expect(seen.address).toBe('中山路');
      expect(seen.position).toEqual([118.612, 30.212]);
    }
    expect(maskIncident(sent('en-route'), { role: 'department', department: 'dep-fire' }).address).toBe(
      '中山路',
    );
  });

  it.each([
    ['leads it', { lead: 'dep-fire' }, true],
    ['supports it', { support: ['dep-fire'] }, true],
    ['has nothing to do with it', { lead: 'dep-police', support: ['dep-urban'] }, false],
  ])('SE-60 a department that %s', (_, more, knows) => {
    const seen = seenBy('incident', record({ case: aCase(more) }), {
      role: 'department',
      department: 'dep-fire',
    });
    expect(seen !== null).toBe(knows);
  });

  it('SE-60 a department without a name knows of nothing; presence is for those who work', () => {
    expect(seenBy('incident', sent('en-route'), { role: 'department' })).toBeNull();
    const looking = {
      id: 's',
      user: 'u',
      name: 'n',
      role: 'dispatcher',
      incident: null,
      sinceMs: 0,
    } as const;
    expect(seenBy('presence', looking, viewer)).toBeNull();
    expect(seenBy('presence', looking, crew)).toBe(looking);
  });
});

describe('what people write', () => {
  it('SE-1 is free of numbers and flats in every part of a case, for who has no need', () => {
    const secret = '打13800138000，3单元502室';
    const text = { zh: secret, en: 'Call 415-555-0134, apt 5B' };
    const seen = maskIncident(
      record({
        category: 'urban.waste',
        case: aCase({
          tasks: [
            {
              id: 't',
              department: 'd',
              title: text,
              lead: true,
              status: 'returned',
              createdAtMs: 0,
              note: secret,
            },
          ],
          supervised: { by: '孙', atMs: 0, reason: secret },
          result: secret,
          evaluation: { atMs: 0, by: '孙', score: 90, comment: secret, deductions: [] },
          triage: { protocol: 'p', answers: { q: 'a' }, by: '李', atMs: 0 },
          reports: [{ id: 'r', incident: 'inc-1000', channel: '120', atMs: 0, title: text, detail: text }],
        }),
      }),
      viewer,
    );
    expect(JSON.stringify(seen)).not.toMatch(/13800138000|502|555-0134|5B/);
    expect(seen.case.triage?.answers).toEqual({ q: 'a' });
    expect(textFor(secret, viewer)).not.toMatch(/13800138000|502/);
    expect(textFor(secret, { role: 'dispatcher' })).toBe(secret);
  });

  it('SE-2 what was answered about somebody ill is not told', () => {
    const triage = { protocol: 'p', answers: { breathing: 'no' }, by: '李', atMs: 0 };
    expect(maskIncident(record({ case: aCase({ triage }) }), viewer).case.triage?.answers).toEqual({});
  });
});

const everybody: readonly Audience[] = roles.map((role) =>
  role === 'department' ? { role, department: 'dep-fire' } : { role },
);
const isDesk = ({ role }: Audience): boolean => /^(call-taker|dispatcher|supervisor)$/.test(role);

describe('what is seen of an alarm', () => {
  const alarm = (kind: AlarmRecord['subject']['kind']): AlarmRecord => ({
    id: 'r:x',
    number: 100,
    rule: 'r',
    ruleVersion: 0,
    name: { zh: '规则', en: 'Rule' },
    priority: 1,
    state: 'unacknowledged',
    active: true,
    facts: [],
    raisedAtMs: 0,
    lastRaisedAtMs: 0,
    count: 1,
    children: 0,
    subject: {
      kind,
      id: 'x',
      name: { zh: '#1000 心脏骤停', en: '#1000 Cardiac arrest' },
      position: [118.612345, 30.212345],
    },
  });

  it.each(everybody)('SE-80 about an incident, by $role', (audience) => {
    const whole = alarm('incident');
    const outside = { ...whole, subject: { ...whole.subject, position: [118.612, 30.212] }, masked: true };
    const shown = isDesk(audience) ? whole : audience.role === 'department' ? null : outside;
    expect(seenBy('alarm', whole, audience)).toEqual(shown);
  });

  it('SE-80 about anything else everybody sees it as it is; one about an incident without a place, too', () => {
    for (const audience of everybody) {
      for (const kind of ['link', 'unit', 'facility', 'feed'] as const) {
        const whole = alarm(kind);
        expect(seenBy('alarm', whole, audience)).toBe(whole);
      }
    }
    const { position: _, ...subject } = alarm('incident').subject;
    const seen = seenBy('alarm', { ...alarm('incident'), subject }, viewer);
    expect(seen?.subject).toEqual(subject);
  });
});

describe('what is seen of a public warning', () => {
  const ours = (more: Partial<WarningRecord> = {}): WarningRecord => ({
    id: 'w',
    direction: 'out',
    state: 'in-force',
    message: aMessage('m', 0),
    receivedAtMs: 0,
    changedAtMs: 0,
    draftedBy: { id: 'wang', name: '王' },
    decidedBy: { id: 'sun', name: '孙' },
    ...more,
  });
  const theirs = (more: Partial<WarningRecord['message']> = {}): WarningRecord => {
    const {
      draftedBy: _,
      decidedBy: __,
      ...rest
    } = ours({ direction: 'in', message: aMessage('m', 0, more) });
    return rest;
  };
  const undecided = (w: WarningRecord): WarningRecord => {
    const { decidedBy: _, ...rest } = w;
    return rest;
  };

  it.each(everybody)('SE-81 by $role', (audience) => {
    const seen = (w: WarningRecord) => seenBy('warning', w, audience);
    const desk = isDesk(audience);
    const drafts = [
      undecided(ours({ state: 'draft' })),
      ours({ state: 'rejected', reason: '重写' }),
      // Nobody decided on it in time: it was never approved.
      undecided(ours({ state: 'expired' })),
      theirs({ status: 'Draft' }),
    ];
    expect(drafts.map((w) => seen(w) !== null)).toEqual([desk, desk, desk, desk]);
    for (const state of ['in-force', 'superseded', 'cancelled', 'expired'] as const) {
      const shown = seen(ours({ state }));
      expect(shown).toMatchObject({ state, message: ours().message });
      expect([shown?.draftedBy, shown?.decidedBy]).toEqual(
        desk ? [ours().draftedBy, ours().decidedBy] : [undefined, undefined],
      );
    }
    expect(seen(theirs())).toEqual(theirs());
    const isField = desk || audience.role === 'department';
    for (const scope of ['Restricted', 'Private'] as const)
      expect(seen(theirs({ scope })) !== null).toBe(isField);
  });

  it.each(everybody)('SE-81 a shift is handed over among the desk: $role', (audience) => {
    const shift: HandoverRecord = {
      id: 's',
      offeredBy: { id: 'wang', name: '王' },
      offeredAtMs: 0,
      note: '',
      items: [],
    };
    expect(seenBy('handover', shift, audience)).toBe(isDesk(audience) ? shift : null);
  });
});

describe('green waves', () => {
  it.each(everybody)('TR-179 where emergency units go is for those who work: $role', (audience) => {
    const wave = { id: 'wave:u' } as never;
    expect(seenBy('wave', wave, audience)).toBe(audience.role === 'viewer' ? null : wave);
  });
});

describe('kinds that do not look the same to everybody', () => {
  it('SE-14 are all that something is taken out of; the others nobody has to look at again', () => {
    const plain = { id: 'x' } as never;
    const others = recordKinds.filter((kind: RecordKind) => !maskedKinds.has(kind));
    expect(others).toEqual([
      'unit',
      'facility',
      'station',
      'feed',
      'vitals',
      'rule',
      'watch',
      'control',
      'measurement',
      'special-plan',
    ]);
    for (const kind of others)
      for (const audience of everybody) expect(seenBy(kind, plain, audience)).toBe(plain);
  });
});
