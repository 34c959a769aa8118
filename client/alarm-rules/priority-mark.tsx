/** The priority of an alarm or rule by shape, figure and colour; its word beside it, or for who cannot see it. */
import { alarmPriorityNames, type AlarmPriority } from '../../server/contract/alarms.ts';
import { useText } from '../desk/hooks.ts';
import { PriorityShape } from '../ui/priority.tsx';

export function PriorityMark({
  priority,
  named = false,
}: {
  readonly priority: AlarmPriority;
  readonly named?: boolean;
}) {
  const { text } = useText();
  const name = text(alarmPriorityNames[priority]);
  return (
    <span className="cb-prio" title={named ? undefined : name}>
      <PriorityShape priority={priority} size={16} />{' '}
      <span className={named ? undefined : 'cb-hidden'}>{name}</span>
    </span>
  );
}
