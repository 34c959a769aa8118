/** What can be said of a unit from here: its next status, that its crew is well, out of service with a reason. */
import { CheckOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useState } from 'react';
import type { UnitRecord } from '../../server/contract/records.ts';
import { useMay } from '../account/me.ts';
import { session } from '../desk/desk.ts';
import { useNow, useRecords, useText } from '../desk/hooks.ts';
import { CountdownChip } from './bits.tsx';
import { assignmentOf } from './board.ts';
import { parCountdown } from './countdown.ts';
import { caseDeeds, type StatusWord } from './deeds.ts';
import { laterStatuses } from './unit-status.ts';
import { useRun } from './use-run.ts';

export function UnitActions({ unit }: { readonly unit: UnitRecord }) {
  const { t } = useText();
  const nowMs = useNow();
  // The case says what the unit does for it.
  useRecords('incident');
  const mayMove = useMay('assignment.status');
  const mayServe = useMay('unit.service');
  const { run, busy } = useRun();
  const [leaving, setLeaving] = useState(false);
  const [reason, setReason] = useState('');
  if (!mayMove && !mayServe) return null;
  const a = assignmentOf(unit, session().mirror.records.incident);
  const par = a?.status === 'on-scene' ? parCountdown(a.parDueAtMs, a.parOverdue === true, nowMs) : null;
  const set = async (status: StatusWord, words?: string): Promise<void> => {
    if (await run(() => caseDeeds.status(unit.id, status, words))) setLeaving(false);
  };
  const out = unit.outOfService !== undefined;
  return (
    <div className="cb-unit-do" role="group" aria-label={t('board.actions', { unit: unit.callsign })}>
      <b>{unit.callsign}</b>
      {mayMove &&
        a &&
        laterStatuses(a).map((status) => (
          <Button
            key={status}
            size="small"
            loading={busy}
            onClick={() => void set(status === 'cleared' ? 'available' : status)}
          >
            {t(`case.to.${status}`)}
          </Button>
        ))}
      {par && (
        <Button
          size="small"
          icon={<CheckOutlined />}
          loading={busy}
          onClick={() => void run(() => caseDeeds.par(unit.id))}
        >
          PAR <CountdownChip of={par} />
        </Button>
      )}
      {mayServe &&
        (out ? (
          <Button size="small" loading={busy} onClick={() => void set('in-service')}>
            {t('board.inService')}
          </Button>
        ) : (
          <Button size="small" aria-expanded={leaving} onClick={() => setLeaving(!leaving)}>
            {t('board.outOfService')}
          </Button>
        ))}
      {leaving && !out && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (reason.trim() !== '') void set('out-of-service', reason.trim());
          }}
        >
          <Input
            autoFocus
            size="small"
            maxLength={500}
            value={reason}
            placeholder={t('board.reason')}
            aria-label={t('board.reason')}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button size="small" htmlType="submit" disabled={reason.trim() === ''} loading={busy}>
            {t('ask.do')}
          </Button>
        </form>
      )}
    </div>
  );
}
