/** Who wants to know when others may have appended. Looks for it now and then, and only while somebody wants to know. */

export class Watchers {
  private readonly callbacks = new Set<{ readonly call: () => void }>();
  private readonly everyMs: number;
  private readonly look: () => Promise<void>;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  /** `look` is never under way twice and does not throw. */
  constructor(everyMs: number, look: () => Promise<void>) {
    this.everyMs = everyMs;
    this.look = look;
  }

  add(callback: () => void): () => void {
    const watcher = { call: callback };
    this.callbacks.add(watcher);
    this.schedule();
    return () => this.callbacks.delete(watcher);
  }

  call(): void {
    for (const watcher of this.callbacks) watcher.call();
  }

  stop(): void {
    this.stopped = true;
    this.callbacks.clear();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.timer !== null || this.stopped || this.callbacks.size === 0) return;
    this.timer = setTimeout(() => void this.lookOnce(), this.everyMs).unref();
  }

  private async lookOnce(): Promise<void> {
    await this.look();
    this.timer = null;
    this.schedule();
  }
}
