/**
 * The rule that is open on this screen and what has been written of it so far. It outlives the panel, so that closing it by
 * mistake loses nothing; what it was read at is kept, so that nobody's change is written over unseen.
 */
import { create } from 'zustand';
import type { RuleRecord } from '../../server/contract/alarms.ts';
import { blankRuleForm, formOfRule, proposeId, type RuleForm } from './rule-form.ts';

export interface Writing {
  /** What was read before; null: a new rule. */
  readonly base: RuleRecord | null;
  readonly form: RuleForm;
  readonly enabled: boolean;
  readonly reason: string;
}
export interface EditorState {
  /** The rule that is read; what is being written waits behind it. */
  readonly open: string | null;
  readonly writing: Writing | null;
}
export const useRuleEditor = create<EditorState>(() => ({ open: null, writing: null }));

export const openRule = (id: string | null): void => useRuleEditor.setState({ open: id });

export const writingOf = (base: RuleRecord): Writing => ({
  base,
  form: formOfRule(base.rule),
  enabled: base.enabled,
  reason: '',
});
export const editRule = (base: RuleRecord): void =>
  useRuleEditor.setState({ open: null, writing: writingOf(base) });

/** A new rule: empty, or after the example of another. */
export function newRule(taken: ReadonlySet<string>, like?: RuleRecord): void {
  const form = like
    ? { ...formOfRule(like.rule), id: proposeId(like.rule.name, taken) }
    : { ...blankRuleForm, id: '' };
  useRuleEditor.setState({ open: null, writing: { base: null, form, enabled: false, reason: '' } });
}

export const changeForm = (part: Partial<RuleForm>): void =>
  useRuleEditor.setState((s) =>
    s.writing ? { writing: { ...s.writing, form: { ...s.writing.form, ...part } } } : {},
  );
export const changeWriting = (part: Partial<Pick<Writing, 'enabled' | 'reason'>>): void =>
  useRuleEditor.setState((s) => (s.writing ? { writing: { ...s.writing, ...part } } : {}));
export const stopWriting = (): void => useRuleEditor.setState({ writing: null });

/** Somebody was faster: what the rule is now, where it is no longer what was read. Null: nothing in the way. */
export function overtaken(
  base: RuleRecord | null,
  now: RuleRecord | undefined,
): RuleRecord | 'deleted' | null {
  if (base === null) return null;
  if (now === undefined) return 'deleted';
  return now.version === base.version ? null : now;
}
