/** The dock of panels over the map. Loaded after the map; on a wall it is not loaded at all. */
import { CloseOutlined, ExpandOutlined, ExportOutlined } from '@ant-design/icons';
import {
  DockviewReact,
  type DockviewApi,
  type DockviewReadyEvent,
  type IDockviewHeaderActionsProps,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { placeDock, useDesk, type Dock } from '../desk/desk.ts';
import { panelIds, type PanelId } from '../desk/desk-panels.ts';
import { useText } from '../desk/hooks.ts';
import type { Outcome } from './actions.ts';
import {
  defaultLayout,
  keepLayout,
  MAP_WINDOW,
  movePanel,
  openPanel,
  placeMapElement,
  rememberMapRect,
  renamePanels,
  restoreLayout,
} from './layout.ts';
import { PanelFrame, panelViews } from './panels.tsx';
import { dressPopout } from './popout.ts';

const KEEP_AFTER_MS = 400;

function Tab({ api }: IDockviewPanelHeaderProps) {
  const { t } = useText();
  if (api.id === MAP_WINDOW) return null;
  return <span className="cb-tab">{t(`panel.${api.id as PanelId}`)}</span>;
}

function GroupActions({ activePanel, containerApi }: IDockviewHeaderActionsProps) {
  const { t } = useText();
  if (!activePanel || activePanel.id === MAP_WINDOW) return null;
  const button = (label: string, icon: React.ReactNode, run: () => void) => (
    <button type="button" className="cb-tab-action" title={label} aria-label={label} onClick={run}>
      {icon}
    </button>
  );
  return (
    <div className="cb-tab-actions">
      {activePanel.api.location.type === 'grid' && (
        <>
          {button(t('panel.maximise'), <ExpandOutlined />, () => {
            if (containerApi.hasMaximizedGroup()) containerApi.exitMaximizedGroup();
            else containerApi.maximizeGroup(activePanel);
          })}
          {button(t('panel.pop'), <ExportOutlined />, () => {
            void containerApi.addPopoutGroup(activePanel);
          })}
        </>
      )}
      {button(t('panel.close'), <CloseOutlined />, () => activePanel.api.close())}
    </div>
  );
}

const components: Record<string, React.FunctionComponent<IDockviewPanelProps>> = {
  [MAP_WINDOW]: () => null,
  ...Object.fromEntries(
    panelIds.map((id) => {
      const View = panelViews[id];
      const Panel = () => (
        <PanelFrame id={id}>
          <View />
        </PanelFrame>
      );
      return [id, Panel];
    }),
  ),
};

export default function DockArea({
  mapElement,
  report,
}: {
  readonly mapElement: HTMLElement;
  readonly report: (outcome: Outcome) => void;
}) {
  const { t } = useText();
  const theme = useDesk((s) => s.theme);
  const shown = useDesk((s) => s.panelsShown);
  const api = useRef<DockviewApi | null>(null);
  const handle = useRef<Dock | null>(null);
  const said = useRef(t);
  useEffect(() => {
    said.current = t;
  }, [t]);

  const followMapWindow = useCallback(() => {
    if (!useDesk.getState().panelsShown || useDesk.getState().wall) {
      placeMapElement(mapElement, null);
      return;
    }
    const element = api.current?.getPanel(MAP_WINDOW)?.group.element;
    const rect = element?.getBoundingClientRect();
    // A maximised panel hides the map's window: the map stays where it was, behind.
    if (!rect || rect.width < 40 || rect.height < 40) return;
    placeMapElement(mapElement, rect);
    rememberMapRect(rect);
  }, [mapElement]);

  const ready = useCallback(
    (event: DockviewReadyEvent) => {
      const dock = event.api;
      api.current = dock;
      restoreLayout(dock, said.current);
      let keep: ReturnType<typeof setTimeout> | undefined;
      let frame = 0;
      dock.onDidLayoutChange(() => {
        clearTimeout(keep);
        keep = setTimeout(() => keepLayout(dock), KEEP_AFTER_MS);
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(followMapWindow);
      });
      // While something is dragged the map's window takes drops at its edges; else the pointer is the map's.
      const dragging = (): void => document.body.classList.add('cb-dragging');
      dock.onWillDragPanel(dragging);
      dock.onWillDragGroup(dragging);
      dock.onDidAddPopoutGroup((popout) => dressPopout(popout.window, report));
      dock.onDidOpenPopoutWindowFail(() => report({ ok: false, said: { key: 'panel.pop.blocked' } }));
      handle.current = {
        open: (id) => openPanel(dock, id, said.current),
        resetLayout: () => defaultLayout(dock, said.current),
        move: (id, side) => movePanel(dock, id, side, said.current),
        close: (id) => {
          const panel = dock.getPanel(id);
          panel?.api.close();
          return panel !== undefined;
        },
        popOut: () => {
          const panel = dock.activePanel;
          return panel && panel.id !== MAP_WINDOW ? dock.addPopoutGroup(panel) : Promise.resolve(false);
        },
        maximise: () => {
          const panel = dock.activePanel;
          if (dock.hasMaximizedGroup()) dock.exitMaximizedGroup();
          else if (panel && panel.id !== MAP_WINDOW) dock.maximizeGroup(panel);
        },
      };
      placeDock(handle.current);
      followMapWindow();
    },
    [followMapWindow, report],
  );

  useEffect(() => {
    if (api.current) renamePanels(api.current, t);
  }, [t]);
  useEffect(
    () =>
      useDesk.subscribe((now, before) => {
        if (now.panelsShown !== before.panelsShown) requestAnimationFrame(followMapWindow);
      }),
    [followMapWindow],
  );
  useEffect(() => {
    const onResize = (): void => void requestAnimationFrame(followMapWindow);
    const dropped = (): void => document.body.classList.remove('cb-dragging');
    const endsOfDrag = ['dragend', 'drop', 'pointerup'] as const;
    // React may take effects down and up again without a new dock.
    placeDock(handle.current);
    addEventListener('resize', onResize);
    for (const end of endsOfDrag) addEventListener(end, dropped);
    return () => {
      removeEventListener('resize', onResize);
      for (const end of endsOfDrag) removeEventListener(end, dropped);
      placeDock(null);
      placeMapElement(mapElement, null);
    };
  }, [followMapWindow, mapElement]);

  const dockTheme = useMemo(
    () => ({ name: 'city-brain', className: 'cb-dock-theme', colorScheme: theme, gap: 1 }) as const,
    [theme],
  );
  return (
    <main className="cb-dock" hidden={!shown} aria-label={t('app.panels')}>
      <DockviewReact
        components={components}
        defaultTabComponent={Tab}
        rightHeaderActionsComponent={GroupActions}
        theme={dockTheme}
        popoutUrl="/popout.html"
        disableTabsOverflowList={false}
        onReady={ready}
      />
    </main>
  );
}
