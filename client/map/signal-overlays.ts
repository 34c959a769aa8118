/** What the map shows of signal control, made anew only where it differs from what is drawn. */
import type { LonLat } from '../../server/contract/geo.ts';
import type { SignalLine } from '../../server/contract/signal-api.ts';
import type { Session } from '../sync/session.ts';
import {
  controlRings,
  junctionDelays,
  sameDelays,
  sameRings,
  shownWaves,
  type ControlRing,
  type JunctionDelay,
  type ShownWave,
} from './layers/control-shown.ts';
import type { SpeedChange } from './layers/what-if.ts';
import type { Part } from './record-parts.ts';

export class SignalOverlays {
  rings: readonly ControlRing[] = [];
  delays: readonly JunctionDelay[] = [];
  waves: readonly ShownWave[] = [];
  changes: readonly SpeedChange[] = [];

  private readonly session: Session;
  private readonly touch: (...parts: readonly Part[]) => void;
  private ways: ReadonlyMap<string, readonly LonLat[]> = new Map();
  private controlsChanged = true;
  private wavesChanged = true;
  private readonly stops: readonly (() => void)[];

  constructor(session: Session, touch: (...parts: readonly Part[]) => void) {
    this.session = session;
    this.touch = touch;
    this.stops = [
      session.subscribe('control', () => {
        this.controlsChanged = this.wavesChanged = true;
      }),
      session.subscribe('wave', () => {
        this.wavesChanged = true;
      }),
      // The way begins where the unit is.
      session.subscribe('unit', () => {
        this.wavesChanged ||= this.waves.length > 0;
      }),
    ];
  }

  setLines(lines: readonly SignalLine[]): void {
    const delays = junctionDelays(lines);
    if (sameDelays(delays, this.delays)) return;
    this.delays = delays;
    this.touch('signalDelay');
  }

  setWays(ways: ReadonlyMap<string, readonly LonLat[]>): void {
    this.ways = ways;
    this.wavesChanged = true;
  }

  setChanges(changes: readonly SpeedChange[]): void {
    if (changes === this.changes) return;
    this.changes = changes;
    this.touch('whatIf');
  }

  /** Once an animation frame. */
  step(): void {
    const { records } = this.session.mirror;
    if (this.controlsChanged) {
      this.controlsChanged = false;
      const rings = controlRings(records.control.values());
      if (!sameRings(rings, this.rings)) {
        this.rings = rings;
        this.touch('signalControl');
      }
    }
    if (!this.wavesChanged) return;
    this.wavesChanged = false;
    const waves = shownWaves(records.wave.values(), {
      controls: records.control,
      unitAt: (unit) => records.unit.get(unit)?.position,
      ways: this.ways,
    });
    if (waves.length === 0 && this.waves.length === 0) return;
    this.waves = waves;
    this.touch('greenWave');
  }

  destroy(): void {
    for (const stop of this.stops) stop();
  }
}
