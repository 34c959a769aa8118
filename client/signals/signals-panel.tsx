/** Signal control: the list and its modes, plans that are proposed, measurements, special plans. */
import { DashboardOutlined, NodeIndexOutlined } from '@ant-design/icons';
import { Button, Segmented, Tooltip } from 'antd';
import { useMemo } from 'react';
import { theDock } from '../desk/desk.ts';
import { useRecords, useText } from '../desk/hooks.ts';
import { JunctionView } from './junction-view.tsx';
import { Measurements } from './measurements.tsx';
import { Proposals } from './proposals.tsx';
import { countSignals } from './rows.ts';
import { SignalList } from './signal-list.tsx';
import { signalTabs, useSignalView, type SignalTab } from './signal-view.ts';
import { SpecialPlans } from './special-plans.tsx';
import { useInSight, useSelectedSignal } from './use-signals.ts';

const views: Readonly<Record<SignalTab, (props: { readonly shown: boolean }) => React.ReactNode>> = {
  list: SignalList,
  proposals: Proposals,
  measurements: Measurements,
  plans: SpecialPlans,
};

/** What stands behind the list: how corridors are coordinated, how the traffic does. */
const doors = [
  { to: 'corridors', icon: <NodeIndexOutlined /> },
  { to: 'traffic', icon: <DashboardOutlined /> },
] as const;

export default function SignalsPanel() {
  const { t } = useText();
  const tab = useSignalView((s) => s.tab);
  const controls = useRecords('control');
  const measurements = useRecords('measurement');
  const plans = useRecords('special-plan');
  const selected = useSelectedSignal();
  const [box, shown] = useInSight<HTMLDivElement>();
  const counts = useMemo(() => countSignals(controls), [controls]);
  const behind: Partial<Record<SignalTab, number>> = {
    proposals: counts.proposals,
    measurements: measurements.filter((m) => m.state === 'running').length,
    plans: plans.length,
  };
  const View = views[tab];
  return (
    <div ref={box} className="cb-column cb-signals">
      <div className="cb-signal-tabs">
        <Segmented
          block
          size="small"
          value={tab}
          aria-label={t('signals.tabs')}
          onChange={(next) => useSignalView.setState({ tab: next })}
          options={signalTabs.map((value) => ({
            value,
            label:
              (behind[value] ?? 0) > 0
                ? `${t(`signals.tab.${value}`)} ${behind[value]}`
                : t(`signals.tab.${value}`),
          }))}
        />
        {doors.map(({ to, icon }) => (
          <Tooltip key={to} title={t(`panel.${to}`)}>
            <Button
              size="small"
              type="text"
              icon={icon}
              aria-label={t(`panel.${to}`)}
              onClick={() => theDock()?.open(to)}
            />
          </Tooltip>
        ))}
      </div>
      <div className="cb-signal-split" data-beside={selected !== null}>
        <div className="cb-column">
          <View shown={shown} />
        </div>
        {selected !== null && (
          <div className="cb-signal-beside" tabIndex={0} role="region" aria-label={t('signals.junction')}>
            <JunctionView key={selected} id={selected} />
          </div>
        )}
      </div>
    </div>
  );
}
