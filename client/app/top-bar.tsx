/** The slim bar: which city, what time there, how good the connection is, and the few switches of the screen. */
import {
  BulbOutlined,
  DesktopOutlined,
  LayoutOutlined,
  PhoneOutlined,
  SearchOutlined,
} from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { AccountMenu } from '../account/account-menu.tsx';
import { useMay } from '../account/me.ts';
import { clientConfig, timeZone, useDesk } from '../desk/desk.ts';
import { formatClock, formatDay } from '../desk/format.ts';
import { useNow, useText } from '../desk/hooks.ts';
import { openIntake } from '../intake/open-intake.ts';
import { ConnectionPill } from './connection.tsx';
import { deeds } from './deeds.ts';

/** The badge beside the name says it; once is enough. */
const saidInName = /\s*[（(](虚构|fictional)[)）]$/i;

export function CityName() {
  const { t, text } = useText();
  const { city } = clientConfig();
  return (
    <div className="cb-city">
      <span className="cb-city-name">{city ? text(city.name).replace(saidInName, '') : t('app.plain')}</span>
      {city?.fictional && (
        <Tooltip title={t('app.fictional.tip')}>
          <span className="cb-badge">{t('app.fictional')}</span>
        </Tooltip>
      )}
    </div>
  );
}

function Clock() {
  const { language } = useText();
  const nowMs = useNow();
  const zone = timeZone();
  return (
    <Tooltip title={zone}>
      <time className="cb-clock" dateTime={new Date(nowMs).toISOString()}>
        <span className="cb-clock-day">{formatDay(nowMs, language, zone)}</span>
        <span className="cb-clock-time">{formatClock(nowMs, language, zone)}</span>
      </time>
    </Tooltip>
  );
}

export function TopBar() {
  const { t } = useText();
  const theme = useDesk((s) => s.theme);
  const panelsShown = useDesk((s) => s.panelsShown);
  const mayTakeCalls = useMay('incident.create');
  return (
    <header className="cb-bar" aria-label={t('app.topbar')}>
      <h1 className="cb-brand">
        {t('app.name')} <small>{t('app.name2')}</small>
      </h1>
      <CityName />
      <button type="button" className="cb-ask" onClick={() => deeds.openPanel('search')}>
        <SearchOutlined aria-hidden="true" />
        <span>{t('app.search')}</span>
        <kbd>s</kbd>
      </button>
      {mayTakeCalls && (
        <Button
          size="small"
          icon={<PhoneOutlined />}
          title={`${t('act.case.new')} (c)`}
          onClick={() => openIntake()}
        >
          {t('intake.open')}
        </Button>
      )}
      <div className="cb-bar-gap" />
      <Clock />
      <ConnectionPill />
      <AccountMenu />
      <nav className="cb-switches">
        <Tooltip title={`${t('act.panels')} (p)`}>
          <Button
            type="text"
            size="small"
            aria-pressed={panelsShown}
            aria-label={t('act.panels')}
            icon={<LayoutOutlined />}
            onClick={() => deeds.togglePanels()}
          />
        </Tooltip>
        <Tooltip title={`${t('act.wall')} (w)`}>
          <Button
            type="text"
            size="small"
            aria-label={t('act.wall')}
            icon={<DesktopOutlined />}
            onClick={() => deeds.wall()}
          />
        </Tooltip>
        <Tooltip title={`${t('act.theme')} (t)`}>
          <Button
            type="text"
            size="small"
            aria-label={`${t('app.theme')}: ${t(`app.theme.${theme}`)}`}
            icon={<BulbOutlined />}
            onClick={() => deeds.theme(undefined)}
          />
        </Tooltip>
        <Tooltip title={`${t('act.language')} (n)`}>
          <Button type="text" size="small" onClick={() => deeds.language(undefined)}>
            {t('app.otherLanguage')}
          </Button>
        </Tooltip>
        <Tooltip title={`${t('act.help')} (?)`}>
          <Button type="text" size="small" onClick={() => deeds.toggleHelp()}>
            <kbd>?</kbd> {t('app.keys')}
          </Button>
        </Tooltip>
      </nav>
    </header>
  );
}
