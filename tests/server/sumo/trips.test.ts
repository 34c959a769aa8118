import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { summarizeTrips } from '../../../server/sumo/trips.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const summary = async (trips: string): Promise<ReturnType<typeof summarizeTrips>> => {
  const file = join(temporaryFolder(), 'trips.xml');
  await writeFile(file, `<tripinfos>${trips}</tripinfos>`);
  return summarizeTrips(file);
};

describe('what a run cost', () => {
  it('TR-117 counts those who never arrived and those who never got in', async () => {
    const all = await summary(
      `<tripinfo id="a" depart="10" departDelay="2" arrival="90" timeLoss="8"><emissions/></tripinfo>
<tripinfo id="b" depart="20" departDelay="0" arrival="-1" timeLoss="40"/>
<tripinfo id="c" depart="-1" departDelay="70" arrival="-1" timeLoss="-1"/>`,
    );
    expect(all).toEqual({
      trips: 3,
      unfinished: 1,
      undeparted: 1,
      meanTimeLossS: 16,
      meanDepartDelayS: 24,
      meanDelayS: 40,
    });
  });

  it('TR-117 is nothing where nobody travelled', async () => {
    expect(await summary('')).toMatchObject({ trips: 0, meanDelayS: 0 });
  });
});
