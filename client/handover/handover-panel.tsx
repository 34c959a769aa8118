/** A shift is handed over: one offers what stands, the other reads it and signs; until then it is said in plain sight. */
import { App, Button } from 'antd';
import { useMemo, useState } from 'react';
import type { HandoverRecord } from '../../server/contract/alarms.ts';
import { useMay, useMe } from '../account/me.ts';
import { useGiver } from '../account/use-giver.ts';
import { timeZone } from '../desk/desk.ts';
import { formatMoment } from '../desk/format.ts';
import { useNow, useRecords, useText } from '../desk/hooks.ts';
import { textFaultOf } from '../intake/draft.ts';
import { HandoverSheet, ItemList } from './handover-sheet.tsx';
import { isOwnOffer, itemsNow, signedAmong, unsignedAmong } from './handover.ts';
import { PrintSheet } from './print-sheet.tsx';

const NOTE_MAX = 2_000;
const SHOWN = 10;

function Unsigned({ handover }: { readonly handover: HandoverRecord }) {
  const { t } = useText();
  const me = useMe();
  const maySign = useMay('handover.sign');
  const { busy, said, give } = useGiver();
  const { message } = App.useApp();
  const own = isOwnOffer(handover, me);
  const mine = maySign && !own;
  const sign = async (): Promise<void> => {
    if (await give('handover.sign', { handover: handover.id }))
      void message.success(t('handover.did.sign'), 3);
  };
  return (
    <section className="cb-handover-open" aria-label={t('handover.unsigned')}>
      <p className="cb-warn" role="status">
        {mine
          ? t('handover.waitsForYou', { name: handover.offeredBy.name })
          : own
            ? t('handover.waitsForOther')
            : t('handover.waits', { name: handover.offeredBy.name })}
      </p>
      <HandoverSheet handover={handover} />
      {said !== null && (
        <p className="cb-field-fault" role="alert">
          {said}
        </p>
      )}
      <div className="cb-form-buttons">
        {mine && (
          <Button type="primary" loading={busy} onClick={() => void sign()}>
            {t('handover.sign')}
          </Button>
        )}
        <PrintSheet handover={handover} />
      </div>
    </section>
  );
}

function Offer() {
  const { t } = useText();
  const nowMs = useNow();
  const { message } = App.useApp();
  const alarms = useRecords('alarm');
  const incidents = useRecords('incident');
  const warnings = useRecords('warning');
  const { busy, said, clear, give } = useGiver();
  const [note, setNote] = useState('');
  const items = useMemo(() => itemsNow({ alarms, incidents, warnings }), [alarms, incidents, warnings]);
  const fault = textFaultOf(note, NOTE_MAX);
  const offer = async (): Promise<void> => {
    if (fault || busy) return;
    if (!(await give('handover.offer', { note: note.trim() }))) return;
    setNote('');
    void message.success(t('handover.did.offer'), 3);
  };
  return (
    <form
      className="cb-handover-offer"
      aria-label={t('handover.offer')}
      onChange={said === null ? undefined : clear}
      onSubmit={(event) => {
        event.preventDefault();
        void offer();
      }}
    >
      <h3>{t('handover.offer')}</h3>
      <label className="cb-field">
        {t('handover.note')}
        <textarea
          className="cb-input"
          rows={3}
          value={note}
          maxLength={NOTE_MAX}
          placeholder={t('handover.note.help')}
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      {fault && <p className="cb-field-fault">{t(fault.key, fault.params)}</p>}
      {said !== null && (
        <p className="cb-field-fault" role="alert">
          {said}
        </p>
      )}
      <div className="cb-form-buttons">
        <Button type="primary" htmlType="submit" loading={busy} disabled={fault !== null}>
          {t('handover.offer.do', { n: items.length })}
        </Button>
      </div>
      <h4>{t('handover.now')}</h4>
      <ItemList items={items} atMs={nowMs} />
    </form>
  );
}

function Before() {
  const { t, language } = useText();
  const nowMs = useNow();
  const signed = signedAmong(useRecords('handover')).slice(0, SHOWN);
  if (signed.length === 0) return null;
  return (
    <section>
      <h3>{t('handover.before')}</h3>
      {signed.map((h) => (
        <details key={h.id}>
          <summary>
            {t('handover.line', {
              from: h.offeredBy.name,
              to: h.signedBy?.name ?? '',
              time: formatMoment(h.signedAtMs ?? h.offeredAtMs, nowMs, language, timeZone()),
              n: h.items.length,
            })}
          </summary>
          <HandoverSheet handover={h} />
          <PrintSheet handover={h} />
        </details>
      ))}
    </section>
  );
}

export default function HandoverPanel() {
  const { t } = useText();
  const mayOffer = useMay('handover.offer');
  const unsigned = unsignedAmong(useRecords('handover'));
  return (
    <div className="cb-handover">
      {unsigned.map((handover) => (
        <Unsigned key={handover.id} handover={handover} />
      ))}
      {mayOffer ? <Offer /> : <p className="cb-note">{t('handover.readOnly')}</p>}
      <Before />
    </div>
  );
}
