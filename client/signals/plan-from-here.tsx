/** From a place on the map to a special plan for it. */
import { Button } from 'antd';
import { useMay } from '../account/me.ts';
import { useText } from '../desk/hooks.ts';
import { signalDeeds } from './deeds.ts';

export function PlanFromHere() {
  const { t } = useText();
  if (!useMay('special-plan.start')) return null;
  return (
    <Button size="small" className="cb-start" onClick={() => signalDeeds.askPlan()}>
      {t('plans.here')}
    </Button>
  );
}
