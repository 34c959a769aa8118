import { describe, expect, it } from 'vitest';
import type { IncidentRecord } from '../../../server/contract/records.ts';
import { maskIncident, roles, streetOnly } from '../../../server/domain/privacy.ts';

const record = (o: Partial<IncidentRecord> = {}): IncidentRecord => ({
  id: 'inc-1',
  number: 1,
  channel: '120',
  category: 'medical.cardiac',
  severity: 1,
  title: { zh: '心脏骤停', en: 'Cardiac arrest' },
  detail: { zh: '联系人13800138000，3单元502室', en: 'Call 415-555-0134, apt 5B' },
  position: [118.612345, 30.212345],
  placed: 'exact',
  address: '中山路128号3单元502室',
  status: 'open',
  units: [],
  reportedAtMs: 0,
  updatedAtMs: 0,
  caller: { name: '王小明', phone: '13800138000' },
  duplicateHints: [],
  provenance: { feed: 'f', observedAtMs: 0, receivedAtMs: 0 },
  ...o,
});

describe('what a viewer sees', () => {
  it('SE-1 never a caller, whatever the category', () => {
    for (const category of ['medical.cardiac', 'crime.theft', 'urban.noise'] as const) {
      const seen = maskIncident(record({ category }), 'viewer');
      expect(JSON.stringify(seen)).not.toMatch(/王小明|13800138000|555-0134/);
      expect(seen.masked).toBe(true);
    }
  });

  it('SE-2 of a medical call only the street and about 100 m', () => {
    const seen = maskIncident(record(), 'viewer');
    expect(seen.address).toBe('中山路');
    expect(seen.position).toEqual([118.612, 30.212]);
    expect(seen).toMatchObject({ placed: 'approximate', accuracyM: 100 });
    expect(seen.detail).toBeUndefined();
  });

  it('SE-1 a flat number is left out of every address', () => {
    const seen = maskIncident(
      record({ category: 'fire.structure', address: '742 MAIN ST, APT 4B' }),
      'viewer',
    );
    expect(seen.address).toBe('742 MAIN ST');
    expect(seen.position).toEqual([118.612345, 30.212345]);
  });

  it('SE-1 what happened stays in the title, the flat does not', () => {
    const title = { zh: '春晓公寓13幢2单元冒烟', en: 'Smoke on the floor below, block 13, apt 5B' };
    const seen = maskIncident(record({ category: 'fire.smoke', title }), 'viewer');
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
    expect(maskIncident(plain, 'viewer')).toBe(plain);
  });
});

describe('who must see', () => {
  it.each(roles)('SE-1 %s', (role) => {
    const sees = role === 'call-taker' || role === 'dispatcher' || role === 'supervisor';
    expect(maskIncident(record(), role).caller !== undefined).toBe(sees);
  });
});
