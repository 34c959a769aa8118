/** What a screen knows from telemetry messages, kept in plain maps so that tests can compare it with the server. */
import { decodeMessage, MODE_KEY, type FrameSink, type MessageHeader } from '../../server/contract/frames.ts';
import { tileKey } from '../../server/contract/geo.ts';
import type { TelemetryLayer } from '../../server/contract/sync.ts';

export interface SeenVehicle {
  readonly tile: number;
  readonly x: number;
  readonly y: number;
  readonly kind: number;
  readonly heading: number;
  readonly speed: number;
}

export class TelemetryMirror implements FrameSink {
  readonly vehicles = new Map<number, SeenVehicle>();
  readonly links = new Map<number, { tile: number; state: number; speed: number; ratio: number }>();
  readonly signals = new Map<number, { tile: number; state: number; remaining: number }>();
  readonly headers: MessageHeader[] = [];
  keys = 0;
  deltas = 0;
  private current = 0;

  receive(bytes: Uint8Array): void {
    decodeMessage(bytes, this);
  }

  message(header: MessageHeader): void {
    this.headers.push(header);
  }

  tile(layer: TelemetryLayer, mode: number, x: number, y: number): void {
    this.current = tileKey(x, y);
    if (mode !== MODE_KEY) {
      this.deltas++;
      return;
    }
    this.keys++;
    const map: Map<number, { tile: number }> = this[layer];
    for (const [id, seen] of map) if (seen.tile === this.current) map.delete(id);
  }

  vehicle(slot: number, kind: number, x: number, y: number, heading: number, speed: number): void {
    this.vehicles.set(slot, { tile: this.current, x, y, kind, heading, speed });
  }

  /** An object that left this tile may be in another already. */
  vehicleGone(slot: number): void {
    if (this.vehicles.get(slot)?.tile === this.current) this.vehicles.delete(slot);
  }

  link(index: number, state: number, speed: number, ratio: number): void {
    this.links.set(index, { tile: this.current, state, speed, ratio });
  }

  signal(index: number, state: number, remaining: number): void {
    this.signals.set(index, { tile: this.current, state, remaining });
  }

  tileEnd(): void {}

  /** Forgets what lies outside the tiles now looked at, as a screen does. */
  keep(tiles: ReadonlySet<number>): void {
    for (const [slot, seen] of this.vehicles) if (!tiles.has(seen.tile)) this.vehicles.delete(slot);
  }
}
