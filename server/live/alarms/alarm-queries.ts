/** What people ask about alarms and rules: one alarm's story, the log, the figures, whether a rule is right, what it would do. */
import type { City } from '../../city/city.ts';
import type {
  AlarmAnswer,
  AlarmKpiAnswer,
  AlarmLogLine,
  DryRunAnswer,
  RuleCheckAnswer,
} from '../../contract/alarm-api.ts';
import { subjectFields, type FieldDescription } from '../../contract/alarm-fields.ts';
import type { AlarmRecord, AlarmRule } from '../../contract/alarms.ts';
import type { Refusal } from '../../contract/refusals.ts';
import type { Result } from '../../contract/result.ts';
import type { WorkCalendar } from '../../contract/rulebook.ts';
import { compileRule } from '../../domain/alarms/expressions/expression.ts';
import type { LogFilter } from '../../domain/alarms/kpi/log.ts';
import { childrenOf } from '../../domain/alarms/life/record.ts';
import type { Decisions } from '../decisions.ts';
import type { History } from '../ports.ts';
import type { Records } from '../records.ts';
import type { FactSources } from './fact-sources.ts';
import { fixedLinkFacts } from './link-facts.ts';
import { TrialRuns } from './trial-runs.ts';

const HOUR_MS = 3_600_000;
const MOST_TRENDS = 3;

export interface AlarmQueriesDeps {
  readonly city: City;
  readonly records: Records;
  readonly decisions: Decisions;
  readonly factSources: FactSources;
  readonly history: History;
  readonly calendar: WorkCalendar;
  readonly timeZone: string;
  readonly nowMs: () => number;
}

export class AlarmQueries {
  private readonly deps: AlarmQueriesDeps;
  private readonly trials: TrialRuns;

  constructor(deps: AlarmQueriesDeps) {
    this.deps = deps;
    this.trials = new TrialRuns(deps.history, deps.nowMs);
  }

  /** Null: there is no such alarm. */
  async alarm(id: string): Promise<AlarmAnswer | null> {
    const { records, decisions } = this.deps;
    const record = records.get('alarm', id);
    if (record === undefined) return null;
    return {
      id,
      trends: await this.trendsOf(record),
      earlier: decisions.memory.earlier(id, record.raisedAtMs),
      children: childrenOf(decisions.state.alarms, id),
    };
  }

  /** Newest first. */
  log(hours: number, filter: Omit<LogFilter, 'sinceMs'>): readonly AlarmLogLine[] {
    const { decisions, nowMs } = this.deps;
    return decisions.memory.lines({ ...filter, sinceMs: nowMs() - hours * HOUR_MS });
  }

  kpi(hours: number): AlarmKpiAnswer {
    const { records, decisions, nowMs } = this.deps;
    const untilMs = nowMs();
    const live = { alarms: records.values('alarm'), rules: records.values('rule') };
    return decisions.memory.kpi(untilMs - hours * HOUR_MS, untilMs, live);
  }

  check(rule: AlarmRule): RuleCheckAnswer {
    const { places, evaluator } = this.deps.factSources;
    const compiled = compileRule(rule, places);
    if (!compiled.ok) return { ok: false, problems: compiled.error };
    return { ok: true, problems: [], watches: evaluator.watching(compiled.value) };
  }

  /** Tries a rule that compiles on the last hours. */
  dryRun(rule: AlarmRule, hours: number): Promise<Result<DryRunAnswer, Refusal>> {
    const { city, decisions, factSources, calendar, timeZone, nowMs } = this.deps;
    const { facilities = [], districts = [] } = city.pack ?? {};
    const rules = [...decisions.state.alarms.rules.values()].filter((r) => r.enabled).map((r) => r.rule);
    return this.trials.run(
      {
        proposed: rule,
        current: decisions.state.alarms.rules.get(rule.id)?.rule ?? null,
        others: rules.filter((other) => other.id !== rule.id),
        links: fixedLinkFacts(city, nowMs()),
        places: {
          facilities: facilities.map(({ id, kind, position }) => ({ id, kind, position })),
          districts: districts.map(({ id, polygons }) => ({ id, polygons })),
        },
        calendar,
        timeZone,
        baselines: factSources.baselines.export(),
        earlier: factSources.earlier,
      },
      hours,
    );
  }

  async close(): Promise<void> {
    await this.trials.stop();
  }

  /** The numbers that its rule looked at, each once. */
  private async trendsOf({ facts, subject }: AlarmRecord): Promise<AlarmAnswer['trends']> {
    const { history, nowMs } = this.deps;
    const sinceMs = nowMs() - HOUR_MS;
    const names = facts.flatMap(({ field, value }) => {
      const [kind, name] = field.split('.');
      const known: FieldDescription | undefined =
        name === undefined
          ? undefined
          : (subjectFields[subject.kind] as Record<string, FieldDescription>)[name];
      return kind === subject.kind && typeof value === 'number' && known && known.clock === undefined
        ? [name!]
        : [];
    });
    const fields = [...new Set(names)].slice(0, MOST_TRENDS);
    if (fields.length === 0) return [];
    const samples =
      subject.kind === 'link'
        ? await this.linkSamples(subject.id, fields, sinceMs)
        : await history.factTrend(subject.kind, subject.id, fields, sinceMs);
    return fields.map((name, i) => ({
      field: `${subject.kind}.${name}`,
      atMs: samples.map((s) => s.atMs),
      values: samples.map((s) => s.values[i] ?? null),
      limits: facts.flatMap((f) =>
        f.field === `${subject.kind}.${name}` && typeof f.limit === 'number' ? [f.limit] : [],
      ),
    }));
  }

  /** The history has a link's speed; its other numbers follow from it or are left out. */
  private async linkSamples(
    id: string,
    fields: readonly string[],
    sinceMs: number,
  ): Promise<readonly { readonly atMs: number; readonly values: readonly (number | null)[] }[]> {
    const { city, history } = this.deps;
    const index = city.linkIndex(id);
    if (index < 0) return [];
    const freeFlow = city.freeFlowKph(index);
    return (await history.linkTrend(index, sinceMs)).map(({ atMs, speedKph }) => ({
      atMs,
      values: fields.map((field) =>
        field === 'speedKph' ? speedKph : field === 'ratio' ? speedKph / freeFlow : null,
      ),
    }));
  }
}
