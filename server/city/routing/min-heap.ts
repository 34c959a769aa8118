/**
 * A heap of (key, item) with four children a node on typed arrays: shallower than a binary one and kind to the cache.
 * An item may lie in it several times; whoever pops skips what is settled, which is cheaper than moving it.
 */
export class MinHeap {
  #keys: Float64Array;
  #items: Int32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#keys = new Float64Array(capacity);
    this.#items = new Int32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** The smallest key; only where the heap is not empty. */
  get minKey(): number {
    return this.#keys[0]!;
  }

  clear(): void {
    this.#size = 0;
  }

  push(key: number, item: number): void {
    if (this.#size === this.#keys.length) this.#grow();
    const keys = this.#keys;
    const items = this.#items;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const above = keys[parent]!;
      if (above <= key) break;
      keys[at] = above;
      items[at] = items[parent]!;
      at = parent;
    }
    keys[at] = key;
    items[at] = item;
  }

  /** Takes out the item with the smallest key; only where the heap is not empty. */
  pop(): number {
    const keys = this.#keys;
    const items = this.#items;
    const top = items[0]!;
    const size = --this.#size;
    const key = keys[size]!;
    const item = items[size]!;
    let at = 0;
    for (;;) {
      let child = 4 * at + 1;
      if (child >= size) break;
      const end = Math.min(child + 4, size);
      let least = keys[child]!;
      for (let other = child + 1; other < end; other++) {
        if (keys[other]! < least) {
          least = keys[other]!;
          child = other;
        }
      }
      if (least >= key) break;
      keys[at] = least;
      items[at] = items[child]!;
      at = child;
    }
    keys[at] = key;
    items[at] = item;
    return top;
  }

  #grow(): void {
    const keys = new Float64Array(2 * this.#keys.length + 16);
    const items = new Int32Array(keys.length);
    keys.set(this.#keys);
    items.set(this.#items);
    this.#keys = keys;
    this.#items = items;
  }
}
