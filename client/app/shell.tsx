/** The desk of an officer: top bar, the map behind, panels docked round it, command line and help over all. */
import { App } from 'antd';
import { lazy, Suspense, useCallback, useEffect } from 'react';
import { AlarmStrip } from '../alarms/alarm-strip.tsx';
import { theDock, useDesk } from '../desk/desk.ts';
import { useText } from '../desk/hooks.ts';
import { useRouteLines } from '../dispatch/route-lines.ts';
import { playTone } from '../dispatch/tone.ts';
import { SignalMap } from '../signals/signal-map.ts';
import type { Outcome } from './actions.ts';
import { CommandLine } from './command-line.tsx';
import { ConnectionBanner } from './connection.tsx';
import { listenForKeys } from './keys.ts';
import { useMapEvents } from './map-events.ts';
import { TopBar } from './top-bar.tsx';

const DockArea = lazy(() => import('./dock.tsx'));
const Help = lazy(() => import('./help.tsx'));

export function Shell({ mapElement }: { readonly mapElement: HTMLElement }) {
  const { t } = useText();
  const { message } = App.useApp();
  const helpOpen = useDesk((s) => s.helpOpen);
  const commandOpen = useDesk((s) => s.commandOpen);
  const mapError = useDesk((s) => s.mapError);
  const intakeAsked = useDesk((s) => s.intakeOpen !== null);
  useMapEvents();
  useEffect(() => {
    if (!intakeAsked) return;
    useDesk.setState({ panelsShown: true });
    theDock()?.open('intake');
  }, [intakeAsked]);
  useRouteLines();
  const report = useCallback(
    (outcome: Outcome) => {
      if (!outcome.said) return;
      playTone(outcome.ok);
      const content = t(outcome.said.key, outcome.said.params);
      if (outcome.ok) void message.info(content, 2);
      else void message.warning(content, 4);
    },
    [message, t],
  );
  useEffect(() => listenForKeys(window, report), [report]);
  return (
    <>
      <TopBar />
      <AlarmStrip />
      <SignalMap />
      <ConnectionBanner />
      {mapError !== null && (
        <p className="cb-map-error" role="alert">
          {t('app.noMap', { reason: mapError })}
        </p>
      )}
      <Suspense fallback={null}>
        <DockArea mapElement={mapElement} report={report} />
      </Suspense>
      {commandOpen && <CommandLine report={report} />}
      <Suspense fallback={null}>{helpOpen && <Help />}</Suspense>
    </>
  );
}
