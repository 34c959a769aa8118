/** The priority of an alarm as an icon: its shape with its figure in it, solid while nobody has acknowledged it. */
import { priorityShapes, type PriorityKey } from './tokens.ts';

export function PriorityShape({
  priority,
  solid = true,
  size = 18,
}: {
  readonly priority: PriorityKey;
  readonly solid?: boolean;
  readonly size?: number;
}) {
  const colour = `var(--cb-alarm-${priority})`;
  return (
    <svg className="cb-priority" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={priorityShapes[priority]}
        fill={solid ? colour : 'var(--cb-surface-panel)'}
        stroke={colour}
        strokeWidth={2}
        strokeLinejoin="round"
      />
      <text
        x={12}
        y={priority === 2 ? 18.4 : 16.6}
        textAnchor="middle"
        fontSize={13}
        fontWeight={700}
        fill={solid ? 'var(--cb-surface-base)' : colour}
      >
        {priority}
      </text>
    </svg>
  );
}
