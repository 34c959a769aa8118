/** What was hidden and is shown for a reason, for as long as the card stands: it is kept nowhere. */
import type { CommandResult } from '../../server/contract/commands.ts';
import { formatPosition, UNKNOWN } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';

export function Revealed({ fields }: { readonly fields: NonNullable<CommandResult['revealed']> }) {
  const { t, text } = useText();
  const { address, position, callers, detail } = fields;
  const known = callers.filter(({ name, phone }) => name !== undefined || phone !== undefined);
  return (
    <dl className="cbd-revealed" aria-label={t('dept.revealed')}>
      {detail && (
        <>
          <dt>{t('intake.detail')}</dt>
          <dd>{text(detail)}</dd>
        </>
      )}
      {address !== undefined && (
        <>
          <dt>{t('intake.address')}</dt>
          <dd>{address}</dd>
        </>
      )}
      {position && (
        <>
          <dt>{t('dept.position')}</dt>
          <dd>{formatPosition(position)}</dd>
        </>
      )}
      <dt>{t('intake.callerName')}</dt>
      <dd>
        {known.length === 0 && UNKNOWN}
        {known.map(({ name, phone }, i) => (
          // Callers have no id of their own and come in the order of their calls.
          // oxlint-disable-next-line react/no-array-index-key
          <span key={i}>
            {name} {phone !== undefined && <a href={`tel:${phone}`}>{phone}</a>}
          </span>
        ))}
      </dd>
    </dl>
  );
}
