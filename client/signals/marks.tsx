/** How signals are marked wherever they are shown: the letter of their level of service, what decides their lights. */
import type { SignalServiceLevel } from '../../server/contract/signal-api.ts';
import type { ControlRecord } from '../../server/contract/signal-control.ts';
import { formatNumber, UNKNOWN } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { isDegraded } from '../map/layers/control-shown.ts';

/** Letter and colour: neither alone. */
export function LosMark({
  los,
  small = false,
}: {
  readonly los: SignalServiceLevel | null;
  readonly small?: boolean;
}) {
  const { t } = useText();
  return (
    <b
      className="cb-los"
      data-los={los ?? 'none'}
      data-small={small}
      title={los === null ? t('signals.los.none') : t(`signals.los.${los}`)}
    >
      {los ?? UNKNOWN}
    </b>
  );
}

export function GroundWord({ control }: { readonly control: ControlRecord }) {
  const { t, text } = useText();
  return (
    <span
      className="cb-ground"
      data-ground={control.ground}
      data-degraded={isDegraded(control)}
      title={control.groundReason && text(control.groundReason)}
    >
      <i aria-hidden="true" /> {t(`signals.ground.${control.ground}`)}
    </span>
  );
}

/** `32 s`, a dash where it is not known. */
export function Seconds({
  value,
  digits = 0,
}: {
  readonly value: number | null | undefined;
  readonly digits?: number;
}) {
  const { t, language } = useText();
  return value === null || value === undefined ? (
    <>{UNKNOWN}</>
  ) : (
    <>
      {formatNumber(value, language, digits)} {t('signals.s')}
    </>
  );
}
