/**
 * The control methods at work on one feed's junctions: an instance a method, over all of them, made when it is first needed.
 * Invariant: every instance sees every report in order, so that what it learns is whole.
 */
import type { ControlNetwork, JunctionState, SignalMethod } from '../../domain/signals/model.ts';
import type { ControlMethod } from '../../contract/signal-control.ts';
import { contradiction } from '../../domain/signals/contradiction.ts';
import type { LiveJunction } from './junctions.ts';

export type RulingMethod = Exclude<ControlMethod, 'fixed'>;
export type MakeMethod = (name: RulingMethod, network: ControlNetwork) => SignalMethod;

export class Methods {
  private readonly make: MakeMethod;
  private readonly running = new Map<RulingMethod, SignalMethod>();
  private network: ControlNetwork = { junctions: [] };
  private indices = new Map<string, number>();
  private states: (JunctionState | null)[] = [];

  constructor(make: MakeMethod) {
    this.make = make;
  }

  /** Other junctions, or other limits of theirs: everything begins anew. */
  begin(junctions: readonly LiveJunction[], maxRedS: readonly number[]): void {
    this.running.clear();
    this.network = {
      junctions: junctions.map(({ junction }, i) => withLongestRed(junction, maxRedS[i]!)),
    };
    this.indices = new Map(junctions.map(({ junction }, i) => [junction.id, i]));
    this.states = junctions.map(() => null);
  }

  /** Shows a report to all that are needed. `freshFromS`: what is older is not shown. */
  see(
    junctions: readonly LiveJunction[],
    needed: ReadonlySet<RulingMethod>,
    atS: number,
    freshFromS: number,
  ): void {
    for (const name of this.running.keys()) if (!needed.has(name)) this.running.delete(name);
    for (const [i, j] of junctions.entries()) this.states[i] = j.atS >= freshFromS ? j.state : null;
    for (const name of needed) {
      let method = this.running.get(name);
      if (method === undefined) {
        method = this.make(name, this.network);
        this.running.set(name, method);
      }
      method.see(this.states, atS);
    }
  }

  /** The phase that a method wants at a junction whose green may end. */
  wanted(name: RulingMethod, id: string): number | null {
    const index = this.indices.get(id);
    const method = this.running.get(name);
    return index === undefined || method === undefined ? null : method.wanted(index);
  }
}

/** With the longest red that people set, where its phases leave room for it. */
function withLongestRed<J extends ControlNetwork['junctions'][number]>(junction: J, maxRedS: number): J {
  if (maxRedS >= junction.maxRedS) return junction;
  const stricter = { ...junction, maxRedS };
  return contradiction(stricter) === null ? stricter : junction;
}
