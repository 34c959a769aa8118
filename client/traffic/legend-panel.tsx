/** What colours and shapes on the map mean, from the same tokens the map draws with. */
import { alarmPriorities, alarmPriorityNames } from '../../server/contract/alarms.ts';
import { incidentFamilies } from '../../server/contract/categories.ts';
import { signalStates } from '../../server/contract/frames.ts';
import { moverKinds, unitStatuses } from '../../server/contract/observations.ts';
import { useText } from '../desk/hooks.ts';
import { ringKinds, type RingKind } from '../map/layers/control-shown.ts';
import { PriorityShape } from '../ui/priority.tsx';
import { Shape } from '../ui/shape.tsx';
import { severityScale, type LosKey, type SeverityKey } from '../ui/tokens.ts';

const losKeys: readonly LosKey[] = ['A', 'B', 'C', 'D', 'E', 'F', 'none', 'stale'];
const severities: readonly SeverityKey[] = [1, 2, 3, 4];

/** As the map draws them. */
const ringColours: Readonly<Record<RingKind, string>> = {
  automatic: 'var(--cb-accent)',
  advice: 'var(--cb-family-utility)',
  plan: 'var(--cb-family-hazmat)',
  wave: 'var(--cb-signal-green)',
  degraded: 'var(--cb-severity-1)',
};

export default function LegendPanel() {
  const { t, text } = useText();
  return (
    <div className="cb-legend">
      <h3>{t('legend.los')}</h3>
      <p className="cb-note">{t('legend.los.help')}</p>
      <ul>
        {losKeys.map((los) => (
          <li key={los}>
            <i
              className="cb-legend-line"
              data-los={los}
              style={{ background: `var(--cb-los-${los.toLowerCase()})` }}
            />
            {los.length === 1 && <b>{los}</b>} {t(`legend.los.${los}`)}
          </li>
        ))}
      </ul>
      <h3>{t('legend.alarms')}</h3>
      <p className="cb-note">{t('legend.alarms.help')}</p>
      <ul>
        {alarmPriorities.map((priority) => (
          <li key={priority}>
            <PriorityShape priority={priority} /> {text(alarmPriorityNames[priority])}
          </li>
        ))}
      </ul>
      <h3>{t('legend.incidents')}</h3>
      <ul>
        {incidentFamilies.map((family) => (
          <li key={family}>
            <Shape family={family} size={14} /> {t(`inc.family.${family}`)}
          </li>
        ))}
      </ul>
      <h3>{t('legend.severity')}</h3>
      <ul>
        {severities.map((severity) => (
          <li key={severity}>
            <i
              className="cb-legend-dot"
              style={{
                background: `var(--cb-severity-${severity})`,
                width: 10 * severityScale[severity],
                height: 10 * severityScale[severity],
              }}
            />
            {t(`inc.severity.${severity}`)}
          </li>
        ))}
      </ul>
      <h3>{t('legend.vehicles')}</h3>
      <ul>
        {moverKinds.map((mover) => (
          <li key={mover}>
            <i className="cb-legend-mover" style={{ borderBottomColor: `var(--cb-mover-${mover})` }} />
            {t(`mover.${mover}`)}
          </li>
        ))}
      </ul>
      <h3>{t('legend.units')}</h3>
      <ul>
        {unitStatuses.map((status) => (
          <li key={status}>
            <i className="cb-legend-dot" style={{ background: `var(--cb-unitstatus-${status})` }} />
            {t(`unitStatus.${status}`)}
          </li>
        ))}
      </ul>
      <h3>{t('layer.signalControl')}</h3>
      <ul>
        {ringKinds.map((kind) => (
          <li key={kind}>
            <i className="cb-legend-ring" style={{ borderColor: ringColours[kind] }} />
            {t(`legend.ring.${kind}`)}
          </li>
        ))}
      </ul>
      <h3>{t('legend.signals')}</h3>
      <ul>
        {signalStates.map((state) => (
          <li key={state}>
            <i className="cb-legend-dot" style={{ background: `var(--cb-signal-${state})` }} />
            {t(`signal.${state}`)}
          </li>
        ))}
      </ul>
    </div>
  );
}
