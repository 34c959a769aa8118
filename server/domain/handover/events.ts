/** A shift handed over and signed for, as the journal keeps it. */
import type { HandoverRecord } from '../../contract/alarms.ts';
import type { By } from '../cases/events.ts';

interface Act {
  readonly atMs: number;
  readonly by: By;
}

export interface HandoverEventPayloads {
  'handover.offered': Act & {
    readonly id: string;
    readonly note: string;
    readonly items: HandoverRecord['items'];
  };
  'handover.signed': Act & { readonly id: string };
}

export type HandoverEventType = keyof HandoverEventPayloads;
export type HandoverEvent = {
  [T in HandoverEventType]: { readonly type: T; readonly payload: HandoverEventPayloads[T] };
}[HandoverEventType];

const types: Readonly<Record<HandoverEventType, true>> = {
  'handover.offered': true,
  'handover.signed': true,
};
export const isHandoverEvent = (e: { readonly type: string }): boolean => Object.hasOwn(types, e.type);
