/**
 * What people ask about signals: a line of each, one in full. What its controller sees comes first; an approach that it does
 * not see, and signals without a port, are told from loops and vehicles of the roads that lead there.
 */
import type { City } from '../../city/city.ts';
import { bearingDeg, type LonLat } from '../../contract/geo.ts';
import type { ApproachAnswer, MeasuredBy, SignalAnswer, SignalLine } from '../../contract/signal-api.ts';
import type { PortJunction } from '../../contract/signal-port.ts';
import type { ControlRecord } from '../../contract/signal-control.ts';
import { DEFAULT_SATURATION_VPH } from '../../domain/signals/analysis/saturation.ts';
import { serviceLevel } from '../../domain/signals/analysis/service-level.ts';
import type { Records } from '../records.ts';
import type { LinkTraffic, LinkTraffics } from './link-traffic.ts';
import type { PackSignals } from './pack-signals.ts';
import { HISTORY_MINUTES, minutesUntil, rounded, type PortSignal, type PortSignals } from './port-signals.ts';

const LINES_FOR_MS = 1_000;
/** Below this a controller's lanes are as good as out. */
const SEEN_FROM = 0.05;

export interface SignalAnswersDeps {
  readonly city: City;
  readonly records: Pick<Records, 'get'>;
  readonly ports: PortSignals;
  readonly pack: PackSignals;
  readonly traffic: LinkTraffics;
}

export class SignalAnswers {
  private readonly deps: SignalAnswersDeps;
  private lines: readonly SignalLine[] = [];
  private linesAtMs = -Infinity;
  private byId: ReadonlyMap<string, SignalLine> = new Map();

  constructor(deps: SignalAnswersDeps) {
    this.deps = deps;
  }

  /** Of every signal that has been heard of; at most a second old. */
  all(nowMs: number): readonly SignalLine[] {
    if (nowMs - this.linesAtMs < LINES_FOR_MS && nowMs >= this.linesAtMs) return this.lines;
    this.linesAtMs = nowMs;
    const { pack, ports } = this.deps;
    const full = this.fullLinks(nowMs);
    const lines: SignalLine[] = [];
    for (const port of ports.values()) lines.push(this.line(port.junction.id, port, full, nowMs));
    for (const { id } of pack.places) {
      if (ports.get(id) !== undefined) continue;
      const line = this.line(id, undefined, full, nowMs);
      if (line.measuredBy !== null || line.ground !== 'silent') lines.push(line);
    }
    this.lines = lines;
    this.byId = new Map(lines.map((l) => [l.id, l]));
    return lines;
  }

  lineOf(id: string, nowMs: number): SignalLine | undefined {
    this.all(nowMs);
    return this.byId.get(id);
  }

  /** Null: there is no such signal. */
  answer(id: string, nowMs: number): SignalAnswer | null {
    const { ports, pack } = this.deps;
    const port = ports.get(id);
    const junction = port?.junction ?? pack.junction(id);
    if (junction === null) return null;
    const full = this.fullLinks(nowMs);
    const last = Math.floor(nowMs / 60_000);
    const unknown = Array.from({ length: HISTORY_MINUTES }, () => null);
    return {
      line: this.line(id, port, full, nowMs),
      name: this.control(id)?.name ?? pack.place(id)?.name ?? { zh: id, en: id },
      junction,
      state: port?.state ?? null,
      stateAtMs: port?.stateAtMs ?? null,
      approaches: this.approaches(junction, port, full, nowMs),
      greens: [...(port?.greens.all ?? pack.greens(id))],
      history: port?.historyUntil(nowMs) ?? {
        atMs: minutesUntil(last),
        delayS: unknown,
        queue: unknown,
      },
    };
  }

  /** How a way into a junction does: what its controller sees of it, else what loops and vehicles say; null: not known. */
  delayInto(signal: string, link: string, nowMs: number): number | null {
    const port = this.deps.ports.get(signal);
    if (port?.isFresh(nowMs)) {
      const i = port.analysis.approaches.findIndex((a) => a.link === link);
      const seen = i < 0 ? null : port.analysis.approach(i);
      if (seen !== null && seen.confidence >= SEEN_FROM) return seen.delayS;
    }
    return this.trafficOf(link, nowMs)?.delayS ?? null;
  }

  private line(
    id: string,
    port: PortSignal | undefined,
    full: ReadonlySet<string>,
    nowMs: number,
  ): SignalLine {
    const control = this.control(id);
    const place = this.deps.pack.place(id);
    const isFresh = port?.isFresh(nowMs) ?? false;
    const measured = isFresh && port!.analysis.confidence >= SEEN_FROM;
    return {
      id,
      position: control?.position ?? place?.position ?? this.centre(),
      mode: control?.mode ?? 'local',
      ground: control?.ground ?? (isFresh || this.deps.pack.isHeard(id) ? 'local' : 'silent'),
      method: control?.method ?? 'fixed',
      ...(measured ? this.seen(port!, full) : this.told(id, port?.junction, full, nowMs)),
    };
  }

  private seen(port: PortSignal, full: ReadonlySet<string>): Measured {
    const { analysis } = port;
    const { delayS } = analysis;
    return {
      delayS: rounded(delayS),
      los: delayS === null ? null : serviceLevel(delayS),
      queue: analysis.queue,
      flowVph: Math.round(analysis.flowVph),
      spillBack:
        analysis.fullExits().length > 0 ||
        analysis.approaches.some((a, i) => full.has(a.link) || analysis.approach(i).spillBack),
      measuredBy: 'video',
      confidence: hundredth(analysis.confidence),
    };
  }

  /** What the roads that lead there tell: delays weighted by flow. */
  private told(
    id: string,
    junction: PortJunction | undefined,
    full: ReadonlySet<string>,
    nowMs: number,
  ): Measured {
    const links = junction ? [...new Set(junction.lanes.map((l) => l.link))] : this.deps.pack.into(id);
    const told = links.flatMap((link) => this.trafficOf(link, nowMs) ?? []);
    if (told.length === 0) return unmeasured;
    const flowKnown = told.every((t) => t.flowVph !== null);
    let [sum, weights, queue, flow, confidence] = [0, 0, 0, 0, 0];
    for (const t of told) {
      const weight = Math.max(1, t.knownVph);
      sum += t.delayS * weight;
      weights += weight;
      queue += t.queue;
      flow += t.flowVph ?? 0;
      confidence += t.confidence;
    }
    const delayS = sum / weights;
    return {
      delayS: rounded(delayS),
      los: serviceLevel(delayS),
      queue,
      flowVph: flowKnown && told.length === links.length ? Math.round(flow) : null,
      spillBack: links.some((link) => full.has(link)),
      measuredBy: jointly(told),
      confidence: hundredth(confidence / links.length),
    };
  }

  private approaches(
    junction: PortJunction,
    port: PortSignal | undefined,
    full: ReadonlySet<string>,
    nowMs: number,
  ): ApproachAnswer[] {
    if (port === undefined) {
      const links = [...new Set(junction.lanes.map((l) => l.link))];
      return links.map((link) => {
        const lanes = junction.lanes.filter((l) => l.link === link).length;
        const saturation = { vph: DEFAULT_SATURATION_VPH * lanes, seen: false };
        return this.toldApproach({ link, lanes, saturation, turns: [] }, full, nowMs);
      });
    }
    const { analysis } = port;
    return analysis.approaches.map((approach, i) => {
      const learners = approach.lanes.map((lane) => analysis.saturation[lane]!);
      const fixed = {
        link: approach.link,
        lanes: approach.lanes.length,
        saturation: {
          vph: Math.round(learners.reduce((vph, l) => vph + l.vph, 0)),
          seen: learners.some((l) => l.seen),
        },
        turns: analysis.turnShares(i),
      };
      const now = analysis.approach(i);
      if (!port.isFresh(nowMs) || now.confidence < SEEN_FROM) return this.toldApproach(fixed, full, nowMs);
      return {
        ...fixed,
        ...this.looks(approach.link),
        queue: now.queue,
        queueM: Math.round(now.queueM),
        delayS: rounded(now.delayS),
        los: now.delayS === null ? null : serviceLevel(now.delayS),
        arrivalVph: Math.round(now.arrivalVph),
        spillBack: now.spillBack || full.has(approach.link),
        measuredBy: 'video',
        confidence: hundredth(now.confidence),
      };
    });
  }

  private toldApproach(
    fixed: Pick<ApproachAnswer, 'link' | 'lanes' | 'saturation' | 'turns'>,
    full: ReadonlySet<string>,
    nowMs: number,
  ): ApproachAnswer {
    const told = this.trafficOf(fixed.link, nowMs);
    const queue = told?.queue ?? 0;
    const lengthM = this.deps.city.linkLengthM(this.deps.city.linkIndex(fixed.link));
    return {
      ...fixed,
      ...this.looks(fixed.link),
      queue,
      queueM: Math.round(Math.min(lengthM, (queue / fixed.lanes) * QUEUED_VEHICLE_M)),
      delayS: rounded(told?.delayS ?? null),
      los: told ? serviceLevel(told.delayS) : null,
      arrivalVph: Math.round(told?.flowVph ?? 0),
      spillBack: full.has(fixed.link),
      measuredBy: told?.measuredBy ?? 'probes',
      confidence: told?.confidence ?? 0,
    };
  }

  private looks(id: string): Pick<ApproachAnswer, 'name' | 'headingDeg'> {
    const { city } = this.deps;
    const index = city.linkIndex(id);
    if (index < 0) return { headingDeg: 0 };
    const { path, name } = city.linkAt(index);
    return { headingDeg: Math.round(bearingDeg(path.at(-2)!, path.at(-1)!)), ...(name && { name }) };
  }

  private trafficOf(link: string, nowMs: number): LinkTraffic | null {
    const index = this.deps.city.linkIndex(link);
    return index < 0 ? null : this.deps.traffic.of(index, nowMs);
  }

  /** Roads that let nobody in, as the junctions before them see it. */
  private fullLinks(nowMs: number): ReadonlySet<string> {
    const full = new Set<string>();
    for (const port of this.deps.ports.values()) {
      if (!port.isFresh(nowMs)) continue;
      for (const exit of port.analysis.fullExits()) full.add(port.junction.exits[exit]!.link);
    }
    return full;
  }

  private control(id: string): ControlRecord | undefined {
    return this.deps.records.get('control', id);
  }

  private centre(): LonLat {
    const [west, south, east, north] = this.deps.city.bbox;
    return [(west + east) / 2, (south + north) / 2];
  }
}

/** What a vehicle in a standing queue takes of its lane. */
const QUEUED_VEHICLE_M = 7.5;

type Measured = Pick<
  SignalLine,
  'delayS' | 'los' | 'queue' | 'flowVph' | 'spillBack' | 'measuredBy' | 'confidence'
>;
const unmeasured: Measured = {
  delayS: null,
  los: null,
  queue: null,
  flowVph: null,
  spillBack: false,
  measuredBy: null,
  confidence: 0,
};

const hundredth = (v: number): number => Math.round(v * 100) / 100;

function jointly(told: readonly LinkTraffic[]): MeasuredBy {
  const first = told[0]!.measuredBy;
  return told.every((t) => t.measuredBy === first) ? first : 'both';
}
