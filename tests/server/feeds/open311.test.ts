import { describe, expect, it } from 'vitest';
import { Open311 } from '../../../server/feeds/open311.ts';
import { testFeed } from '../../support/http-rig.ts';

const feed = testFeed({ id: 'r311', kind: 'incidents', format: 'open311', timezone: 'America/New_York' });
const area = {
  bbox: [-77, 39, -76, 40] as const,
  contains: (p: readonly [number, number]) => p[0] > -76.8 && p[0] < -76 && p[1] > 39.1 && p[1] < 40,
};
const parse = (raw: unknown) =>
  new Open311({ feed, area, openIncidents: () => [] }).parse(raw, { arrivedAtMs: 0, clock: null, line: 3 });
const request = (more: object = {}): object => ({
  service_request_id: 638344,
  status: 'open',
  service_name: 'Street Light Out',
  service_code: '006',
  requested_datetime: '2026-04-14T06:37:38-08:00',
  updated_datetime: '2026-04-14T07:37:38-08:00',
  expected_datetime: '2026-04-15T06:37:38-08:00',
  address: '8TH AVE and JUDAH ST',
  lat: '39.29',
  long: -76.6,
  ...more,
});

describe('Open311', () => {
  it('FE-37: a service request becomes an incident, ids and coordinates as number or text', () => {
    const parsed = parse([
      request(),
      request({ service_request_id: 'B-2', status: 'closed', status_notes: 'Lamp replaced' }),
    ]);
    expect(parsed.refusals).toEqual([]);
    expect(parsed.lines).toEqual([3, 3]);
    expect(parsed.observations).toMatchObject([
      {
        id: '638344',
        at: Date.parse('2026-04-14T14:37:38Z'),
        dueAt: Date.parse('2026-04-15T14:37:38Z'),
        category: 'urban.street-light',
        channel: '311',
        status: 'open',
        lon: -76.6,
        lat: 39.29,
      },
      { id: 'B-2', status: 'closed', sourceStatus: 'Lamp replaced' },
    ]);
  });

  it('FE-37: coordinates that cannot be true are left out; a time without a zone is read in the feed’s', () => {
    const parsed = parse({
      service_requests: [request({ lat: 39, long: -77, requested_datetime: '2026-04-14T06:37:38' })],
    });
    expect(parsed.observations[0]).toMatchObject({ at: Date.parse('2026-04-14T10:37:38Z') });
    expect(parsed.observations[0]).not.toHaveProperty('lon');
  });

  it.each([
    ['no list', { error: 1 }],
    ['nothing', null],
    ['a request without an id', [request({ service_request_id: null })]],
    ['a time that is none', [request({ requested_datetime: 'yesterday' })]],
    ['a latitude in words', [request({ lat: 'north' })]],
  ])('FE-21: refuses %s with a reason', (_name, raw) => {
    const parsed = parse(raw);
    expect(parsed.observations).toEqual([]);
    expect(parsed.refusals).toHaveLength(1);
  });
});
