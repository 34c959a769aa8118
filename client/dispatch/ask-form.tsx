/** The one form for everything that needs a word more than a click: a reason, a department, a number. */
import { Button, Input, InputNumber, Rate, Segmented, Select } from 'antd';
import { useState } from 'react';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { departmentName, useDepartments } from '../desk/departments.ts';
import { session } from '../desk/desk.ts';
import { useText } from '../desk/hooks.ts';
import { refused, type Outcome } from '../desk/outcome.ts';
import { asks, type AskKind } from './asks.ts';
import { askFor } from './case-view.ts';
import { caseDeeds } from './deeds.ts';
import { useRun } from './use-run.ts';

interface Filled {
  readonly department: string;
  readonly number: number | null;
  readonly words: string | undefined;
}

function carryOut(kind: AskKind, id: string, f: Filled): Outcome | Promise<Outcome> {
  const words = f.words ?? '';
  switch (kind) {
    case 'level':
      return caseDeeds.sendUnits(id, undefined, { level: f.number ?? 1 });
    case 'task':
      return caseDeeds.task(id, f.department, words);
    case 'transfer':
      return caseDeeds.transfer(id, f.department, words);
    case 'return':
      return caseDeeds.giveBack(id, words);
    case 'call':
      return caseDeeds.call(id, words);
    case 'severity':
      return caseDeeds.edit(id, { severity: f.number ?? 4 });
    case 'place':
      return caseDeeds.place(id, words);
    case 'merge': {
      const into = [...session().mirror.records.incident.values()].find((i) => i.number === f.number);
      return into ? caseDeeds.merge(id, into.id) : refused('cmd.noCase', { q: `#${f.number ?? ''}` });
    }
    case 'resolve':
      return caseDeeds.resolve(id, f.words);
    case 'reject':
      return caseDeeds.verify(id, false, words);
    case 'close':
      return caseDeeds.closeCase(id, f.words);
    case 'evaluate':
      return caseDeeds.evaluate(id, f.number ?? undefined, f.words);
    case 'reopen':
      return caseDeeds.reopen(id, words);
    case 'release':
      return caseDeeds.release(id);
    case 'supervise':
      return caseDeeds.supervise(id, words);
    case 'reveal':
      return caseDeeds.reveal(id, words);
  }
}

export function AskForm({ incident, kind }: { readonly incident: IncidentRecord; readonly kind: AskKind }) {
  const { t, language } = useText();
  const { run, busy } = useRun();
  const departments = useDepartments();
  const ask = asks[kind];
  const [department, setDepartment] = useState<string | null>(null);
  const [number, setNumber] = useState<number | null>(
    ask.number === 'level'
      ? (incident.case.plan?.level ?? 1) + 1
      : ask.number === 'severity'
        ? incident.severity
        : null,
  );
  const [words, setWords] = useState('');
  const said = words.trim();
  const early = ask.early?.(incident) === true;
  const wanted = t(early ? 'ask.early.words' : (`ask.${kind}.words` as 'ask.resolve.words'));
  const lacking =
    ((ask.text === 'needed' || early) && said === '') ||
    (ask.department === true && department === null) ||
    (ask.number !== undefined && ask.number !== 'satisfaction' && number === null);
  const submit = async (): Promise<void> => {
    if (lacking || busy) return;
    const filled = { department: department ?? '', number, words: said === '' ? undefined : said };
    if (await run(() => carryOut(kind, incident.id, filled))) askFor(incident.id, null);
  };
  return (
    <form
      ref={(form) => form?.scrollIntoView({ block: 'nearest' })}
      className="cb-ask-form"
      aria-label={t(`ask.${kind}`)}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        askFor(incident.id, null);
      }}
    >
      <b>{t(`ask.${kind}`)}</b>
      {ask.department && (
        <Select
          autoFocus
          showSearch={{ optionFilterProp: 'label' }}
          size="small"
          value={department}
          placeholder={t('arg.department')}
          aria-label={t('arg.department')}
          onChange={setDepartment}
          options={departments.map((d) => ({
            value: d.id,
            label: departmentName(d.id, departments, language),
          }))}
        />
      )}
      {(ask.number === 'level' || ask.number === 'severity') && (
        <Segmented
          size="small"
          value={number ?? 1}
          onChange={setNumber}
          options={(ask.number === 'level' ? [1, 2, 3, 4, 5] : [1, 2, 3, 4]).map((n) => ({
            value: n,
            label: ask.number === 'level' ? String(n) : t(`inc.severity.${n as 1 | 2 | 3 | 4}`),
          }))}
        />
      )}
      {ask.number === 'case' && (
        <InputNumber
          autoFocus
          size="small"
          controls={false}
          prefix="#"
          value={number}
          aria-label={t('arg.case')}
          placeholder={t('arg.case')}
          onChange={setNumber}
        />
      )}
      {ask.number === 'satisfaction' && (
        <label className="cb-ask-rate">
          {t('arg.satisfaction')} <Rate value={number ?? 0} onChange={(n) => setNumber(n === 0 ? null : n)} />
        </label>
      )}
      {ask.text && (
        <Input
          autoFocus={!ask.department}
          size="small"
          maxLength={500}
          value={words}
          placeholder={wanted}
          aria-label={wanted}
          onChange={(event) => setWords(event.target.value)}
        />
      )}
      <div className="cb-ask-buttons">
        <Button size="small" type="primary" htmlType="submit" disabled={lacking} loading={busy}>
          {t('ask.do')}
        </Button>
        <Button size="small" onClick={() => askFor(incident.id, null)}>
          {t('ask.cancel')}
        </Button>
      </div>
    </form>
  );
}
