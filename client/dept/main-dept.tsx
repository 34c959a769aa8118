/**
 * Where the page of a department starts (`/dept/fire`): a phone with a bad connection gets no map and no desk, only what
 * a crew needs. Somebody signs in first; then the same session, mirror and commands as on every screen.
 */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { answered } from '../account/answered.ts';
import { loadSession, takeRememberedEnd, useAccount, watchAccount } from '../account/me.ts';
import { signedInFirst } from '../account/sign-in-page.tsx';
import { showTheme } from '../app/theme.ts';
import { furnish, useDesk } from '../desk/desk.ts';
import { i18n, startI18n } from '../i18n/i18n.ts';
import { fetchClientConfig } from '../sync/api.ts';
import { Session } from '../sync/session.ts';
import { DeptPage } from './dept-page.tsx';

const root = document.getElementById('root')!;
const { language, theme } = useDesk.getState();
showTheme(theme, language);
startI18n(language);

const queries = new QueryClient({ defaultOptions: { queries: { retry: 3, networkMode: 'always' } } });

function Page() {
  const language = useDesk((s) => s.language);
  const theme = useDesk((s) => s.theme);
  useEffect(() => {
    showTheme(theme, language);
    void i18n.changeLanguage(language);
  }, [theme, language]);
  return (
    <I18nextProvider i18n={i18n}>
      <QueryClientProvider client={queries}>
        <DeptPage name={location.pathname.split('/')[2] ?? ''} />
      </QueryClientProvider>
    </I18nextProvider>
  );
}

takeRememberedEnd();
await answered(loadSession, root, language);
if (useAccount.getState().person === null) await signedInFirst(root);
const config = await answered(fetchClientConfig, root, language);
const session = new Session();
session.start();
furnish(session, config);
watchAccount({ session, leave: () => location.reload(), known: true });
createRoot(root).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
