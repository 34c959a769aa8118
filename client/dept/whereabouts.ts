/** Where this phone is, or why it does not say. */
import type { LonLat } from '../../server/contract/geo.ts';
import type { MessageKey } from '../i18n/i18n.ts';

const PATIENCE_MS = 15_000;
const FRESH_MS = 30_000;

export type Whereabouts =
  | { readonly ok: true; readonly position: LonLat; readonly accuracyM: number }
  | { readonly ok: false; readonly why: MessageKey };

/** Codes of GeolocationPositionError: 1 denied, 2 not available, 3 took too long. */
export const whyNot = (code: number): MessageKey =>
  code === 1 ? 'dept.location.refused' : code === 3 ? 'dept.location.slow' : 'dept.location.none';

export function whereabouts(source: Geolocation | undefined): Promise<Whereabouts> {
  if (!source) return Promise.resolve({ ok: false, why: 'dept.location.none' });
  return new Promise((resolve) => {
    source.getCurrentPosition(
      ({ coords }) =>
        resolve({ ok: true, position: [coords.longitude, coords.latitude], accuracyM: coords.accuracy }),
      (error) => resolve({ ok: false, why: whyNot(error.code) }),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: FRESH_MS },
    );
  });
}
