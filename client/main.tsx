/**
 * Where the screen starts. First who this is: where nobody may look unknown, one signs in before anything else is asked
 * for. Then the map: its code, the configuration and the connection are asked for at once, and the panels' code only
 * when the map has drawn (or is slow), so that no panel ever stands in its way.
 */
import type { ClientConfig } from '../server/contract/api.ts';
import { answered } from './account/answered.ts';
import { loadSession, takeRememberedEnd, useAccount, watchAccount } from './account/me.ts';
import { tellPresence } from './account/presence.ts';
import { furnish, placeMap, useDesk } from './desk/desk.ts';
import { startI18n } from './i18n/i18n.ts';
import { fetchClientConfig } from './sync/api.ts';
import { browserWorld, Session } from './sync/session.ts';
import { showTheme } from './app/theme.ts';

/** After this long the panels are fetched whatever the map does. */
const MAP_PATIENCE_MS = 3_000;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const { language, theme, wall } = useDesk.getState();
showTheme(theme, language);
startI18n(language);

const root = document.getElementById('root')!;
const mapElement = document.getElementById('map')!;

/** The roads come while the map's code is still on its way. */
function preload(href: string): void {
  const link = document.createElement('link');
  Object.assign(link, { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href });
  document.head.append(link);
}

async function drawMap(
  mapCode: Promise<typeof import('./map/city-map.ts')>,
  session: Session,
  config: ClientConfig,
): Promise<void> {
  try {
    const { CityMap } = await mapCode;
    const map = await CityMap.create(mapElement, {
      session,
      config,
      language,
      theme,
      reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
      wall,
    });
    placeMap(map);
    await new Promise<void>((resolve) => map.on('first-frame', () => resolve()));
  } catch (error) {
    console.warn('the map cannot be shown', error);
    useDesk.setState({ mapError: error instanceof Error ? error.message : String(error) });
  }
}

takeRememberedEnd();
await answered(loadSession, root, language);
if (useAccount.getState().person === null && !useAccount.getState().demo) {
  const { signedInFirst } = await import('./account/sign-in-page.tsx');
  await signedInFirst(root);
}
const mapCode = import('./map/city-map.ts');
preload('/api/v1/city/network');
const config = await answered(fetchClientConfig, root, language);
const session = new Session();
session.start();
furnish(session, config);
watchAccount({ session, leave: () => location.reload() });
tellPresence({
  session,
  incident: () => {
    const { selection } = useDesk.getState();
    return selection?.kind === 'incident' ? selection.id : null;
  },
  signedIn: () => useAccount.getState().person !== null,
  onChange: (run) => {
    const stops = [useDesk.subscribe(run), useAccount.subscribe(run)];
    return () => {
      for (const stop of stops) stop();
    };
  },
  setTimer: browserWorld.setTimer,
});
const drawn = drawMap(mapCode, session, config);
await Promise.race([drawn, wait(MAP_PATIENCE_MS)]);
const [{ mountScreen }] = await Promise.all([
  import('./app/screen.tsx'),
  wall
    ? import('./app/wall.tsx')
    : Promise.all([import('./app/dock.tsx'), import('./app/panels.tsx').then((p) => p.loadPanels())]),
]);
mountScreen(root, mapElement);
