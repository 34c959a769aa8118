/** The structured questions of a case by the rulebook: each answer is a click, all together are one decision. */
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { stageIndex } from '../../server/contract/cases.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { useMay } from '../account/me.ts';
import { useText } from '../desk/hooks.ts';
import { protocolFor } from '../intake/rules.ts';
import { fetchRulebook } from '../sync/api.ts';
import { Section } from './bits.tsx';
import { caseDeeds } from './deeds.ts';
import { useRun } from './use-run.ts';

export function TriageForm({ incident }: { readonly incident: IncidentRecord }) {
  const { t, text } = useText();
  const may = useMay('incident.triage');
  const { run, busy } = useRun();
  const { data } = useQuery({
    queryKey: ['rulebook'],
    queryFn: ({ signal }) => fetchRulebook(signal),
    staleTime: 10 * 60_000,
  });
  const done = incident.case.triage;
  const [changed, setChanged] = useState<Readonly<Record<string, string>>>({});
  // Answers belong to the questions they were given to, whatever the case has become since.
  const protocol =
    data?.triage.find((p) => p.id === done?.protocol) ??
    protocolFor(data, incident.category, incident.severity);
  if (!protocol) return null;
  const answers = { ...(done?.protocol === protocol.id ? done.answers : {}), ...changed };
  const open = may && stageIndex(incident.case.stage) < stageIndex('resolved');
  const save = async (): Promise<void> => {
    if (await run(() => caseDeeds.triage(incident.id, answers))) setChanged({});
  };
  const dirty = Object.keys(changed).length > 0;
  return (
    <Section
      title={
        <>
          {t('case.triage')} · {text(protocol.name)}
          {done?.determinant && ` · ${t(`determinant.${done.determinant}`)}`}
          {done && ` · ${done.by}`}
        </>
      }
    >
      {protocol.questions.map((question) => (
        <fieldset key={question.id} className="cb-question">
          <legend>{text(question.text)}</legend>
          {question.options.map((option) => (
            <Button
              key={option.id}
              size="small"
              type={answers[question.id] === option.id ? 'primary' : 'default'}
              aria-pressed={answers[question.id] === option.id}
              disabled={!open}
              title={`${question.id}=${option.id}`}
              onClick={() => setChanged({ ...changed, [question.id]: option.id })}
            >
              {text(option.text)}
            </Button>
          ))}
        </fieldset>
      ))}
      {open && (
        <Button
          size="small"
          type={dirty ? 'primary' : 'default'}
          disabled={!dirty}
          loading={busy}
          onClick={() => void save()}
        >
          {t('case.triage.save')}
        </Button>
      )}
    </Section>
  );
}
