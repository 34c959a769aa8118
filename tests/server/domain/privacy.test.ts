import { describe, expect, it } from 'vitest';
import type { IncidentRecord } from '../../../server/contract/records.ts';
import { roles } from '../../../server/contract/roles.ts';
import { maskIncident, seenBy, streetOnly, textFor } from '../../../server/domain/privacy.ts';
import { aCase, anIncident } from '../../support/records.ts';

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
