/** The page of a department or a crew on a phone: its cases by urgency, its units, and what they report. */
import { useEffect, useMemo, useState } from 'react';
import { roleNames } from '../../server/contract/roles.ts';
import { signOut, useAccount, useHasPassword, useMay, useMe } from '../account/me.ts';
import { PasswordForm } from '../account/password-form.tsx';
import { useGiver } from '../account/use-giver.ts';
import { useDepartments } from '../desk/departments.ts';
import { clientConfig, session, setPreferences, useDesk } from '../desk/desk.ts';
import { formatAgo } from '../desk/format.ts';
import { useConnection, useLocalNow, useRecords, useText } from '../desk/hooks.ts';
import type { UnitRecord } from '../../server/contract/records.ts';
import { CaseCard } from './case-card.tsx';
import { kindsOf, pageOf, unitsOf, workOf } from './work.ts';

function Connection() {
  const { t, language } = useText();
  const { phase, lastMessageAtMs } = useConnection();
  const nowMs = useLocalNow();
  if (phase === 'live' || phase === 'lagging') return null;
  const age = formatAgo(nowMs - lastMessageAtMs, language);
  return (
    <div className="cbd-offline" role="alert">
      <span>{lastMessageAtMs === 0 ? t('conn.connecting') : t('dept.offline', { age })}</span>
      <button type="button" onClick={() => session().resync()}>
        {t('conn.retryNow')}
      </button>
    </div>
  );
}

function Head({ title }: { readonly title: string }) {
  const { t, text, language } = useText();
  const person = useMe();
  const demo = useAccount((s) => s.demo);
  const theme = useDesk((s) => s.theme);
  const hasPassword = useHasPassword();
  const [changing, setChanging] = useState(false);
  return (
    <header className="cbd-head">
      <h1>{title}</h1>
      {demo && <span className="cb-demo-badge">{t('account.demo.badge')}</span>}
      {person && (
        <p>
          {person.name} · {text(roleNames[person.role])}
        </p>
      )}
      <nav>
        <button
          type="button"
          onClick={() => setPreferences({ language: language === 'zh-CN' ? 'en-US' : 'zh-CN' })}
        >
          {t('app.otherLanguage')}
        </button>
        <button type="button" onClick={() => setPreferences({ theme: theme === 'dark' ? 'light' : 'dark' })}>
          {t(theme === 'dark' ? 'app.theme.light' : 'app.theme.dark')}
        </button>
        {hasPassword && (
          <button type="button" aria-expanded={changing} onClick={() => setChanging(!changing)}>
            {t('account.change')}
          </button>
        )}
        <button type="button" onClick={() => void signOut()}>
          {t('account.signOut')}
        </button>
      </nav>
      {changing && person && <PasswordForm account={person.id} />}
    </header>
  );
}

function UnitRow({ unit }: { readonly unit: UnitRecord }) {
  const { t, text } = useText();
  const giver = useGiver();
  const may = useMay('unit.service');
  const out = unit.status === 'out-of-service';
  const number =
    unit.incident === undefined ? undefined : session().mirror.records.incident.get(unit.incident)?.number;
  return (
    <li className="cbd-unit">
      <p>
        <b>{unit.callsign}</b> <span>{text(unit.name)}</span>
        <small>
          {t(`unitStatus.${unit.status}`)}
          {number !== undefined && ` · #${number}`}
        </small>
      </p>
      {may && unit.incident === undefined && (
        <button
          type="button"
          disabled={giver.busy}
          onClick={() => void giver.give('unit.service', { unit: unit.id, inService: out })}
        >
          {t(out ? 'dept.inService' : 'dept.outOfService')}
        </button>
      )}
      {giver.said !== null && (
        <p className="cb-field-fault" role="alert">
          {giver.said}
        </p>
      )}
    </li>
  );
}

export function DeptPage({ name }: { readonly name: string }) {
  const { t, text } = useText();
  const person = useMe();
  const all = useDepartments();
  const incidents = useRecords('incident');
  const units = useRecords('unit');
  const [tab, setTab] = useState<'work' | 'units'>('work');
  const page = useMemo(() => pageOf(name, all, person), [name, all, person]);
  const ids = useMemo(() => new Set(page.ok ? page.departments.map((d) => d.id) : []), [page]);
  const work = useMemo(() => workOf(incidents, ids), [incidents, ids]);
  const own = useMemo(() => unitsOf(units, ids), [units, ids]);
  const first = page.ok ? page.departments[0] : undefined;
  const title =
    first === undefined
      ? t('dept.title')
      : page.ok && page.departments.length > 1
        ? t(`dept.kind.${first.kind}`)
        : text(first.name);
  useEffect(() => {
    document.title = title;
  }, [title]);
  if (all.length === 0)
    return (
      <>
        <Head title={title} />
        <Connection />
        <p className="cb-empty">{t(clientConfig().city ? 'app.loading' : 'dept.noCity')}</p>
      </>
    );
  if (!page.ok)
    return (
      <>
        <Head title={title} />
        <main className="cbd-choose">
          <p role="alert">{t(page.why === 'unknown' ? 'dept.unknown' : 'dept.notYours', { name })}</p>
          <ul>
            {(person?.role === 'department'
              ? all.filter((d) => d.id === person.department).map((d) => d.kind)
              : kindsOf(all)
            ).map((kind) => (
              <li key={kind}>
                <a href={`/dept/${kind}`}>{t(`dept.kind.${kind}`)}</a>
              </li>
            ))}
          </ul>
        </main>
      </>
    );
  return (
    <>
      <Head title={title} />
      <Connection />
      <div className="cbd-tabs" role="tablist">
        {(['work', 'units'] as const).map((id) => (
          <button
            type="button"
            role="tab"
            key={id}
            id={`cbd-tab-${id}`}
            aria-controls={`cbd-${id}`}
            aria-selected={tab === id}
            onClick={() => setTab(id)}
          >
            {t(`dept.tab.${id}`, { n: id === 'work' ? work.length : own.length })}
          </button>
        ))}
      </div>
      <main id={`cbd-${tab}`} role="tabpanel" aria-labelledby={`cbd-tab-${tab}`}>
        {tab === 'work' && work.length === 0 && <p className="cb-empty">{t('dept.empty')}</p>}
        {tab === 'work' && work.map((one) => <CaseCard key={one.incident.id} work={one} />)}
        {tab === 'units' && own.length === 0 && <p className="cb-empty">{t('dept.noUnits')}</p>}
        {tab === 'units' && (
          <ul className="cbd-units">
            {own.map((unit) => (
              <UnitRow key={unit.id} unit={unit} />
            ))}
          </ul>
        )}
      </main>
    </>
  );
}
