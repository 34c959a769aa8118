/**
 * Where the screen starts. The map comes first: its code, the configuration and the connection are asked for at once,
 * and the panels' code only when the map has drawn (or is slow), so that no panel ever stands in its way.
 */
import type { ClientConfig } from '../server/contract/api.ts';
import { furnish, placeMap, useDesk } from './desk/desk.ts';
import { startI18n, translator } from './i18n/i18n.ts';
import { ApiError, fetchClientConfig } from './sync/api.ts';
import { Session } from './sync/session.ts';
import { showTheme } from './app/theme.ts';

const RETRY_S = 3;
/** After this long the panels are fetched whatever the map does. */
const MAP_PATIENCE_MS = 3_000;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const { language, theme, wall } = useDesk.getState();
showTheme(theme, language);
startI18n(language);
const t = translator(language);

const mapCode = import('./map/city-map.ts');
const root = document.getElementById('root')!;
const mapElement = document.getElementById('map')!;

/** Asks until the server answers: a screen on a wall may be switched on before its server. */
async function configuration(): Promise<ClientConfig> {
  for (;;) {
    try {
      const config = await fetchClientConfig();
      root.textContent = '';
      return config;
    } catch (error) {
      const reason =
        error instanceof ApiError ? error.text[language === 'zh-CN' ? 'zh' : 'en'] : String(error);
      const note = document.createElement('p');
      note.className = 'cb-boot';
      note.setAttribute('role', 'alert');
      note.textContent = t('app.noConfig', { reason, seconds: RETRY_S });
      root.replaceChildren(note);
      await wait(RETRY_S * 1_000);
    }
  }
}

async function drawMap(session: Session, config: ClientConfig): Promise<void> {
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

const config = await configuration();
const session = new Session();
session.start();
furnish(session, config);
const drawn = drawMap(session, config);
await Promise.race([drawn, wait(MAP_PATIENCE_MS)]);
const [{ mountScreen }] = await Promise.all([
  import('./app/screen.tsx'),
  wall
    ? import('./app/wall.tsx')
    : Promise.all([import('./app/dock.tsx'), import('./app/panels.tsx').then((p) => p.loadPanels())]),
]);
mountScreen(root, mapElement);
