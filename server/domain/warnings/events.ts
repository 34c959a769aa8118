/** What can happen to public warnings, as the journal keeps it. */
import type { WarningMessage } from '../../contract/warnings.ts';
import type { By } from '../cases/events.ts';

interface Act {
  readonly atMs: number;
  readonly by: By;
}

export interface WarningEventPayloads {
  'warning.received': {
    readonly id: string;
    readonly feed: string;
    readonly atMs: number;
    readonly message: WarningMessage;
    /** Ids of warnings it takes the place of, or ends. */
    readonly ends: readonly string[];
  };
  'warning.drafted': Act & {
    readonly id: string;
    readonly message: WarningMessage;
    readonly updates?: string;
  };
  'warning.decided': Act & {
    readonly id: string;
    readonly approved: boolean;
    readonly reason?: string;
    /** With its final times, as it goes out. */
    readonly message?: WarningMessage;
    readonly ends: readonly string[];
  };
  /** `message`: the CAP message that cancels it. */
  'warning.cancelled': Act & {
    readonly id: string;
    readonly reason: string;
    readonly message: WarningMessage;
  };
  'warning.expired': { readonly id: string; readonly atMs: number };
}

export type WarningEventType = keyof WarningEventPayloads;
export type WarningEvent = {
  [T in WarningEventType]: { readonly type: T; readonly payload: WarningEventPayloads[T] };
}[WarningEventType];

const types: Readonly<Record<WarningEventType, true>> = {
  'warning.received': true,
  'warning.drafted': true,
  'warning.decided': true,
  'warning.cancelled': true,
  'warning.expired': true,
};
export const isWarningEvent = (e: { readonly type: string }): boolean => Object.hasOwn(types, e.type);
