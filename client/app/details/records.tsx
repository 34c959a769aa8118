/** Cards of records: a unit, a facility, a station, and a mere place. */
import { metricNames, type MetricName } from '../../../server/contract/observations.ts';
import type { FacilityRecord } from '../../../server/contract/records.ts';
import { departmentName, useDepartments } from '../../desk/departments.ts';
import { select } from '../../desk/desk.ts';
import { formatHeading, formatNumber, formatPosition } from '../../desk/format.ts';
import { useRecord, useText } from '../../desk/hooks.ts';
import { SourceLine } from '../../desk/source.tsx';
import { Moment } from '../../dispatch/bits.tsx';
import { capabilityWord } from '../../dispatch/capability-words.ts';
import { UnitActions } from '../../dispatch/unit-actions.tsx';
import { LoadBar } from '../../services/services-panel.tsx';
import { loadOf } from '../../services/filter.ts';
import type { Selection } from '../../map/types.ts';
import { PlanFromHere } from '../../signals/plan-from-here.tsx';
import { WaveCard } from '../../signals/wave-card.tsx';
import { CardHead, Row, Rows } from './parts.tsx';

export function UnitCard({ id }: { readonly id: string }) {
  const { t, text, language } = useText();
  const unit = useRecord('unit', id);
  const incident = useRecord('incident', unit?.incident);
  const departments = useDepartments();
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
      <UnitActions key={id} unit={unit} />
      <WaveCard key={`wave ${id}`} unit={id} />
      <Rows>
        <Row name="units.status">
          <strong>{t(`unitStatus.${unit.status}`)}</strong>
        </Row>
        <Row name="units.crew">{formatNumber(unit.crew, language)}</Row>
        {unit.outOfService && (
          <Row name="units.outOfService" wide>
            {[unit.outOfService.by, unit.outOfService.reason].filter(Boolean).join(': ')}{' '}
            <Moment atMs={unit.outOfService.atMs} />
          </Row>
        )}
        <Row name="units.department" wide>
          {departmentName(unit.department, departments, language)}
        </Row>
        {unit.capabilities.length > 0 && (
          <Row name="units.capabilities" wide>
            {unit.capabilities.map((c) => capabilityWord(c, language)).join(' · ')}
          </Row>
        )}
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
      <PlanFromHere />
      <Rows>
        <Row name="details.position" wide>
          {formatPosition(selection.position)}
        </Row>
      </Rows>
    </article>
  );
}
