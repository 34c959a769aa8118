/** What people and terminals ask about cases, answered from the state as it is now. Nothing is changed here. */
import type { City } from '../city/city.ts';
import type { Routing } from '../city/routing/routing.ts';
import type {
  EvaluationAnswer,
  Order,
  OrdersAnswer,
  RecommendationAnswer,
  RouteAnswer,
  TimelineAnswer,
} from '../contract/api.ts';
import type { LonLat } from '../contract/geo.ts';
import { mayDo } from '../contract/rights.ts';
import type { Audience } from '../contract/roles.ts';
import type { IncidentRecord } from '../contract/records.ts';
import { recommendFor } from '../domain/cases/commands-dispatch.ts';
import { obligationsOf, type CaseWorld } from '../domain/cases/context.ts';
import { incidentRecord } from '../domain/cases/record.ts';
import { activeAssignments, isHandledHere, isOpen, type Incident } from '../domain/cases/state.ts';
import { seenBy, textFor } from '../domain/privacy.ts';
import { evaluateCases } from '../domain/rules/evaluation.ts';
import type { Cases } from './cases.ts';

export interface CaseQueriesDeps {
  readonly city: City;
  readonly cases: Cases;
  readonly world: CaseWorld;
  readonly routing: Routing | null;
  readonly nowMs: () => number;
  readonly unitPosition: (unit: string) => LonLat | undefined;
  /** True where a feed's terminals take orders for a unit. */
  readonly mayOrder: (feedId: string, unit: string) => boolean;
  /** Feeds whose incidents a feed of units speaks of, likeliest first. */
  readonly incidentFeedsOf: (feedId: string) => readonly string[];
}

const DAY_MS = 86_400_000;

export class CaseQueries {
  private readonly deps: CaseQueriesDeps;
  /** Grows with every change of cases; begins at the clock, so that it never repeats after a restart. */
  private version: number;
  private readonly waiting = new Set<() => void>();

  constructor(deps: CaseQueriesDeps) {
    this.deps = deps;
    this.version = deps.nowMs();
    deps.cases.onChange(() => {
      this.version++;
      this.waiting.forEach((wake) => wake());
    });
  }

  /** What the plan would send now; null where the audience knows no such open case. */
  recommendation(id: string, level: number | undefined, audience: Audience): RecommendationAnswer | null {
    const seen = this.seen(id, audience);
    if (seen === null || !isOpen(seen.incident)) return null;
    const { cases, world, nowMs } = this.deps;
    const { rules } = world;
    // Distances and times of many units would tell the door that is masked: they are those to what is seen (SE-2).
    const { position } = seen.record;
    const i: Incident = { ...seen.incident, facts: { ...seen.incident.facts, position } };
    const { plan, needs, candidates, uncovered, level: at } = recommendFor(cases.state, i, level, world);
    const owed = i.lead === null ? obligationsOf(rules, i.facts, nowMs()) : i;
    return {
      incident: i.id,
      plan: { id: plan.id, name: plan.name, level: at },
      needs,
      candidates,
      uncovered,
      tasks: plan.tasks
        .filter((t) => t.level <= at)
        .flatMap((t) => {
          const department = rules.departmentOf(t.department, i.facts.street);
          return department === undefined ? [] : [{ department, title: t.title, minutes: t.minutes }];
        }),
      notify: world.notify(plan.notify, at, position),
      lead: owed.lead,
      support: owed.support,
    };
  }

  /** The ways of the units that are under way to a case, from where each is now; not to a door the audience does not see (SE-2). */
  routes(id: string, audience: Audience): (RouteAnswer & { readonly unit: string })[] | null {
    const seen = this.seen(id, audience);
    if (seen === null) return null;
    return activeAssignments(seen.incident).flatMap((a) => {
      const from = this.deps.unitPosition(a.unit);
      const to = this.targetOf(seen.record.position, a);
      if (from === undefined || to === undefined || a.status === 'on-scene' || a.status === 'at-facility')
        return [];
      const route = this.route(from, to);
      return route === null ? [] : [{ unit: a.unit, ...route }];
    });
  }

  /** The way a unit would take to a case. */
  routeOf(id: string, unit: string, audience: Audience): RouteAnswer | null {
    const to = this.seen(id, audience)?.record.position;
    const from = this.deps.unitPosition(unit);
    return to && from ? this.route(from, to) : null;
  }

  timeline(id: string, audience: Audience): TimelineAnswer | null {
    const seen = this.seen(id, audience);
    if (seen === null) return null;
    const { position } = seen.record;
    const { cases } = this.deps;
    const entries = cases.timeline(id).map((line) => {
      const { text, attachments, from, ...rest } = line;
      // What people write to each other about a case is for those who work on it.
      const works = mayDo(audience.role, 'incident.note');
      const reads = works || audience.role === 'audit-admin';
      return {
        ...rest,
        ...(from !== undefined && audience.role === 'audit-admin' && { from }),
        ...(reads && text !== undefined && { text: textFor(text, audience) }),
        ...(works && attachments && { attachments }),
      };
    });
    const around = position === undefined ? [] : cases.finished.at(position, id);
    const earlier = around.filter(
      ({ summary }) =>
        audience.role !== 'department' || summary.departments.includes(audience.department ?? ''),
    );
    return {
      incident: id,
      entries,
      earlier: earlier.map(({ summary: s, distanceM }) => ({
        incident: s.id,
        number: s.number,
        category: s.category,
        title: { zh: textFor(s.title.zh, audience), en: textFor(s.title.en, audience) },
        reportedAtMs: s.reportedAtMs,
        distanceM,
        ...(s.evaluation && { score: s.evaluation.score }),
      })),
    };
  }

  evaluation(days: number): EvaluationAnswer {
    const { city, cases, world, nowMs } = this.deps;
    const pack = city.pack;
    return evaluateCases(cases.finished.all(), {
      sinceMs: nowMs() - days * DAY_MS,
      scoring: world.rules.book.scoring,
      departments: pack?.departments ?? [],
      streets: (pack?.districts ?? []).filter((d) => d.level === 'street'),
    });
  }

  /** What the units of a feed should do now. With `after` it waits, up to `waitMs`, for something newer than that. */
  async orders(feedId: string, after: number | undefined, waitMs: number): Promise<OrdersAnswer> {
    if (after === this.version) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, waitMs);
        this.waiting.add(wake);
      });
    }
    return this.ordersNow(feedId);
  }

  /** True where an audience may know of a case. */
  mayKnow(id: string, audience: Audience): boolean {
    return this.seen(id, audience) !== null;
  }

  casesOfAttachment(sha256: string): Iterable<string> {
    return this.deps.cases.attachedTo(sha256);
  }

  /** Lets everybody go who waits for orders. */
  close(): void {
    this.waiting.forEach((wake) => wake());
  }

  private ordersNow(feedId: string): OrdersAnswer {
    const { cases, mayOrder, incidentFeedsOf } = this.deps;
    const orders: Order[] = [];
    const handled: OrdersAnswer['handled'][number][] = [];
    const [feed] = incidentFeedsOf(feedId);
    for (const i of cases.state.byId.values()) {
      if (i.feed === feed && isHandledHere(i))
        handled.push({ feed: i.feed, externalId: i.externalId, incident: i.id, closed: !isOpen(i) });
      for (const a of activeAssignments(i)) {
        if (!mayOrder(feedId, a.unit)) continue;
        const position = this.targetOf(i.facts.position, a);
        orders.push({
          unit: a.unit,
          incident: i.id,
          number: i.number,
          ...(i.feed === feed && { source: { feed: i.feed, externalId: i.externalId } }),
          status: a.status,
          assignedAtMs: a.assignedAtMs,
          ...(position && { position }),
          ...(a.facility !== undefined && { facility: a.facility }),
          category: i.facts.category,
          severity: i.facts.severity,
        });
      }
    }
    return { version: this.version, orders, handled };
  }

  private targetOf(
    scene: LonLat | undefined,
    a: { readonly status: string; readonly facility?: string | undefined },
  ): LonLat | undefined {
    if (a.status === 'transporting' && a.facility !== undefined)
      return this.deps.city.facility(a.facility)?.position;
    return scene;
  }

  private route(from: LonLat, to: LonLat): RouteAnswer | null {
    const route = this.deps.routing?.route(from, to);
    if (!route) return null;
    const { seconds, metres, path } = route;
    return { seconds: Math.round(seconds), metres: Math.round(metres), path };
  }

  /** The case with what the audience sees of it; null where it may not know of it. */
  private seen(
    id: string,
    audience: Audience,
  ): { readonly incident: Incident; readonly record: IncidentRecord } | null {
    const incident = this.deps.cases.incident(id);
    const whole = incidentRecord(this.deps.cases.state, id);
    const record = whole ? seenBy('incident', whole, audience) : null;
    return incident !== undefined && record !== null ? { incident, record } : null;
  }
}
