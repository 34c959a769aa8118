/**
 * What is counted by a rule that counts: `when` becoming true on a subject and, of an incident for which it stays so, each
 * further report.
 */
import type { AlarmRule } from '../../../contract/alarms.ts';
import type { NumberColumn, SubjectTable } from './columns.ts';
import { Happenings, type ClusterTeller } from './happenings.ts';
import type { RuleState } from './rule-state.ts';
import type { FactsOf } from './shown-facts.ts';

export class Counting {
  readonly clusters: Happenings;
  /**
   * Incidents and warnings are themselves what happens; other subjects are there all the time, and what was so already when
   * they were first seen is not counted.
   */
  readonly countsNewcomers: boolean;
  private readonly table: SubjectTable;
  private readonly teller: ClusterTeller;
  private readonly facts: FactsOf;
  private readonly isSuppressed: (slot: number) => boolean;
  private readonly reports: NumberColumn | null;
  private readonly reportedSince: NumberColumn | null;

  constructor(
    rule: AlarmRule,
    count: NonNullable<AlarmRule['count']>,
    table: SubjectTable,
    teller: ClusterTeller,
    facts: FactsOf,
    isSuppressed: (slot: number) => boolean,
  ) {
    this.clusters = new Happenings(count, rule.offDelayS * 1_000, teller);
    this.countsNewcomers = rule.subject === 'incident' || rule.subject === 'warning';
    this.table = table;
    this.teller = teller;
    this.facts = facts;
    this.isSuppressed = isSuppressed;
    const ofIncidents = rule.subject === 'incident';
    this.reports = ofIncidents ? (table.column('reports') as NumberColumn) : null;
    this.reportedSince = ofIncidents ? (table.column('ageMin') as NumberColumn) : null;
  }

  /** Columns that wake the rule although its expressions do not name them. */
  get watches(): readonly NumberColumn[] {
    return this.reports ? [this.reports] : [];
  }

  /** One more; `isNew`: its subject was there before the rule saw it, since it was reported. */
  take(state: RuleState, isNew: boolean): void {
    state.phase = 'held';
    if (this.reports) state.reports = this.reports.data[state.slot]!;
    const since = isNew && this.reportedSince ? this.reportedSince.data[state.slot]! : NaN;
    this.add(state.slot, since < this.teller.nowMs ? since : this.teller.nowMs);
  }

  /** Its reports may have become more. */
  takeReports(state: RuleState): void {
    if (!this.reports) return;
    const reports = this.reports.data[state.slot]!;
    const more = reports > state.reports;
    if (more || Number.isNaN(state.reports)) state.reports = reports;
    if (more) this.add(state.slot, this.teller.nowMs);
  }

  private add(slot: number, atMs: number): void {
    const happening = { atMs, subject: this.table.subject(slot) };
    this.clusters.happened(happening, this.facts(slot), this.isSuppressed(slot));
  }
}
