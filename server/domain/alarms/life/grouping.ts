/**
 * What explains an alarm: the root cause groups its consequences, so that one trouble rings once (ISA-18.2 §12). A picture
 * of one decision that runs ahead of the state; nothing is written here. Invariant, kept whatever comes in which order: a
 * parent is active, not suppressed and has no parent itself, and an emergency is under nothing but an emergency in sight
 * (AL-60, AL-61).
 */
import type { AlarmEvent } from './events.ts';
import { isSetAside, type Alarm } from './alarm.ts';
import type { NearAlarm } from './alarm-index.ts';
import type { AlarmsState } from './state.ts';

export class Grouping {
  private readonly state: AlarmsState;
  /** Alarms as this decision makes them, where that differs from the state. */
  private readonly changed = new Map<string, Alarm>();
  /** Those that explain nothing any more. */
  private readonly gone = new Set<string>();
  /** Those that have lost their place and not found another yet. */
  private readonly waiting = new Set<string>();
  private readonly parents = new Map<string, string | null>();
  /** By parent, all that were moved there; some went on. */
  private readonly adopted = new Map<string, Set<string>>();

  constructor(state: AlarmsState) {
    this.state = state;
  }

  /** Takes in an alarm that rings now, or is another one than before: what explains it, and what it explains. */
  join(a: Alarm): void {
    this.changed.set(a.id, a);
    if (a.suppressed) {
      this.move(a.id, null);
      this.leave([a.id]);
      return;
    }
    const head = this.place(a) ?? a;
    const before = this.childrenOf(a.id);
    for (const child of before) if (mayHide(head, child)) this.move(child.id, head.id);
    this.release(before.filter((child) => !mayHide(head, child)));
  }

  /** Takes out alarms that are over or suppressed: what they explained looks for something else. */
  leave(ids: readonly string[]): void {
    for (const id of ids) this.gone.add(id);
    this.release(ids.flatMap((id) => this.childrenOf(id)).filter((child) => !this.gone.has(child.id)));
  }

  /** People took these out of sight: no emergency stays behind them. */
  setAside(alarms: readonly Alarm[]): void {
    for (const a of alarms) this.changed.set(a.id, a);
    this.release(alarms.flatMap((a) => this.childrenOf(a.id).filter((child) => !mayHide(a, child))));
  }

  parentOf(id: string): string | null {
    const moved = this.parents.get(id);
    return moved === undefined ? (this.lookUp(id)?.parent ?? null) : moved;
  }

  /** What moved; `said`: those whose own events say it. */
  events(atMs: number, said: ReadonlySet<string> = new Set()): AlarmEvent[] {
    const out: AlarmEvent[] = [];
    for (const [id, parent] of this.parents) {
      if (said.has(id) || parent === (this.state.byId.get(id)?.parent ?? null)) continue;
      out.push({ type: 'alarm.grouped', payload: { id, atMs, parent } });
    }
    return out;
  }

  /**
   * Places those that lost their parent, the most important and oldest first, so that it becomes the root of the others
   * where its rule covers them (AL-64).
   */
  private release(freed: readonly Alarm[]): void {
    for (const { id } of freed) {
      this.move(id, null);
      this.waiting.add(id);
    }
    for (const a of [...freed].sort(byWeight)) {
      this.waiting.delete(a.id);
      if (a.active) this.place(a);
    }
  }

  /** Answers the root under which it is now; null: it is one. */
  private place(a: Alarm): Alarm | null {
    const root = this.causeOf(a) ?? this.neighbourOf(a);
    this.move(a.id, root?.id ?? null);
    this.takeOver(a, root ?? a);
    return root;
  }

  /** The root of the nearest alarm whose rule explains it. */
  private causeOf(a: Alarm): Alarm | null {
    const near: NearAlarm[] = [];
    for (const { rule } of this.state.rules.values()) {
      for (const e of rule.explains) if (e.rule === a.rule) near.push(...this.near(a, rule.id, e.withinM));
    }
    return this.nearestRoot(a, near);
  }

  /** The nearest root of its own rule. */
  private neighbourOf(a: Alarm): Alarm | null {
    const groupM = this.state.rules.get(a.rule)?.rule.groupM;
    if (groupM === undefined) return null;
    const roots = this.near(a, a.rule, groupM).filter(({ id }) => this.parentOf(id) === null);
    return this.nearestRoot(a, roots);
  }

  /** A cause that comes later: roots that it explains go under its root, and bring along what they explain (AL-62). */
  private takeOver(a: Alarm, root: Alarm): void {
    for (const e of this.state.rules.get(a.rule)?.rule.explains ?? []) {
      for (const { id } of this.near(a, e.rule, e.withinM)) {
        const taken = this.lookUp(id);
        if (taken === undefined || id === root.id || this.parentOf(id) !== null) continue;
        if (!mayHide(root, taken)) continue;
        for (const child of this.childrenOf(id)) this.move(child.id, root.id);
        this.move(id, root.id);
      }
    }
  }

  /** Alarms of a rule that may explain it or be explained by it, as far as they have found their own place. */
  private near(a: Alarm, rule: string, withinM: number | undefined): NearAlarm[] {
    return this.state.index
      .near(rule, a.subject.position, withinM)
      .filter(({ id }) => !this.gone.has(id) && !this.waiting.has(id));
  }

  private nearestRoot(a: Alarm, near: readonly NearAlarm[]): Alarm | null {
    let best: { readonly root: Alarm; readonly metres: number } | null = null;
    for (const { id, metres } of near) {
      const root = this.lookUp(this.parentOf(id) ?? id);
      if (root === undefined || root.id === a.id || !mayHide(root, a)) continue;
      const isNearer =
        best === null || metres < best.metres || (metres === best.metres && root.number < best.root.number);
      if (isNearer) best = { root, metres };
    }
    return best?.root ?? null;
  }

  private move(id: string, parent: string | null): void {
    // Told in the order in which each found its place.
    this.parents.delete(id);
    this.parents.set(id, parent);
    if (parent === null) return;
    const of = this.adopted.get(parent);
    if (of === undefined) this.adopted.set(parent, new Set([id]));
    else of.add(id);
  }

  private childrenOf(id: string): Alarm[] {
    const ids = new Set([...this.state.index.childrenOf(id), ...(this.adopted.get(id) ?? [])]);
    return [...ids].filter((child) => this.parentOf(child) === id).map((child) => this.lookUp(child)!);
  }

  private lookUp(id: string): Alarm | undefined {
    return this.changed.get(id) ?? this.state.byId.get(id);
  }
}

/** An emergency is under nothing but an emergency that is in sight (AL-61). */
const mayHide = (root: Alarm, a: Alarm): boolean =>
  a.priority !== 1 || (root.priority === 1 && !isSetAside(root));

const byWeight = (a: Alarm, b: Alarm): number => a.priority - b.priority || a.number - b.number;
