/** Which panels there are, each fetched when first opened, in a frame that dims when the connection is lost. */
import { Alert, Button } from 'antd';
import { Component, lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import type { PanelId } from '../desk/desk-panels.ts';
import { formatAgo } from '../desk/format.ts';
import { useConnection, useLocalNow, useText } from '../desk/hooks.ts';

const loaders = {
  vitals: () => import('../traffic/vitals-panel.tsx'),
  layers: () => import('../traffic/layers-panel.tsx'),
  legend: () => import('../traffic/legend-panel.tsx'),
  incidents: () => import('../incidents/incidents-panel.tsx'),
  units: () => import('../dispatch/units-panel.tsx'),
  services: () => import('../services/services-panel.tsx'),
  feeds: () => import('../feeds/feeds-panel.tsx'),
  details: () => import('./details/details-panel.tsx'),
  search: () => import('./search-panel.tsx'),
  intake: () => import('../intake/intake-panel.tsx'),
  evaluation: () => import('../evaluation/evaluation-panel.tsx'),
  alarms: () => import('../alarms/alarms-panel.tsx'),
  rules: () => import('../alarm-rules/rules-panel.tsx'),
  'alarm-kpi': () => import('../alarm-kpi/kpi-panel.tsx'),
  warnings: () => import('../warnings/warnings-panel.tsx'),
  handover: () => import('../handover/handover-panel.tsx'),
  signals: () => import('../signals/signals-panel.tsx'),
  corridors: () => import('../signals/corridor-panel.tsx'),
  traffic: () => import('../signals/traffic-panel.tsx'),
} satisfies Readonly<Record<PanelId, () => Promise<{ default: ComponentType }>>>;

export const panelViews = Object.fromEntries(
  Object.entries<() => Promise<{ default: ComponentType }>>(loaders).map(([id, load]) => [id, lazy(load)]),
) as Record<string, ComponentType> as Readonly<Record<PanelId, ComponentType>>;

/** Fetches the panels that stand open by default, together: one wave instead of one after the other. */
export const loadPanels = async (): Promise<void> => {
  await Promise.all([loaders.vitals(), loaders.alarms(), loaders.incidents(), loaders.details()]);
};

/** A panel that breaks says so and leaves the others alone. */
class PanelFence extends Component<
  { readonly children: ReactNode; readonly say: (reason: string) => string; readonly retry: string },
  { readonly failed: string | null }
> {
  override state = { failed: null as string | null };
  static getDerivedStateFromError(error: unknown): { failed: string } {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
  override render(): ReactNode {
    if (this.state.failed === null) return this.props.children;
    return (
      <Alert
        type="error"
        showIcon
        title={this.props.say(this.state.failed)}
        action={
          <Button size="small" onClick={() => this.setState({ failed: null })}>
            {this.props.retry}
          </Button>
        }
      />
    );
  }
}

function StaleNote() {
  const { t, language } = useText();
  const state = useConnection();
  const nowMs = useLocalNow();
  return (
    <p className="cb-stale-note">
      {t('panel.stale', { age: formatAgo(nowMs - state.lastMessageAtMs, language) })}
    </p>
  );
}

export function PanelFrame({ id, children }: { readonly id: PanelId; readonly children: ReactNode }) {
  const { t } = useText();
  const { phase, lastMessageAtMs } = useConnection();
  const stale = lastMessageAtMs > 0 && (phase === 'reconnecting' || phase === 'stale');
  return (
    <section
      className="cb-panel"
      data-panel={id}
      data-stale={stale}
      aria-label={t(`panel.${id}`)}
      tabIndex={id === 'legend' || id === 'vitals' || id === 'details' ? 0 : undefined}
    >
      {stale && id !== 'legend' && id !== 'layers' && <StaleNote />}
      <PanelFence say={(reason) => t('app.panelFailed', { reason })} retry={t('app.retry')}>
        <Suspense fallback={<p className="cb-empty">{t('app.loading')}</p>}>{children}</Suspense>
      </PanelFence>
    </section>
  );
}
