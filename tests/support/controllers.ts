/** Controllers of the small city's signals: they keep the lowest rules, show what the test puts on their lanes, and heed answers. */
import type { City } from '../../server/city/city.ts';
import type { PortAnswer, PortJunction, PortReport, PortState } from '../../server/contract/signal-port.ts';
import { SafeJunction } from '../../server/domain/signals/safety.ts';
import { packJunction } from '../../server/live/analysis/pack-junctions.ts';

export type Lanes = PortState['lanes'];

export class Controllers {
  readonly feed: string;
  readonly junctions: readonly PortJunction[];
  atS: number;
  /** By junction; nobody there where absent. */
  readonly lanes = new Map<string, Lanes>();
  /** Those whose line is down. */
  readonly mute = new Set<string>();
  last: PortAnswer = { describe: true, validS: 0, wanted: {}, plans: {} };
  private readonly safe: ReadonlyMap<string, SafeJunction>;
  private describes = true;

  constructor(city: City, feed = 'controllers', atS = 1_000) {
    this.feed = feed;
    this.atS = atS;
    this.junctions = (city.pack?.signals ?? []).map((s) => packJunction(city, s));
    this.safe = new Map(this.junctions.map((j) => [j.id, new SafeJunction(j, atS)]));
  }

  /** The next second as its report. */
  report(): PortReport {
    this.atS++;
    const states = this.junctions.filter((j) => !this.mute.has(j.id)).map((j) => this.stateOf(j));
    return {
      feed: this.feed,
      atS: this.atS,
      states,
      ...(this.describes && { describe: [...this.junctions] }),
    };
  }

  /** Heeds an answer. */
  take(answer: PortAnswer): void {
    this.last = answer;
    this.describes = answer.describe;
    for (const [id, plan] of Object.entries(answer.plans)) this.safe.get(id)!.setPlan(plan);
  }

  private stateOf(junction: PortJunction): PortState {
    const shown = this.safe.get(junction.id)!.step(this.atS, this.last.wanted[junction.id] ?? null);
    return {
      id: junction.id,
      ...shown,
      redS: [...shown.redS],
      lanes: this.lanes.get(junction.id) ?? junction.lanes.map(() => []),
      exits: junction.exits.map((e) => [0, e.lengthM]),
    };
  }
}
