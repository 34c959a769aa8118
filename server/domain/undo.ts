/**
 * State that can be taken back: while a change is open, every write notes its inverse, so that what the journal did not
 * take leaves no trace. Outside of a change (events read from the journal) nothing is noted.
 */
export class UndoLog {
  private inverses: (() => void)[] | null = null;

  begin(): void {
    this.inverses = [];
  }

  /** What was written since `begin` stays. */
  keep(): void {
    this.inverses = null;
  }

  /** What was written since `begin` is as before. */
  takeBack(): void {
    const inverses = this.inverses ?? [];
    this.inverses = null;
    for (const inverse of inverses.toReversed()) inverse();
  }

  note(inverse: () => void): void {
    this.inverses?.push(inverse);
  }
}

/** A map whose writes can be taken back. Values must not be changed in place. */
export class UndoMap<K, V> {
  private readonly map = new Map<K, V>();
  private readonly log: UndoLog;
  private readonly wrote: (key: K) => void;

  /** `wrote` is told of every key that is written, also when a write is taken back. */
  constructor(log: UndoLog, wrote: (key: K) => void = () => undefined) {
    this.log = log;
    this.wrote = wrote;
  }

  get size(): number {
    return this.map.size;
  }

  get(key: K): V | undefined {
    return this.map.get(key);
  }

  has(key: K): boolean {
    return this.map.has(key);
  }

  set(key: K, value: V): void {
    this.noteInverse(key);
    this.map.set(key, value);
    this.wrote(key);
  }

  delete(key: K): boolean {
    this.noteInverse(key);
    this.wrote(key);
    return this.map.delete(key);
  }

  keys(): IterableIterator<K> {
    return this.map.keys();
  }

  values(): IterableIterator<V> {
    return this.map.values();
  }

  entries(): IterableIterator<[K, V]> {
    return this.map.entries();
  }

  private noteInverse(key: K): void {
    const had = this.map.has(key);
    const before = this.map.get(key);
    this.log.note(() => {
      if (had) this.map.set(key, before as V);
      else this.map.delete(key);
      this.wrote(key);
    });
  }
}
