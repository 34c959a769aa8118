/** The card of what is selected: its data, where each comes from and how old it is. */
import { AlarmCard } from '../../alarms/alarm-card.tsx';
import { useDesk } from '../../desk/desk.ts';
import { useText } from '../../desk/hooks.ts';
import { CaseCard } from '../../dispatch/case-card.tsx';
import { LinkCard, SignalCard, VehicleCard } from './moving.tsx';
import { FacilityCard, PlaceCard, StationCard, UnitCard } from './records.tsx';

export default function DetailsPanel() {
  const { t } = useText();
  const selection = useDesk((s) => s.selection);
  if (!selection) return <p className="cb-empty">{t('details.none')}</p>;
  switch (selection.kind) {
    case 'vehicle':
      return <VehicleCard slot={selection.slot} />;
    case 'link':
      return <LinkCard index={selection.index} />;
    case 'signal':
      return <SignalCard index={selection.index} />;
    case 'incident':
      return <CaseCard key={selection.id} id={selection.id} />;
    case 'alarm':
      return <AlarmCard key={selection.id} id={selection.id} />;
    case 'unit':
      return <UnitCard id={selection.id} />;
    case 'facility':
      return <FacilityCard id={selection.id} />;
    case 'station':
      return <StationCard id={selection.id} />;
    case 'place':
      return <PlaceCard selection={selection} />;
  }
}
