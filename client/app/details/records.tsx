/** Cards of records: an incident, a unit, a facility, a station, and a mere place. */
import { categories } from '../../../server/contract/categories.ts';
import { metricNames, type MetricName } from '../../../server/contract/observations.ts';
import type { FacilityRecord, IncidentRecord } from '../../../server/contract/records.ts';
import { select, session, timeZone } from '../../desk/desk.ts';
import {
  formatAgo,
  formatDistance,
  formatHeading,
  formatMoment,
  formatNumber,
  formatPosition,
  UNKNOWN,
} from '../../desk/format.ts';
import { useDistrictNames, useNow, useRecord, useText } from '../../desk/hooks.ts';
import { SourceLine } from '../../desk/source.tsx';
import { familyOf } from '../../incidents/filter.ts';
import { DuplicateHint, Severity } from '../../incidents/incidents-panel.tsx';
import { progressIn } from '../../incidents/progress.ts';
import { LoadBar } from '../../services/services-panel.tsx';
import { loadOf } from '../../services/filter.ts';
import type { Selection } from '../../map/types.ts';
import { Shape } from '../../ui/shape.tsx';
import { CardHead, Row, Rows } from './parts.tsx';

function Masked() {
  const { t } = useText();
  return (
    <span className="cb-masked" title={t('masked.tip')}>
      {t('masked')}
    </span>
  );
}

function Moment({ atMs }: { readonly atMs: number }) {
  const { language } = useText();
  const nowMs = useNow();
  return (
    <>
      {formatMoment(atMs, nowMs, language, timeZone())}{' '}
      <span className="cb-age">{formatAgo(nowMs - atMs, language)}</span>
    </>
  );
}

function Due({ incident }: { readonly incident: IncidentRecord }) {
  const { t, language } = useText();
  const nowMs = useNow();
  const { dueAtMs } = incident;
  if (dueAtMs === undefined) return null;
  const over = incident.status === 'open' && nowMs > dueAtMs;
  return (
    <span data-overdue={over}>
      {formatMoment(dueAtMs, nowMs, language, timeZone())}
      {over && ` ${t('inc.overdue', { age: formatAgo(nowMs - dueAtMs, language) })}`}
    </span>
  );
}

export function IncidentCard({ id }: { readonly id: string }) {
  const { t, text, language } = useText();
  const incident = useRecord('incident', id);
  const names = useDistrictNames();
  if (!incident) return <p className="cb-empty">{t('details.gone')}</p>;
  const family = familyOf(incident);
  const { caller, masked = false } = incident;
  const area = [incident.district, incident.street]
    .flatMap((d) => (d === undefined ? [] : [names.get(d)]))
    .flatMap((name) => (name ? [text(name)] : []))
    .join(' · ');
  const units = [...session().mirror.records.unit.values()].filter(
    (unit) => unit.incident === id || incident.units.includes(unit.callsign),
  );
  const callsigns = new Set([...units.map((unit) => unit.callsign), ...incident.units]);
  return (
    <article className="cb-card">
      <CardHead
        kind={`inc.family.${family}`}
        title={text(incident.title)}
        selection={{ kind: 'incident', id }}
        lead={<Shape family={family} size={24} />}
      />
      <p className="cb-card-tags">
        <Severity severity={incident.severity} />
        <span>#{incident.number}</span>
        <span>{t(incident.status === 'open' ? 'inc.status.open' : 'inc.status.closed')}</span>
        <span>{text(categories[incident.category].name)}</span>
        <span>{t(`inc.channel.${incident.channel}`)}</span>
        <DuplicateHint incident={incident} />
      </p>
      <SourceLine of={incident.provenance} kind="facility" />
      {incident.detail && <p className="cb-detail">{text(incident.detail)}</p>}
      <Rows>
        <Row name="inc.address" wide>
          {incident.address ?? (masked ? <Masked /> : UNKNOWN)}
        </Row>
        <Row name="inc.district" wide>
          {area}
        </Row>
        <Row name="inc.position" wide>
          {incident.position ? formatPosition(incident.position) : t('inc.noPlace')}
          {incident.placed === 'approximate' && <span className="cb-badge">{t('inc.approximate')}</span>}
        </Row>
        {incident.accuracyM !== undefined && (
          <Row name="inc.accuracy">± {formatDistance(incident.accuracyM, language)}</Row>
        )}
        <Row name="inc.caller">
          {caller?.name || caller?.phone ? (
            [caller.name, caller.phone].filter(Boolean).join(' ')
          ) : masked ? (
            <Masked />
          ) : null}
        </Row>
        <Row name="inc.reported" wide>
          <Moment atMs={incident.reportedAtMs} />
        </Row>
        <Row name="inc.updated" wide>
          <Moment atMs={incident.updatedAtMs} />
        </Row>
        {incident.closedAtMs !== undefined && (
          <Row name="inc.closed" wide>
            <Moment atMs={incident.closedAtMs} />
          </Row>
        )}
        {incident.dueAtMs !== undefined && (
          <Row name="inc.due" wide>
            <Due incident={incident} />
          </Row>
        )}
        <Row name="inc.agency">{incident.agency}</Row>
        <Row name="inc.sourceStatus">
          {incident.sourceStatus && progressIn(incident.sourceStatus, language)}
        </Row>
        {callsigns.size > 0 && (
          <Row name="inc.units" wide>
            <span className="cb-chips">
              {[...callsigns].map((callsign) => {
                const unit = units.find((u) => u.callsign === callsign);
                return unit ? (
                  <button
                    key={callsign}
                    type="button"
                    onClick={() => select({ kind: 'unit', id: unit.id }, { fly: true })}
                  >
                    {callsign}
                  </button>
                ) : (
                  <span key={callsign}>{callsign}</span>
                );
              })}
            </span>
          </Row>
        )}
      </Rows>
    </article>
  );
}

export function UnitCard({ id }: { readonly id: string }) {
  const { t, text, language } = useText();
  const unit = useRecord('unit', id);
  const incident = useRecord('incident', unit?.incident);
  if (!unit) return <p className="cb-empty">{t('details.gone')}</p>;
  return (
    <article className="cb-card">
      <CardHead
        kind={`unitKind.${unit.kind}`}
        title={unit.callsign}
        selection={{ kind: 'unit', id }}
        lead={<i className="cb-lamp" style={{ background: `var(--cb-unitstatus-${unit.status})` }} />}
      />
      <SourceLine of={unit.provenance} kind="unit" />
      <Rows>
        <Row name="units.status">
          <strong>{t(`unitStatus.${unit.status}`)}</strong>
        </Row>
        <Row name="services.name" wide>
          {text(unit.name)}
        </Row>
        {unit.incident !== undefined && (
          <Row name="units.incident" wide>
            <span className="cb-chips">
              {incident ? (
                <button
                  type="button"
                  onClick={() => select({ kind: 'incident', id: incident.id }, { fly: true })}
                >
                  #{incident.number} {text(incident.title)}
                </button>
              ) : (
                t('details.incidentGone')
              )}
            </span>
          </Row>
        )}
        {unit.headingDeg !== undefined && (
          <Row name="details.heading">{formatHeading(unit.headingDeg, language)}</Row>
        )}
        <Row name="details.position" wide>
          {unit.position ? formatPosition(unit.position) : formatNumber(null, language)}
        </Row>
      </Rows>
    </article>
  );
}

function Metrics({
  metrics,
  capacity = {},
}: {
  readonly metrics: Readonly<Record<string, number>>;
  readonly capacity?: Readonly<Record<string, number>>;
}) {
  const { text, language } = useText();
  return (
    <dl className="cb-rows">
      {Object.entries(metrics).map(([name, value]) => {
        const known = Object.hasOwn(metricNames, name) ? metricNames[name as MetricName] : null;
        const of = known?.of ? capacity[known.of] : undefined;
        return (
          <div key={name}>
            <dt>{known ? text(known) : name}</dt>
            <dd>
              {formatNumber(value, language, Number.isInteger(value) ? 0 : 1)}
              {of !== undefined && ` / ${formatNumber(of, language)}`}{' '}
              {known?.unit === 'min' && language === 'zh-CN' ? '分钟' : known?.unit}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

const capacityKeys = ['beds', 'erBays', 'spaces', 'counters', 'places', 'pupils'] as const;

export function FacilityCard({ id }: { readonly id: string }) {
  const { t, text, language } = useText();
  const facility: FacilityRecord | undefined = useRecord('facility', id);
  if (!facility) return <p className="cb-empty">{t('details.gone')}</p>;
  const load = loadOf(facility);
  return (
    <article className="cb-card">
      <CardHead
        kind={`facility.${facility.kind}`}
        title={text(facility.name)}
        selection={{ kind: 'facility', id }}
      />
      <SourceLine of={facility.provenance} kind="facility" />
      {load !== undefined && (
        <Rows>
          <Row name="services.used" wide>
            <LoadBar load={load} />
          </Row>
        </Rows>
      )}
      {Object.keys(facility.metrics).length === 0 ? (
        <p className="cb-note">{t('details.noMetrics')}</p>
      ) : (
        <Metrics metrics={facility.metrics} capacity={facility.capacity} />
      )}
      <h4>
        {t('details.capacity')} <small>{t('source.pack')}</small>
      </h4>
      <Rows>
        {capacityKeys
          .filter((key) => facility.capacity[key] !== undefined)
          .map((key) => (
            <Row key={key} name={`capacity.${key}`}>
              {formatNumber(facility.capacity[key], language)}
            </Row>
          ))}
        <Row name="details.position" wide>
          {formatPosition(facility.position)}
        </Row>
      </Rows>
    </article>
  );
}

export function StationCard({ id }: { readonly id: string }) {
  const { t, text } = useText();
  const station = useRecord('station', id);
  if (!station) return <p className="cb-empty">{t('details.gone')}</p>;
  return (
    <article className="cb-card">
      <CardHead
        kind={`station.${station.kind}`}
        title={text(station.name)}
        selection={{ kind: 'station', id }}
      />
      <SourceLine of={station.provenance} kind="station" />
      <Metrics metrics={station.metrics} />
      <Rows>
        <Row name="details.position" wide>
          {formatPosition(station.position)}
        </Row>
      </Rows>
    </article>
  );
}

export function PlaceCard({ selection }: { readonly selection: Extract<Selection, { kind: 'place' }> }) {
  const { t, text } = useText();
  return (
    <article className="cb-card">
      <CardHead
        kind="details.place"
        title={selection.name ? text(selection.name) : t('details.place')}
        selection={selection}
      />
      <p className="cb-source">{t('source.pack')}</p>
      <Rows>
        <Row name="details.position" wide>
          {formatPosition(selection.position)}
        </Row>
      </Rows>
    </article>
  );
}
