/** The React side of the screen: providers of language, theme and queries round the shell or the wall. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider, theme as antTheme, type ThemeConfig } from 'antd';
import type { Locale } from 'antd/es/locale/index.js';
import enUS from 'antd/es/locale/en_US.js';
import zhCN from 'antd/es/locale/zh_CN.js';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn.js';
import { lazy, StrictMode, Suspense, useEffect, useMemo } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { useAccount } from '../account/me.ts';
import { cityMap, useDesk } from '../desk/desk.ts';
import { i18n } from '../i18n/i18n.ts';
import { fontStack, tokens, type Theme } from '../ui/tokens.ts';
import { Shell } from './shell.tsx';
import { showTheme } from './theme.ts';

const Wall = lazy(() => import('./wall.tsx'));

/** The bundler gives the locale itself, Node's rules (and the types) the module round it. */
const localeOf = (module: Locale | { readonly default: Locale }): Locale =>
  'default' in module ? module.default : module;

/** What is said for a moment must not lie over the buttons of the bar. */
const BELOW_BAR_PX = 44;

const queries = new QueryClient({
  defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: true, networkMode: 'always' } },
});

/** Two Chinese characters stand together as everywhere else. */
const plainButtons = { autoInsertSpace: false } as const;

function antConfig(theme: Theme): ThemeConfig {
  const k = tokens[theme];
  return {
    algorithm:
      theme === 'dark'
        ? [antTheme.darkAlgorithm, antTheme.compactAlgorithm]
        : [antTheme.defaultAlgorithm, antTheme.compactAlgorithm],
    token: {
      colorPrimary: k.accent,
      colorLink: k.accent,
      colorBgBase: k.surface.panel,
      colorBgContainer: k.surface.raised,
      colorBgElevated: k.surface.raised,
      colorTextBase: k.text.main,
      colorTextSecondary: k.text.muted,
      colorTextTertiary: k.text.muted,
      colorTextDescription: k.text.muted,
      colorTextPlaceholder: k.text.muted,
      colorBorder: k.border.strong,
      colorBorderSecondary: k.border.line,
      colorError: k.severity[1],
      colorWarning: k.severity[2],
      colorTextLightSolid: k.text.onAccent,
      borderRadius: 3,
      fontFamily: fontStack,
      // The compact algorithm takes two off: 13 on the screen.
      fontSize: 15,
      motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    },
    components: { Tooltip: { colorBgSpotlight: k.surface.hover, colorTextLightSolid: k.text.main } },
  };
}

function Screen({ mapElement }: { readonly mapElement: HTMLElement }) {
  const { language, theme, wall } = useDesk();
  useEffect(() => {
    showTheme(theme, language);
    dayjs.locale(language === 'zh-CN' ? 'zh-cn' : 'en');
    void i18n.changeLanguage(language);
    const map = cityMap();
    map?.setTheme(theme);
    map?.setLanguage(language);
  }, [language, theme]);
  const config = useMemo(() => antConfig(theme), [theme]);
  return (
    <I18nextProvider i18n={i18n}>
      <ConfigProvider
        button={plainButtons}
        theme={config}
        locale={localeOf(language === 'zh-CN' ? zhCN : enUS)}
      >
        <AntApp component={false} message={{ maxCount: 3, top: BELOW_BAR_PX }}>
          <QueryClientProvider client={queries}>
            <Suspense fallback={null}>
              {wall ? <Wall mapElement={mapElement} /> : <Shell mapElement={mapElement} />}
            </Suspense>
          </QueryClientProvider>
        </AntApp>
      </ConfigProvider>
    </I18nextProvider>
  );
}

/** What was answered to the person before is not shown to the next. */
function clearWithPerson(): void {
  useAccount.subscribe((now, before) => {
    if (now.person?.id !== before.person?.id || now.person?.role !== before.person?.role)
      void queries.resetQueries();
  });
}

export function mountScreen(root: HTMLElement, mapElement: HTMLElement): void {
  clearWithPerson();
  createRoot(root).render(
    <StrictMode>
      <Screen mapElement={mapElement} />
    </StrictMode>,
  );
}
