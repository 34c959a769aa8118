/** What the server tells Prometheus of itself, on a registry of its own. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { IntakeMeter } from '../feeds/open-feed.ts';

/** Read when Prometheus asks. */
export interface MetricSources {
  readonly clients?: () => number;
  readonly recordsSeq?: () => number;
  readonly vehicles?: () => number;
  /** Since the start. */
  readonly telemetryBytes?: () => number;
  readonly telemetrySkipped?: () => number;
}

export class Metrics {
  readonly registry = new Registry();
  private readonly ingested: Counter<'feed' | 'transport' | 'outcome'>;
  private readonly refused: Counter<'feed' | 'transport' | 'code'>;
  private readonly tick: Histogram;
  private readonly append: Histogram;
  private readonly requests: Counter<'route' | 'status'>;
  private readonly loopDelay: ReturnType<typeof monitorEventLoopDelay>;

  constructor(sources: MetricSources = {}) {
    const registers = [this.registry];
    this.ingested = new Counter({
      name: 'citybrain_ingest_observations_total',
      help: 'Observations by feed and what became of them (taken, late, duplicate)',
      labelNames: ['feed', 'transport', 'outcome'],
      registers,
    });
    this.refused = new Counter({
      name: 'citybrain_ingest_refused_total',
      help: 'Observations and requests refused, by feed and reason',
      labelNames: ['feed', 'transport', 'code'],
      registers,
    });
    this.tick = new Histogram({
      name: 'citybrain_tick_seconds',
      help: 'Time one tick of the live picture and its fan-out took',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
      registers,
    });
    this.append = new Histogram({
      name: 'citybrain_journal_append_seconds',
      help: 'Time until an append to the journal was durable',
      buckets: [0.0002, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1],
      registers,
    });
    this.requests = new Counter({
      name: 'citybrain_http_requests_total',
      help: 'HTTP requests by area and status class',
      labelNames: ['route', 'status'],
      registers,
    });
    this.loopDelay = monitorEventLoopDelay({ resolution: 10 });
    this.loopDelay.enable();
    this.gauges(sources);
    this.totals(sources);
  }

  /** For the intake. */
  readonly meter: IntakeMeter = (feed, transport, outcome) => {
    if (outcome.taken > 0) this.ingested.inc({ feed, transport, outcome: 'taken' }, outcome.taken);
    if (outcome.late > 0) this.ingested.inc({ feed, transport, outcome: 'late' }, outcome.late);
    if (outcome.duplicate > 0)
      this.ingested.inc({ feed, transport, outcome: 'duplicate' }, outcome.duplicate);
    for (const [code, n] of outcome.refused) this.refused.inc({ feed, transport, code }, n);
  };

  tickTook(seconds: number): void {
    this.tick.observe(seconds);
  }

  appendTook(seconds: number): void {
    this.append.observe(seconds);
  }

  request(route: string, status: number): void {
    this.requests.inc({ route, status: `${Math.floor(status / 100)}xx` });
  }

  /** The text Prometheus reads. */
  async text(): Promise<string> {
    return this.registry.metrics();
  }

  stop(): void {
    this.loopDelay.disable();
  }

  private gauges(sources: MetricSources): void {
    const gauge = (name: string, help: string, read: (() => number) | undefined): void => {
      if (read === undefined) return;
      const made: Gauge = new Gauge({
        name,
        help,
        registers: [this.registry],
        collect: () => made.set(read()),
      });
    };
    const { loopDelay } = this;
    gauge('citybrain_clients', 'Screens connected', sources.clients);
    gauge('citybrain_records_seq', 'Sequence number of the last change of a record', sources.recordsSeq);
    gauge('citybrain_vehicles', 'Vehicles in the live picture', sources.vehicles);
    gauge('citybrain_heap_used_bytes', 'JavaScript heap in use', () => process.memoryUsage().heapUsed);
    gauge('citybrain_rss_bytes', 'Resident memory', () => process.memoryUsage.rss());
    gauge('citybrain_cpu_seconds', 'CPU time spent by the process', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
    gauge('citybrain_event_loop_delay_p99_seconds', 'Event loop delay since the last reading', () => {
      const p99 = loopDelay.percentile(99) / 1e9;
      loopDelay.reset();
      return Number.isFinite(p99) ? p99 : 0;
    });
  }

  private totals(sources: MetricSources): void {
    const total = (name: string, help: string, read: (() => number) | undefined): void => {
      if (read === undefined) return;
      const made: Counter = new Counter({
        name,
        help,
        registers: [this.registry],
        collect: () => {
          made.reset();
          made.inc(read());
        },
      });
    };
    total(
      'citybrain_telemetry_bytes_sent_total',
      'Bytes of telemetry handed to screens',
      sources.telemetryBytes,
    );
    total(
      'citybrain_telemetry_skipped_ticks_total',
      'Ticks a screen was not sent because it did not keep up',
      sources.telemetrySkipped,
    );
  }
}
