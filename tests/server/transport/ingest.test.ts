import { afterEach, describe, expect, it } from 'vitest';
import { startRig, testFeed, type Rig } from '../../support/http-rig.ts';

let rig: Rig;
afterEach(() => rig.close());
const now = 1_767_225_600_000;
const position = (more: object = {}) => ({
  type: 'position',
  id: 'v1',
  at: now,
  lon: 118.6,
  lat: 30.1,
  ...more,
});

describe('HTTP ingest', () => {
  it('FE-20: takes one, many, and lines; a bad line does not stop the good ones', async () => {
    rig = await startRig([testFeed({ id: 'cars', kind: 'positions' })], { nowMs: () => now });
    const one = await rig.post('cars', JSON.stringify(position()));
    expect(one.status).toBe(200);
    expect(await one.json()).toEqual({ taken: 1, late: 0, duplicate: 0, refused: 0, refusals: [] });
    const many = await rig.post('cars', JSON.stringify([position(), position({ id: 'v2' })]));
    expect(await many.json()).toMatchObject({ taken: 2 });
    const lines = await rig.post(
      'cars',
      `${JSON.stringify(position())}\n\nnonsense\n${JSON.stringify(position())}`,
      {
        'content-type': 'application/x-ndjson',
      },
    );
    expect(lines.status).toBe(200);
    expect(await lines.json()).toMatchObject({
      taken: 2,
      refused: 1,
      refusals: [{ code: 'not-json', line: 3, text: { zh: expect.any(String), en: expect.any(String) } }],
    });
    expect(rig.log.errors).toEqual([]);
  });
});
