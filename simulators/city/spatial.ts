/** A uniform grid over segments: answers which lie near a box. Items may be added at any time. */
import type { P } from './geometry.ts';

export class SegmentGrid<T> {
  readonly #cells = new Map<number, number[]>();
  readonly #size: number;
  readonly items: { readonly a: P; readonly b: P; readonly value: T }[] = [];
  #stamp = 0;
  #seen: number[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  add(a: P, b: P, value: T): number {
    const id = this.items.push({ a, b, value }) - 1;
    this.#seen.push(0);
    this.#eachCell(a, b, 0, (key) => {
      const cell = this.#cells.get(key);
      if (cell) cell.push(id);
      else this.#cells.set(key, [id]);
    });
    return id;
  }

  /** Calls back once for every item whose cells touch the box of ab grown by `margin`. True stops. */
  near(
    a: P,
    b: P,
    margin: number,
    visit: (item: { readonly a: P; readonly b: P; readonly value: T }, id: number) => boolean | void,
  ): void {
    const stamp = ++this.#stamp;
    let stop = false;
    this.#eachCell(a, b, margin, (key) => {
      if (stop) return;
      for (const id of this.#cells.get(key) ?? []) {
        if (this.#seen[id] === stamp) continue;
        this.#seen[id] = stamp;
        if (visit(this.items[id]!, id) === true) {
          stop = true;
          return;
        }
      }
    });
  }

  #eachCell(a: P, b: P, margin: number, visit: (key: number) => void): void {
    const x0 = Math.floor((Math.min(a[0], b[0]) - margin) / this.#size);
    const x1 = Math.floor((Math.max(a[0], b[0]) + margin) / this.#size);
    const y0 = Math.floor((Math.min(a[1], b[1]) - margin) / this.#size);
    const y1 = Math.floor((Math.max(a[1], b[1]) + margin) / this.#size);
    for (let x = x0; x <= x1; x++) for (let y = y0; y <= y1; y++) visit((x + 32_768) * 65_536 + y + 32_768);
  }
}
