/**
 * Rules that count: what happened lately and where, and the clusters that are large enough to ring. A cluster is named after
 * the earliest of its happenings. Invariant: a happening is free or belongs to one cluster; both are in order of time.
 */
import type { AlarmFact, AlarmRule, SubjectRef } from '../../../contract/alarms.ts';
import { distanceM, type LonLat } from '../../../contract/geo.ts';
import type { Transition } from './facts.ts';
import type { Timer } from './timers.ts';

interface Happening {
  readonly atMs: number;
  readonly subject: SubjectRef;
}

interface Cluster {
  /** The subject that it is named after. */
  readonly subject: SubjectRef;
  /** Null: its subjects have no place. */
  readonly centre: LonLat | null;
  readonly members: Happening[];
  /** When it returns, should nothing more happen. */
  timer: Timer | null;
  suppressed: boolean;
}

/** How clusters are told, and the time. */
export interface ClusterTeller {
  readonly nowMs: number;
  at(dueAtMs: number, call: () => void): Timer;
  cancel(timer: Timer): void;
  tell(to: Transition['to'], subject: SubjectRef, facts: readonly AlarmFact[], suppressed: boolean): void;
}

export class Happenings {
  private readonly atLeast: number;
  private readonly windowMs: number;
  private readonly withinM: number;
  private readonly offDelayMs: number;
  private readonly teller: ClusterTeller;
  private free: Happening[] = [];
  private readonly clusters = new Map<string, Cluster>();

  constructor(count: NonNullable<AlarmRule['count']>, offDelayMs: number, teller: ClusterTeller) {
    this.atLeast = count.atLeast;
    this.windowMs = count.withinMin * 60_000;
    this.withinM = count.withinM;
    this.offDelayMs = offDelayMs;
    this.teller = teller;
  }

  /** `facts` of its subject; `suppressed`: by design, should it ring. */
  happened(h: Happening, facts: readonly AlarmFact[], suppressed: boolean): void {
    const { nowMs } = this.teller;
    if (!this.isRecent(h, nowMs)) return;
    const near = [...this.clusters.values()].find((c) => this.isNear(c.centre, h.subject));
    if (near) {
      this.join(near, h, facts);
      return;
    }
    this.free = this.free.filter((f) => this.isRecent(f, nowMs));
    insert(this.free, h);
    const members = this.free.filter((f) => this.isNear(h.subject.position ?? null, f.subject));
    if (members.length < this.atLeast) return;
    const first = members.find((m) => !this.clusters.has(m.subject.id));
    if (!first) return;
    const taken = new Set(members);
    this.free = this.free.filter((f) => !taken.has(f));
    const centre = middle(members);
    const cluster: Cluster = { subject: first.subject, centre, members, timer: null, suppressed };
    this.clusters.set(first.subject.id, cluster);
    this.teller.tell('raised', cluster.subject, this.withCount(cluster, facts), suppressed);
    this.wait(cluster);
  }

  /** An alarm that was active before a restart: as large as it has to be, as of now. */
  restore(subject: SubjectRef, suppressed: boolean): void {
    const members = Array.from({ length: this.atLeast }, () => ({ atMs: this.teller.nowMs, subject }));
    const centre = subject.position ?? null;
    const cluster: Cluster = { subject, centre, members, timer: null, suppressed };
    this.clusters.set(subject.id, cluster);
    this.wait(cluster);
  }

  /** The rule's `suppressWhen` for the subject that a cluster is named after. */
  suppress(id: string, suppressed: boolean): void {
    const cluster = this.clusters.get(id);
    if (!cluster || cluster.suppressed === suppressed) return;
    cluster.suppressed = suppressed;
    this.teller.tell(
      suppressed ? 'suppressed' : 'unsuppressed',
      cluster.subject,
      this.withCount(cluster, []),
      suppressed,
    );
  }

  /** The rule is gone: all of its alarms are over. */
  end(): void {
    for (const cluster of this.clusters.values()) {
      if (cluster.timer) this.teller.cancel(cluster.timer);
      this.finish(cluster);
    }
    this.clusters.clear();
    this.free = [];
  }

  factsOf(id: string): AlarmFact[] {
    const cluster = this.clusters.get(id);
    return cluster ? this.withCount(cluster, []) : [];
  }

  private join(cluster: Cluster, h: Happening, facts: readonly AlarmFact[]): void {
    insert(cluster.members, h);
    this.prune(cluster);
    if (cluster.members.length < this.atLeast) return;
    this.wait(cluster);
    this.teller.tell('again', cluster.subject, this.withCount(cluster, facts), cluster.suppressed);
  }

  /** It returns when too few of it are left in the window, and it stayed so for the delay. */
  private wait(cluster: Cluster): void {
    const decisive = cluster.members[cluster.members.length - this.atLeast]!;
    if (cluster.timer) this.teller.cancel(cluster.timer);
    cluster.timer = this.teller.at(decisive.atMs + this.windowMs + this.offDelayMs, () => {
      this.clusters.delete(cluster.subject.id);
      this.prune(cluster);
      // What is left of it may become part of another.
      for (const h of cluster.members) insert(this.free, h);
      this.finish(cluster);
    });
  }

  private finish(cluster: Cluster): void {
    this.teller.tell('returned', cluster.subject, this.withCount(cluster, []), cluster.suppressed);
  }

  private prune(cluster: Cluster): void {
    const { nowMs } = this.teller;
    let old = 0;
    while (old < cluster.members.length && !this.isRecent(cluster.members[old]!, nowMs)) old++;
    cluster.members.splice(0, old);
  }

  private isRecent(h: Happening, nowMs: number): boolean {
    return nowMs - h.atMs < this.windowMs;
  }

  /** Subjects without a place are near to each other. */
  private isNear(centre: LonLat | null, { position }: SubjectRef): boolean {
    if (centre === null || !position) return centre === null && !position;
    return distanceM(centre, position) <= this.withinM;
  }

  private withCount(cluster: Cluster, facts: readonly AlarmFact[]): AlarmFact[] {
    const { nowMs } = this.teller;
    const value = cluster.members.filter((m) => this.isRecent(m, nowMs)).length;
    return [{ field: 'count', value, op: '>=', limit: this.atLeast }, ...facts];
  }
}

function insert(list: Happening[], h: Happening): void {
  let i = list.length;
  while (i > 0 && list[i - 1]!.atMs > h.atMs) i--;
  list.splice(i, 0, h);
}

/** Null: none of them has a place. */
function middle(members: readonly Happening[]): LonLat | null {
  const places = members.flatMap((m) => (m.subject.position ? [m.subject.position] : []));
  if (places.length === 0) return null;
  const mean = (i: 0 | 1): number => places.reduce((sum, p) => sum + p[i], 0) / places.length;
  return [mean(0), mean(1)];
}
