/** What if: roads closed, more traffic or less; run as a simulation, beside what is today. */
import { CloseOutlined } from '@ant-design/icons';
import { Button, InputNumber, Progress } from 'antd';
import { useState } from 'react';
import type { WhatIfAnswer } from '../../server/contract/signal-api.ts';
import { setLayer, useDesk } from '../desk/desk.ts';
import { formatNumber } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { useNetwork } from '../desk/network.ts';
import { ApiError } from '../sync/api.ts';
import { startWhatIf } from '../sync/signal-api.ts';
import { useSignalView } from './signal-view.ts';
import { useWhatIf } from './use-signals.ts';

const MINUTES = { least: 5, most: 60, usual: 30 } as const;
const DEMAND = { least: 50, most: 200 } as const;

/** Roads that would be closed: the one that is selected on the map is added. */
function Closed() {
  const { t, text } = useText();
  const closed = useSignalView((s) => s.closed);
  const selection = useDesk((s) => s.selection);
  const { data: network } = useNetwork();
  const nameOf = (id: string): string => {
    const name = network?.links.find((l) => l.id === id)?.name;
    return name ? text(name) : id;
  };
  const selected = selection?.kind === 'link' ? network?.links[selection.index]?.id : undefined;
  return (
    <div className="cb-what-if-closed">
      <span>{t('whatIf.close')}</span>
      <span className="cb-chips">
        {closed.map((id) => (
          <button
            key={id}
            type="button"
            title={t('rules.remove')}
            onClick={() => useSignalView.setState({ closed: closed.filter((c) => c !== id) })}
          >
            {nameOf(id)} <CloseOutlined aria-hidden="true" />
          </button>
        ))}
      </span>
      <Button
        size="small"
        disabled={selected === undefined || closed.includes(selected)}
        onClick={() => selected !== undefined && useSignalView.setState({ closed: [...closed, selected] })}
      >
        {t('whatIf.addSelected')}
      </Button>
    </div>
  );
}

function Totals({ answer }: { readonly answer: WhatIfAnswer }) {
  const { t, language } = useText();
  const shown = useDesk((s) => s.layers?.whatIf === true);
  const { totals, links } = answer;
  if (!totals) return null;
  const rows = [
    { name: 'whatIf.delay', today: totals.delayNowS, changed: totals.delayThenS, digits: 1 },
    { name: 'whatIf.arrived', today: totals.arrivedNow, changed: totals.arrivedThen, digits: 0 },
  ] as const;
  return (
    <>
      <table className="cb-table">
        <thead>
          <tr>
            <th />
            <th>{t('whatIf.now')}</th>
            <th>{t('whatIf.then')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{t(row.name)}</th>
              <td>{formatNumber(row.today, language, row.digits)}</td>
              <td>
                <b>{formatNumber(row.changed, language, row.digits)}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="cb-note">
        {t('whatIf.links', { n: links?.length ?? 0 })}
        {!shown && (
          <Button size="small" type="link" onClick={() => setLayer('whatIf', true)}>
            {t('whatIf.show')}
          </Button>
        )}
        <Button size="small" type="link" onClick={() => useSignalView.setState({ whatIf: null })}>
          {t('whatIf.clear')}
        </Button>
      </p>
    </>
  );
}

export function WhatIf({ id }: { readonly id: string | null }) {
  const { t, text } = useText();
  const closed = useSignalView((s) => s.closed);
  const [demandPct, setDemandPct] = useState(100);
  const [minutes, setMinutes] = useState<number>(MINUTES.usual);
  const [starting, setStarting] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const { data, error } = useWhatIf(id);
  const said = (e: Error): string => (e instanceof ApiError ? text(e.text) : e.message);
  const start = async (): Promise<void> => {
    setStarting(true);
    setFault(null);
    try {
      const answer = await startWhatIf({
        closeLinks: closed,
        minutes,
        ...(demandPct !== 100 && { demandFactor: demandPct / 100 }),
      });
      useSignalView.setState({ whatIf: answer.id });
    } catch (e) {
      if (!(e instanceof Error)) throw e;
      setFault(said(e));
    } finally {
      setStarting(false);
    }
  };
  return (
    <section className="cb-traffic-part">
      <h3>{t('whatIf')}</h3>
      <form
        className="cb-what-if"
        aria-label={t('whatIf')}
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <Closed />
        <p className="cb-note">{t('whatIf.plans')}</p>
        <div className="cb-mode-limits">
          <label>
            {t('whatIf.demand')}{' '}
            <InputNumber
              size="small"
              min={DEMAND.least}
              max={DEMAND.most}
              step={5}
              value={demandPct}
              suffix="%"
              onChange={(v) => setDemandPct(v ?? 100)}
            />
          </label>
          <label>
            {t('whatIf.minutes')}{' '}
            <InputNumber
              size="small"
              min={MINUTES.least}
              max={MINUTES.most}
              step={5}
              value={minutes}
              onChange={(v) => setMinutes(v ?? MINUTES.usual)}
            />
          </label>
          <Button
            size="small"
            type="primary"
            htmlType="submit"
            loading={starting || data?.state === 'running'}
          >
            {t('whatIf.run')}
          </Button>
        </div>
      </form>
      {fault !== null && (
        <p className="cb-warn" role="alert">
          {fault}
        </p>
      )}
      {error && !data && <p className="cb-note">{said(error)}</p>}
      {data?.state === 'running' && <Progress size="small" percent={Math.round(data.progress * 100)} />}
      {data?.state === 'failed' && (
        <p className="cb-warn">{data.reason ? text(data.reason) : t('whatIf.failed')}</p>
      )}
      {data?.state === 'done' && <Totals answer={data} />}
    </section>
  );
}
