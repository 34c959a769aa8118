/** Counters and gauges of the small city: they say their readings again and again, so that nobody takes them for silent. */
import type { LonLat } from '../../server/contract/geo.ts';
import type { StationObservation } from '../../server/contract/observations.ts';
import type { LocalText } from '../../server/contract/text.ts';
import type { Vendor } from './screen-city.ts';

const AGAIN_MS = 2_000;

export interface Instrument {
  readonly id: string;
  readonly kind: NonNullable<StationObservation['kind']>;
  readonly name: LocalText;
  readonly position: LonLat;
}

export class Instruments {
  private readonly vendor: Vendor;
  private readonly all = new Map<string, Instrument>();
  private readonly readings = new Map<string, Readonly<Record<string, number>>>();
  private timer: NodeJS.Timeout | null = null;

  constructor(vendor: Vendor) {
    this.vendor = vendor;
  }

  start(): void {
    // Tests end the server while instruments go on.
    const again = (): void => void this.say([...this.readings.keys()]).catch(() => undefined);
    this.timer = setInterval(again, AGAIN_MS);
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Each of them reads this from now on. */
  async read(instruments: readonly Instrument[], metrics: Readonly<Record<string, number>>): Promise<void> {
    for (const instrument of instruments) {
      this.all.set(instrument.id, instrument);
      this.readings.set(instrument.id, metrics);
    }
    await this.say(instruments.map(({ id }) => id));
  }

  private async say(ids: readonly string[]): Promise<void> {
    const at = Date.now();
    const said = ids.map((id) => ({
      type: 'station',
      at,
      metrics: this.readings.get(id),
      ...this.all.get(id),
    }));
    if (said.length > 0) await this.vendor.send('sim-stations', said);
  }
}
