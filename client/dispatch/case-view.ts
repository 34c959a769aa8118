/** What the case view of this screen shows: its tab, what the plan is asked, what is being filled in. Not the case. */
import { create } from 'zustand';
import type { CommandResult } from '../../server/contract/commands.ts';
import type { AskKind } from './asks.ts';

export const caseTabs = ['now', 'units', 'tasks', 'calls', 'log'] as const;
export type CaseTab = (typeof caseTabs)[number];

export interface CaseView {
  readonly tab: CaseTab;
  /** The case whose plan is asked what it would send now. */
  readonly drill: {
    readonly incident: string;
    /** null: the level the case has. */
    readonly level: number | null;
    /** Units chosen by hand; null: those that are recommended. */
    readonly units: readonly string[] | null;
    /** Asked for by key or command: the button that sends takes the focus, so that Enter confirms. */
    readonly confirm: boolean;
  } | null;
  readonly ask: { readonly incident: string; readonly kind: AskKind } | null;
  /** Grows when a file for a note is asked for. */
  readonly fileAsked: number;
  /** What was shown to this person for a reason; forgotten with the next case. */
  readonly revealed: { readonly incident: string; readonly fields: CommandResult['revealed'] } | null;
}

export const useCaseView = create<CaseView>(() => ({
  tab: 'now',
  drill: null,
  ask: null,
  fileAsked: 0,
  revealed: null,
}));

export const showTab = (tab: CaseTab): void => useCaseView.setState({ tab });
export const askFor = (incident: string, kind: AskKind | null): void =>
  useCaseView.setState({ ask: kind === null ? null : { incident, kind } });

/** Another case: nothing of the one before stays open. */
export function turnTo(incident: string): void {
  useCaseView.setState((s) => ({
    drill: s.drill?.incident === incident ? s.drill : null,
    ask: s.ask?.incident === incident ? s.ask : null,
    revealed: s.revealed?.incident === incident ? s.revealed : null,
  }));
}

export function openDrill(incident: string, level: number | null, confirm: boolean): void {
  useCaseView.setState({ tab: 'units', ask: null, drill: { incident, level, units: null, confirm } });
}
export const closeDrill = (): void => useCaseView.setState({ drill: null });
