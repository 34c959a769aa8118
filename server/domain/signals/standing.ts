/** How long somebody has stood first in a lane before each connection's red, from what is seen once a second. */
import { PER_VEHICLE, QUEUED_MPS, type Junction, type JunctionState } from './model.ts';
import { opens } from './plan.ts';

export class Standing {
  readonly #junction: Junction;
  /** Not finite where nobody stands. */
  readonly #sinceS: Float64Array;
  #atS = 0;

  constructor(junction: Junction) {
    this.#junction = junction;
    this.#sinceS = new Float64Array(junction.connections.length).fill(Infinity);
  }

  /** Whose turn is not known may stand for any of its lane; a lane that is not known leaves all as it was. */
  see({ phase, stage, lanes }: JunctionState, atS: number): void {
    // A clock that was set back.
    if (atS < this.#atS) this.#sinceS.fill(Infinity);
    this.#atS = atS;
    for (const [c, { lane }] of this.#junction.connections.entries()) {
      const seen = lanes[lane];
      if (stage === 'dark' || (stage === 'green' && opens(this.#junction, phase, c))) {
        this.#sinceS[c] = Infinity;
        continue;
      }
      if (seen === null || seen === undefined) continue;
      const stands = seen.length >= PER_VEHICLE && seen[1]! < QUEUED_MPS && (seen[2] === c || seen[2] === -1);
      this.#sinceS[c] = stands ? Math.min(this.#sinceS[c]!, atS) : Infinity;
    }
  }

  /** Seconds by connection; −1: nobody. */
  get waitedS(): readonly number[] {
    return Array.from(this.#sinceS, (since) => (since === Infinity ? -1 : this.#atS - since));
  }
}
