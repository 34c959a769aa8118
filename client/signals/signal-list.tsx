/** The list of signals with what was measured there, several at once by keyboard, and the form that sets their mode. */
import { Button } from 'antd';
import { useEffect } from 'react';
import { signalModes } from '../../server/contract/signal-control.ts';
import { useMay } from '../account/me.ts';
import { formatNumber } from '../desk/format.ts';
import { useDistrictNames, useRecords, useText } from '../desk/hooks.ts';
import { preferList, registerList } from '../desk/list-focus.ts';
import { useRun } from '../dispatch/use-run.ts';
import { VirtualList } from '../ui/virtual-list.tsx';
import { CompareSwitch } from './compare-switch.tsx';
import { showSignal, signalDeeds } from './deeds.ts';
import { GroundWord, LosMark, Seconds } from './marks.tsx';
import { ModeForm } from './mode-form.tsx';
import { isFilteringSignals, meantSignals, noSignalFilter, type SignalRow } from './rows.ts';
import { SignalFilters } from './signal-filters.tsx';
import { clearSignalMarks, markedAfter, useSignalView } from './signal-view.ts';
import { useSelectedSignal, useSignalRows } from './use-signals.ts';

const ROW_PX = 42;
/** Keys of `signal-actions.ts`. */
const modeKeys = { local: '⇧L', advice: '⇧P', auto: '⇧U' } as const;

function Row({ row }: { readonly row: SignalRow }) {
  const { t, text, language } = useText();
  const { control, line } = row;
  return (
    <div className="cb-signal">
      <LosMark los={line?.los ?? null} />
      <span className="cb-signal-name" title={text(row.name)}>
        {text(row.name)}
      </span>
      <span className="cb-num">
        <Seconds value={line?.delayS} />
      </span>
      <span className="cb-num" data-warn={line?.spillBack === true}>
        {formatNumber(line?.queue, language)}
      </span>
      <span className="cb-signal-line">
        <span className="cb-mode" data-mode={control.mode}>
          {t(`signals.mode.${control.mode}`)}
        </span>
        <GroundWord control={control} />
        {line?.spillBack && <span className="cb-signal-spill">{t('signals.spillBack')}</span>}
        {control.proposal && <span className="cb-signal-proposal">{t('signals.hasProposal')}</span>}
        {control.measurement !== undefined && <span>{t('signals.measured')}</span>}
      </span>
    </div>
  );
}

/** What the modes would be set for, and the buttons that ask for one. */
function ModeBar({ rows }: { readonly rows: readonly SignalRow[] }) {
  const { t, text } = useText();
  const may = useMay('signal.mode');
  const marks = useSignalView((s) => s.marks);
  const district = useSignalView((s) => s.filter.district);
  const asked = useSignalView((s) => s.ask !== null);
  const selected = useSelectedSignal();
  const names = useDistrictNames();
  const { run } = useRun();
  if (!may || asked) return null;
  const meant = meantSignals(rows, marks, selected, district);
  const marked = meant.length > 0 && marks.has(meant[0]!);
  const ofDistrict = rows.filter((r) => r.control.district === district).map((r) => r.id);
  const name = names.get(district);
  return (
    <div className="cb-signal-do" role="group" aria-label={t('signals.setMode')}>
      <p role="status">
        {meant.length === 0 ? t('signals.noneMeant') : t('signals.meant', { n: meant.length })}
        {marked && (
          <Button size="small" type="link" onClick={clearSignalMarks}>
            {t('alarm.unmark')}
          </Button>
        )}
      </p>
      {signalModes.map((mode) => (
        <Button
          key={mode}
          size="small"
          disabled={meant.length === 0}
          onClick={() => void run(() => signalDeeds.askMode(mode, meant))}
        >
          {t(`signals.mode.${mode}`)} <kbd>{modeKeys[mode]}</kbd>
        </Button>
      ))}
      {district !== '' && ofDistrict.length > meant.length && (
        <Button
          size="small"
          onClick={() => useSignalView.setState({ marks: new Set(ofDistrict), anchor: null })}
        >
          {t('signals.markDistrict', { name: name ? text(name) : district, n: ofDistrict.length })}
        </Button>
      )}
    </div>
  );
}

export function SignalList({ shown }: { readonly shown: boolean }) {
  const { t } = useText();
  const controls = useRecords('control');
  const rows = useSignalRows(shown);
  const { filter, marks, anchor, ask } = useSignalView();
  const selected = useSelectedSignal();
  // Out of sight nothing stays marked.
  useEffect(() => clearSignalMarks, []);
  if (controls.length === 0) return <p className="cb-empty">{t('signals.empty')}</p>;
  return (
    <>
      {/* In a low panel the form takes their room: the list it is about stays in sight. */}
      {ask ? (
        <ModeForm key={`${ask.mode} ${ask.signals.join()}`} {...ask} />
      ) : (
        <>
          <SignalFilters controls={controls} />
          <CompareSwitch controls={controls} />
        </>
      )}
      <div className="cb-signal cb-table-head" aria-hidden="true">
        <span />
        <span>
          {t('signals.name')}{' '}
          <small>{t('signals.shown', { shown: rows.length, total: controls.length })}</small>
        </span>
        <span className="cb-num">{t('signals.delay')}</span>
        <span className="cb-num">{t('signals.queue')}</span>
      </div>
      {rows.length === 0 ? (
        <p className="cb-empty">
          {t('signals.empty.filtered')}
          {isFilteringSignals(filter) && (
            <Button
              size="small"
              type="link"
              onClick={() => useSignalView.setState({ filter: { ...noSignalFilter, sort: filter.sort } })}
            >
              {t('inc.filter.clear')}
            </Button>
          )}
        </p>
      ) : (
        <VirtualList
          items={rows}
          rowPx={ROW_PX}
          label={t('panel.signals')}
          keyOf={rowId}
          chosen={selected}
          onChoose={(row) => showSignal(row.id, false)}
          renderRow={(row) => <Row row={row} />}
          register={registerList}
          prefer={preferList}
          marking={{
            has: (row) => marks.has(row.id),
            any: marks.size > 0,
            act: (act) => useSignalView.setState(markedAfter({ marks, anchor }, rows, act)),
          }}
        />
      )}
      <ModeBar rows={rows} />
    </>
  );
}
const rowId = (row: SignalRow): string => row.id;
