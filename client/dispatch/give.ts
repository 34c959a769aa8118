/** Gives a command to the server and says what came of it as a sentence; a conflict says what the case is now. */
import { stageNames } from '../../server/contract/cases.ts';
import type { CommandPayloads, CommandResult, CommandType } from '../../server/contract/commands.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import type { Refusal } from '../../server/contract/refusals.ts';
import { textIn } from '../../server/contract/text.ts';
import { Giver, sentenceOf } from '../account/give.ts';
import { session, useDesk } from '../desk/desk.ts';
import { refused, type Outcome, type Said } from '../desk/outcome.ts';
import { translator } from '../i18n/i18n.ts';

/** Decisions that must not be made on an older state of the case than the server has (IN-41). */
const onVersion: ReadonlySet<CommandType> = new Set([
  'incident.dispatch',
  'incident.triage',
  'incident.close',
  'incident.verify',
  'incident.merge',
  'incident.transfer',
  'incident.return',
]);

/** Shared, so that what stayed without an answer is not done twice when it is asked for again (SY-66). */
const giver = new Giver(session);

export type Given = Outcome & { readonly result?: CommandResult };

export const caseOf = (id: string): IncidentRecord | undefined => session().mirror.records.incident.get(id);

/** The sentence of a refusal; where somebody was faster, with what the case is now. */
function refusalSaid(refusal: Refusal, incident: IncidentRecord | undefined): Said {
  const { language } = useDesk.getState();
  const reason = sentenceOf(refusal, translator(language), language);
  if (refusal.code !== 'version-conflict' || !incident) return { key: 'case.refused', params: { reason } };
  // `#1042, 王`: who decided last.
  const name = refusal.detail?.split(', ')[1];
  const params = {
    reason,
    number: incident.number,
    stage: textIn(stageNames[incident.case.stage], language),
  };
  return name === undefined
    ? { key: 'case.conflict', params }
    : { key: 'case.conflict.by', params: { ...params, name } };
}

/** `said`: what is said when it was taken; a function where it depends on what came of it. */
export async function give<T extends CommandType>(
  type: T,
  payload: CommandPayloads[T],
  said?: Said | ((result: CommandResult) => Said),
): Promise<Given> {
  const id = 'incident' in payload && typeof payload.incident === 'string' ? payload.incident : null;
  const expected = id !== null && onVersion.has(type) ? caseOf(id)?.case.version : undefined;
  const given = await giver.give(type, payload, expected);
  if (!given.ok) {
    const { key, params } = refusalSaid(given.refusal, id === null ? undefined : caseOf(id));
    return refused(key, params);
  }
  const { result } = given;
  const sentence = typeof said === 'function' ? said(result) : said;
  return sentence ? { ok: true, said: sentence, result } : { ok: true, result };
}
