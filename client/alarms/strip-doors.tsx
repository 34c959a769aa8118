/** Ways from the line of alarms to what stands behind it: warnings in force, figures, rules, a shift that waits to be signed. */
import { useMemo } from 'react';
import { theDock } from '../desk/desk.ts';
import type { PanelId } from '../desk/desk-panels.ts';
import { useRecords, useText } from '../desk/hooks.ts';
import { useUnsignedHandover } from '../handover/use-unsigned.ts';

const DOORS = ['alarm-kpi', 'rules'] as const satisfies readonly PanelId[];

function Door({
  to,
  n,
  urgent = false,
}: {
  readonly to: PanelId;
  readonly n?: number;
  readonly urgent?: boolean;
}) {
  const { t } = useText();
  return (
    <button
      type="button"
      data-some={urgent || (n ?? 0) > 0}
      data-urgent={urgent}
      onClick={() => theDock()?.open(to)}
    >
      {t(`panel.${to}`)} {n !== undefined && n > 0 && <b>{n}</b>}
    </button>
  );
}

export function StripDoors() {
  const warnings = useRecords('warning');
  const inForce = useMemo(() => warnings.filter((w) => w.state === 'in-force').length, [warnings]);
  const waiting = useUnsignedHandover();
  return (
    <nav className="cb-strip-doors">
      <Door to="warnings" n={inForce} />
      {DOORS.map((to) => (
        <Door key={to} to={to} />
      ))}
      <Door to="handover" urgent={waiting?.mine === true} {...(waiting && { n: 1 })} />
    </nav>
  );
}
