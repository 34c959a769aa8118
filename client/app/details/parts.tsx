/** What the cards of all kinds are made of: a head with what can be done, rows of name and value, an error. */
import { AimOutlined, CloseOutlined, EyeOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { flyTo, follow, positionOf, select, useDesk } from '../../desk/desk.ts';
import { useText } from '../../desk/hooks.ts';
import type { MessageKey } from '../../i18n/i18n.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import type { Selection } from '../../map/types.ts';
import { sameSelection } from '../../map/types.ts';
import { ApiError } from '../../sync/api.ts';

export function CardHead({
  kind,
  title,
  selection,
  position,
  lead,
}: {
  readonly kind: MessageKey;
  readonly title: ReactNode;
  readonly selection: Selection;
  readonly position?: LonLat | undefined;
  readonly lead?: ReactNode;
}) {
  const { t } = useText();
  const followed = useDesk((s) => s.followed);
  const canFollow = selection.kind === 'vehicle' || selection.kind === 'unit';
  const following = sameSelection(followed, selection);
  const at = position ?? positionOf(selection);
  return (
    <header className="cb-card-head">
      {lead}
      <div>
        <small>{t(kind)}</small>
        <h3>{title}</h3>
      </div>
      {canFollow && (
        <Button
          size="small"
          type={following ? 'primary' : 'default'}
          aria-pressed={following}
          icon={<EyeOutlined />}
          onClick={() => follow(following ? null : selection)}
        >
          {t(following ? 'details.unfollow' : 'details.follow')}
        </Button>
      )}
      {at && (
        <Tooltip title={`${t('details.fly')} (g)`}>
          <Button
            size="small"
            icon={<AimOutlined />}
            aria-label={t('details.fly')}
            onClick={() => flyTo(at)}
          />
        </Tooltip>
      )}
      <Tooltip title={`${t('details.close')} (Esc)`}>
        <Button
          size="small"
          type="text"
          icon={<CloseOutlined />}
          aria-label={t('details.close')}
          onClick={() => select(null)}
        />
      </Tooltip>
    </header>
  );
}

export function Rows({ children }: { readonly children: ReactNode }) {
  return <dl className="cb-rows">{children}</dl>;
}

export function Row({
  name,
  help,
  wide = false,
  children,
}: {
  readonly name: MessageKey;
  readonly help?: MessageKey;
  /** Over both columns, for sentences. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  const { t } = useText();
  if (children === null || children === undefined || children === '') return null;
  return (
    <div data-wide={wide}>
      <dt title={help ? t(help) : undefined}>{t(name)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function CardError({ error }: { readonly error: Error }) {
  const { t, text } = useText();
  if (error instanceof ApiError && error.status === 404)
    return <p className="cb-empty">{t('details.gone')}</p>;
  const reason = error instanceof ApiError ? text(error.text) : error.message;
  return (
    <p className="cb-empty" role="alert">
      {t('details.failed', { reason })}
    </p>
  );
}
