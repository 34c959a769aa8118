/** The mobile terminals of the small city's units: they say where they are, read their orders, and report as told. */
import type { OrdersAnswer } from '../../server/contract/api.ts';
import type { UnitObservation } from '../../server/contract/observations.ts';
import { DEMO_TOKEN } from '../../server/feeds/config.ts';
import type { Vendor } from './screen-city.ts';
import { smallPack } from './small-pack.ts';

type Status = NonNullable<UnitObservation['status']>;
/** Terminals say again where they are, so that nobody takes them for lost. */
const AGAIN_MS = 5_000;

export class Terminals {
  private readonly vendor: Vendor;
  private readonly statuses = new Map<string, Status>();
  private readonly positions = new Map<string, readonly [number, number]>();
  private timer: NodeJS.Timeout | null = null;

  constructor(vendor: Vendor) {
    this.vendor = vendor;
    const { units, facilities } = smallPack();
    for (const u of units) {
      this.statuses.set(u.id, 'available');
      const home = facilities.find((f) => f.id === u.home);
      if (home) this.positions.set(u.id, home.position);
    }
  }

  async start(): Promise<void> {
    await this.say([...this.statuses.keys()]);
    // Tests end the server while terminals go on.
    const again = (): void => void this.say([...this.statuses.keys()]).catch(() => undefined);
    this.timer = setInterval(again, AGAIN_MS);
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Reports a status of each of these units. */
  async report(units: readonly string[], status: Status): Promise<void> {
    for (const unit of units) this.statuses.set(unit, status);
    await this.say(units);
  }

  /** The units that have an order now. */
  async ordered(): Promise<string[]> {
    const answer = await fetch(`${this.vendor.url}/api/v1/orders?feed=sim-units`, {
      headers: { authorization: `Bearer ${DEMO_TOKEN}` },
    });
    const { orders } = (await answer.json()) as OrdersAnswer;
    return orders.map((o) => o.unit);
  }

  private async say(units: readonly string[]): Promise<void> {
    const at = Date.now();
    const said = units.map((id) => {
      const [lon, lat] = this.positions.get(id) ?? [118.6, 30.2];
      return { type: 'unit', id, at, status: this.statuses.get(id), lon, lat };
    });
    await this.vendor.send('sim-units', said);
  }
}
