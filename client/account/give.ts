/**
 * Gives commands for the panels of calls and departments. One whose answer did not come keeps its id, so that giving it
 * again cannot do it twice (SY-66).
 */
import type { CommandPayloads, CommandResult, CommandType } from '../../server/contract/commands.ts';
import { refusalText, type Refusal } from '../../server/contract/refusals.ts';
import { textIn, type Language } from '../../server/contract/text.ts';
import type { Translate } from '../i18n/i18n.ts';
import type { Session } from '../sync/session.ts';

const unanswered = (refusal: Refusal): boolean =>
  refusal.code === 'internal' && (refusal.detail === 'no answer' || refusal.detail === 'not connected');

/** The sentence of a refusal; of a lost connection what one can do about it. */
export function sentenceOf(refusal: Refusal, t: Translate, language: Language): string {
  if (refusal.code === 'internal' && refusal.detail === 'not connected') return t('give.notConnected');
  if (refusal.code === 'internal' && refusal.detail === 'no answer') return t('give.noAnswer');
  return textIn(refusalText(refusal), language);
}

export type Given =
  { readonly ok: true; readonly result: CommandResult } | { readonly ok: false; readonly refusal: Refusal };

/** Remembers the last command that stayed without an answer. */
export class Giver {
  private readonly session: () => Pick<Session, 'command'>;
  private readonly newId: () => string;
  private open: { readonly what: string; readonly id: string } | null = null;

  constructor(session: () => Pick<Session, 'command'>, newId: () => string = () => crypto.randomUUID()) {
    this.session = session;
    this.newId = newId;
  }

  /** `expected`: the version of the case the decision was made on. */
  async give<T extends CommandType>(type: T, payload: CommandPayloads[T], expected?: number): Promise<Given> {
    const what = JSON.stringify([type, payload]);
    const id = this.open?.what === what ? this.open.id : this.newId();
    this.open = { what, id };
    const answer = await this.session().command(type, payload, expected, id);
    if (answer.ok) {
      this.open = null;
      return { ok: true, result: answer.result ?? {} };
    }
    if (!unanswered(answer.refusal)) this.open = null;
    return { ok: false, refusal: answer.refusal };
  }
}
