/** Links as alarm rules see them: what the city pack says once, then speed and queue with every evaluation, without garbage. */
import { midpoint, type City } from '../../city/city.ts';
import type { NumberColumn } from '../../domain/alarms/evaluation/columns.ts';
import type { Evaluator } from '../../domain/alarms/evaluation/evaluator.ts';
import type { FactUpdate } from '../../domain/alarms/evaluation/facts.ts';
import type { LinkNow } from '../link-states.ts';

/** What does not change of every link, in the order of their indices. */
export function fixedLinkFacts(city: City, atMs: number): FactUpdate[] {
  const out: FactUpdate[] = [];
  for (let i = 0; i < city.linkCount; i++) {
    const link = city.linkAt(i);
    const position = midpoint(link.path);
    const { district, street } = city.districtAt(position);
    out.push({
      kind: 'link',
      id: link.id,
      atMs,
      name: link.name ?? { zh: link.id, en: link.id },
      position,
      ...(district && { district: district.id }),
      facts: {
        id: link.id,
        district: district?.id ?? null,
        street: street?.id ?? null,
        class: link.class,
        lanes: link.lanes,
        lengthM: city.linkLengthM(i),
        limitKph: link.speedLimitKph,
        freeFlowKph: city.freeFlowKph(i),
      },
    });
  }
  return out;
}

export class LinkFacts {
  private readonly evaluator: Evaluator;
  private readonly slots: Int32Array;
  private readonly freeFlowKph: Float64Array;
  private readonly speedKph: NumberColumn;
  private readonly ratio: NumberColumn;
  private readonly vehicles: NumberColumn;
  private readonly fullPct: NumberColumn;
  private readonly silentS: NumberColumn;

  constructor(evaluator: Evaluator, fixed: readonly FactUpdate[]) {
    this.evaluator = evaluator;
    for (const update of fixed) evaluator.update(update);
    this.slots = Int32Array.from(fixed, ({ id }) => evaluator.slot('link', id));
    this.freeFlowKph = Float64Array.from(fixed, ({ facts }) => Number(facts['freeFlowKph']));
    const column = (field: string): NumberColumn => evaluator.column('link', field);
    this.speedKph = column('speedKph');
    this.ratio = column('ratio');
    this.vehicles = column('vehicles');
    this.fullPct = column('fullPct');
    this.silentS = column('silentS');
  }

  set(link: number, now: LinkNow, atMs: number): void {
    const { evaluator } = this;
    const slot = this.slots[link]!;
    evaluator.set(this.speedKph, slot, now.speedKph, atMs);
    evaluator.set(this.ratio, slot, now.speedKph / this.freeFlowKph[link]!, atMs);
    evaluator.set(this.vehicles, slot, now.vehicles, atMs);
    evaluator.set(this.fullPct, slot, now.fullPct, atMs);
    evaluator.set(this.silentS, slot, now.heardAtMs, atMs);
  }
}
