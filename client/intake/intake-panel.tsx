/** A call is taken: what, where, who, the questions that decide how urgent it is, and whether it is known already. */
import { App, Button, Input, Select } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { categories, channels } from '../../server/contract/categories.ts';
import { useGiver } from '../account/use-giver.ts';
import { useMay } from '../account/me.ts';
import { flyTo, select, theDock, useDesk } from '../desk/desk.ts';
import { formatDistance, formatNumber } from '../desk/format.ts';
import { useNow, useRecords, useText } from '../desk/hooks.ts';
import { fetchRulebook } from '../sync/api.ts';
import { SeverityBars } from '../ui/severity.tsx';
import { CategoryField } from './category-field.tsx';
import {
  beginDraft,
  callPayload,
  changeDraft,
  clearDraft,
  createPayload,
  faultsOf,
  fieldsInOrder,
  useDraft,
  type Fault,
  type Field,
} from './draft.ts';
import { nearOpen, type NearIncident } from './near.ts';
import { PlaceField } from './place-field.tsx';
import { answersAsked, protocolFor } from './rules.ts';
import { LiveUrgency, TriageQuestions } from './triage-questions.tsx';

const severities = [1, 2, 3, 4] as const;

function NearList({
  near,
  busy,
  attach,
}: {
  readonly near: readonly NearIncident[];
  readonly busy: boolean;
  readonly attach: (incident: string) => void;
}) {
  const { t, text, language } = useText();
  if (near.length === 0) return null;
  return (
    <section className="cb-intake-near" aria-label={t('intake.near')}>
      <h4 role="status">{t('intake.near')}</h4>
      <ul>
        {near.map(({ incident, distanceM, minutes }) => (
          <li key={incident.id}>
            <button
              type="button"
              className="cb-intake-look"
              onClick={() => select({ kind: 'incident', id: incident.id }, { fly: true })}
            >
              <b>#{incident.number}</b> {text(incident.title)}
              <small>
                {t('intake.near.row', {
                  category: text(categories[incident.category].name),
                  distance: formatDistance(distanceM, language),
                  minutes: formatNumber(minutes, language),
                })}
              </small>
            </button>
            <Button size="small" disabled={busy} onClick={() => attach(incident.id)}>
              {t('intake.attach')}
            </Button>
          </li>
        ))}
      </ul>
      <p className="cb-note">{t('intake.near.help')}</p>
    </section>
  );
}

export default function IntakePanel() {
  const { t } = useText();
  const { message } = App.useApp();
  const draft = useDraft();
  const asked = useDesk((s) => s.intakeOpen);
  const incidents = useRecords('incident');
  const nowMs = useNow();
  const allowed = useMay('incident.create');
  const { busy, said, clear, give } = useGiver();
  const { data: rulebook } = useQuery({
    queryKey: ['rulebook'],
    queryFn: ({ signal }) => fetchRulebook(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const ids = useId();

  useEffect(() => {
    if (!asked) return;
    beginDraft(asked.text);
    useDesk.setState({ intakeOpen: null });
  }, [asked]);
  // A call begins with the first thing that is not known yet.
  const { started } = draft;
  useEffect(() => {
    if (started === 0) return undefined;
    const { category, address } = useDraft.getState();
    const first = category === null ? 'category' : address === '' ? 'address' : 'detail';
    const timer = setTimeout(() => document.getElementById(`${ids}-${first}`)?.focus(), 0);
    return () => clearTimeout(timer);
  }, [started, ids]);

  const protocol = protocolFor(rulebook, draft.category, draft.severity);
  const near = useMemo(
    () => nearOpen(incidents, { category: draft.category, position: draft.position, nowMs }, rulebook),
    [incidents, draft.category, draft.position, nowMs, rulebook],
  );
  const faults = faultsOf(draft);
  /** What is still missing is said when somebody wants to go on; what is wrong at once. */
  const shownFault = (field: Field): Fault | undefined => {
    const fault = faults[field];
    return fault && (tried || fault.key.startsWith('text.')) ? fault : undefined;
  };
  const faultId = (field: Field): string | undefined =>
    shownFault(field) ? `${ids}-${field}-fault` : undefined;

  const finished = (incident: string | undefined, sentence: string): void => {
    const { position } = useDraft.getState();
    clearDraft();
    setTried(false);
    void message.success(sentence, 3);
    if (incident === undefined) return;
    select({ kind: 'incident', id: incident });
    if (position) flyTo(position);
    theDock()?.open('details');
  };
  const submit = async (): Promise<void> => {
    if (busy || !allowed) return;
    setTried(true);
    const { category } = draft;
    const wrong = fieldsInOrder.find((field) => faults[field]);
    if (wrong !== undefined || category === null) {
      document.getElementById(`${ids}-${wrong ?? 'category'}`)?.focus();
      return;
    }
    const payload = createPayload({ ...draft, category }, answersAsked(protocol, draft.answers));
    const result = await give('incident.create', payload);
    if (result) finished(result.incident, t('intake.created', { number: result.number ?? '' }));
  };
  const attach = async (incident: string): Promise<void> => {
    if (busy) return;
    const wrong = fieldsInOrder.find((field) => faults[field]?.key.startsWith('text.'));
    if (wrong) {
      document.getElementById(`${ids}-${wrong}`)?.focus();
      return;
    }
    const number = incidents.find((i) => i.id === incident)?.number ?? '';
    if (await give('incident.call', callPayload(draft, incident)))
      finished(incident, t('intake.attached', { number }));
  };
  const onKey = (event: KeyboardEvent): void => {
    const { id, value } = event.target as HTMLInputElement;
    // Lists take Tab as Enter; what was not looked for, and an address that is no hit, must not be taken by going on.
    const goesOn = id === `${ids}-address` || (id === `${ids}-category` && value.trim() === '');
    if (event.key === 'Tab' && goesOn) event.stopPropagation();
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void submit();
  };

  const faultLine = (field: Field) => {
    const fault = shownFault(field);
    return (
      fault && (
        <p id={`${ids}-${field}-fault`} className="cb-field-fault" role="alert">
          {t(fault.key, fault.params)}
        </p>
      )
    );
  };
  const textField = (field: 'callerName' | 'callerPhone') => (
    <div className="cb-field">
      <label htmlFor={`${ids}-${field}`}>{t(`intake.${field}`)}</label>
      <Input
        id={`${ids}-${field}`}
        value={draft[field]}
        autoComplete="off"
        inputMode={field === 'callerPhone' ? 'tel' : 'text'}
        {...(shownFault(field) ? { status: 'error' as const, 'aria-describedby': faultId(field) } : {})}
        onChange={(event) => changeDraft({ [field]: event.target.value })}
      />
      {faultLine(field)}
    </div>
  );
  return (
    <form
      ref={form}
      className="cb-intake"
      aria-label={t('panel.intake')}
      onSubmit={(event) => event.preventDefault()}
      // In the capture phase, before a list that is open takes the key.
      onKeyDownCapture={onKey}
      onChange={said === null ? undefined : clear}
    >
      {!allowed && (
        <p className="cb-field-fault" role="alert">
          {t('intake.notAllowed')}
        </p>
      )}
      <div className="cb-field">
        <label htmlFor={`${ids}-category`}>{t('intake.category')}</label>
        <CategoryField id={`${ids}-category`} faultId={faultId('category')} nextId={`${ids}-address`} />
        {faultLine('category')}
      </div>
      <div className="cb-field">
        <label htmlFor={`${ids}-address`}>{t('intake.address')}</label>
        <PlaceField id={`${ids}-address`} faultId={faultId('address')} />
        {faultLine('address')}
      </div>
      <NearList near={near} busy={busy || !allowed} attach={(incident) => void attach(incident)} />
      <div className="cb-field">
        <label htmlFor={`${ids}-detail`}>{t('intake.detail')}</label>
        <Input.TextArea
          id={`${ids}-detail`}
          value={draft.detail}
          autoSize={{ minRows: 2, maxRows: 6 }}
          {...(shownFault('detail')
            ? { status: 'error' as const, 'aria-describedby': faultId('detail') }
            : {})}
          onChange={(event) => changeDraft({ detail: event.target.value })}
        />
        {faultLine('detail')}
      </div>
      {protocol && <TriageQuestions protocol={protocol} />}
      <div className="cb-intake-two">
        {textField('callerName')}
        {textField('callerPhone')}
      </div>
      <div className="cb-intake-two">
        <div className="cb-field">
          <label htmlFor={`${ids}-channel`}>{t('intake.channel')}</label>
          <Select
            id={`${ids}-channel`}
            value={draft.channel}
            aria-label={t('intake.channel')}
            options={channels.map((channel) => ({ value: channel, label: t(`inc.channel.${channel}`) }))}
            onChange={(channel) => changeDraft({ channel })}
          />
        </div>
        <div className="cb-field">
          <label htmlFor={`${ids}-severity`}>{t('intake.priority')}</label>
          <Select
            id={`${ids}-severity`}
            value={draft.severity ?? 0}
            aria-label={t('intake.priority')}
            options={[
              { value: 0, label: t('intake.priority.byRules') },
              ...severities.map((s) => ({
                value: s as number,
                label: (
                  <span className="cb-sev" data-severity={s}>
                    <SeverityBars severity={s} /> {t(`inc.severity.${s}`)}
                  </span>
                ),
              })),
            ]}
            onChange={(severity) => changeDraft({ severity: severity === 0 ? null : severity })}
          />
        </div>
      </div>
      <footer>
        <LiveUrgency protocol={protocol} />
        {said !== null && (
          <p className="cb-field-fault" role="alert">
            {said}
          </p>
        )}
        <Button type="primary" loading={busy} disabled={!allowed} onClick={() => void submit()}>
          {t('intake.submit')} <kbd>Ctrl ⏎</kbd>
        </Button>
        <Button onClick={clearDraft}>{t('intake.clear')}</Button>
      </footer>
    </form>
  );
}
