/** Which panels there are, each fetched when first opened, in a frame that dims when the connection is lost. */
import { Alert, Button } from 'antd';
import { Component, lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import type { PanelId } from '../desk/desk.ts';
import { formatAgo } from '../desk/format.ts';
import { useConnection, useNow, useText } from '../desk/hooks.ts';

export const panelViews: Readonly<Record<PanelId, ComponentType>> = {
  vitals: lazy(() => import('../traffic/vitals-panel.tsx')),
  layers: lazy(() => import('../traffic/layers-panel.tsx')),
  legend: lazy(() => import('../traffic/legend-panel.tsx')),
  incidents: lazy(() => import('../incidents/incidents-panel.tsx')),
  units: lazy(() => import('../services/units-panel.tsx')),
  services: lazy(() => import('../services/services-panel.tsx')),
  feeds: lazy(() => import('../feeds/feeds-panel.tsx')),
  details: lazy(() => import('./details/details-panel.tsx')),
  search: lazy(() => import('./search-panel.tsx')),
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
  useNow();
  return (
    <p className="cb-stale-note">
      {t('panel.stale', { age: formatAgo(Date.now() - state.lastMessageAtMs, language) })}
    </p>
  );
}

export function PanelFrame({ id, children }: { readonly id: PanelId; readonly children: ReactNode }) {
  const { t } = useText();
  const { phase, lastMessageAtMs } = useConnection();
  const stale = lastMessageAtMs > 0 && (phase === 'reconnecting' || phase === 'stale');
  return (
    <section className="cb-panel" data-panel={id} data-stale={stale} aria-label={t(`panel.${id}`)}>
      {stale && id !== 'legend' && id !== 'layers' && <StaleNote />}
      <PanelFence say={(reason) => t('app.panelFailed', { reason })} retry={t('app.retry')}>
        <Suspense fallback={<p className="cb-empty">{t('app.loading')}</p>}>{children}</Suspense>
      </PanelFence>
    </section>
  );
}
