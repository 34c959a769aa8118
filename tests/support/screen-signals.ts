/** The controllers of the small city's signals on the real door, a second at a time, with a queue that comes and goes. */
import { City } from '../../server/city/city.ts';
import { DEMO_TOKEN } from '../../server/feeds/config.ts';
import type { PortAnswer } from '../../server/contract/signal-port.ts';
import { Controllers } from './controllers.ts';
import { smallPack } from './small-pack.ts';

const FEED = 'sim-signal-port';
const STANDING = 4;
const GAP_M = 7;

export class ScreenSignals {
  readonly signals: number;
  private readonly controllers: Controllers;
  private readonly url: () => string;
  private timer: NodeJS.Timeout | null = null;

  constructor(url: () => string) {
    this.url = url;
    this.controllers = new Controllers(City.fromPack(smallPack()), FEED, Math.floor(Date.now() / 1_000));
    this.signals = this.controllers.junctions.length;
    for (const { id, lanes } of this.controllers.junctions) {
      const queue = Array.from({ length: STANDING }, (_, n) => [2 + n * GAP_M, 0, -1]).flat();
      this.controllers.lanes.set(
        id,
        lanes.map((_, lane) => (lane % 2 === 0 ? queue : [])),
      );
    }
  }

  async start(): Promise<void> {
    await this.report();
    // A report that cannot be had is made up for by the next.
    this.timer = setInterval(() => void this.report().catch(() => undefined), 1_000);
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
  }

  private async report(): Promise<void> {
    const answer = await fetch(`${this.url()}/api/v1/signal-port`, {
      method: 'POST',
      headers: { authorization: `Bearer ${DEMO_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(this.controllers.report()),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    this.controllers.take((await answer.json()) as PortAnswer);
  }
}
