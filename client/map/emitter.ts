/** Typed events of a small object. A listener that fails does not keep the others from hearing. */
export class Emitter<E> {
  private readonly listeners = new Map<keyof E, Set<(value: never) => void>>();

  on<K extends keyof E>(event: K, cb: (value: E[K]) => void): () => void {
    const set = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, set);
    set.add(cb);
    return () => set.delete(cb);
  }

  emit<K extends keyof E>(event: K, value: E[K]): void {
    for (const cb of this.listeners.get(event) ?? []) {
      try {
        (cb as (value: E[K]) => void)(value);
      } catch (error) {
        reportError(error);
      }
    }
  }

  clear(): void {
    this.listeners.clear();
  }
}
