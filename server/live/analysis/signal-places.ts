/** What a signal of the city pack is called and where it stands: by its junction's name, or by the roads that meet there. */
import type { City } from '../../city/city.ts';
import type { LonLat } from '../../contract/geo.ts';
import type { LocalText } from '../../contract/text.ts';

export interface SignalPlace {
  readonly id: string;
  readonly name: LocalText;
  /** Absent where the pack does not have its junction. */
  readonly position?: LonLat;
  readonly district?: string;
  readonly street?: string;
}

/** In the order of the pack, which is that of the indices. */
export function signalPlaces(city: City): SignalPlace[] {
  const { signals = [], links = [] } = city.pack ?? {};
  const roads = new Map<string, Map<string, LocalText>>();
  for (const { to, name } of links) {
    if (name === undefined) continue;
    const of = roads.get(to);
    if (of) of.set(name.zh, name);
    else roads.set(to, new Map([[name.zh, name]]));
  }
  return signals.map((s) => {
    const junction = city.junction(s.junction);
    const position = junction?.position;
    const { district, street } = position ? city.districtAt(position) : {};
    return {
      id: s.id,
      name: junction?.name ??
        crossing([...(roads.get(s.junction)?.values() ?? [])]) ?? { zh: s.id, en: s.id },
      ...(position && { position }),
      ...(district && { district: district.id }),
      ...(street && { street: street.id }),
    };
  });
}

/** A junction is called by the roads that meet there. */
function crossing(roads: readonly LocalText[]): LocalText | undefined {
  const two = roads.slice(0, 2);
  if (two.length === 0) return undefined;
  return { zh: `${two.map((r) => r.zh).join('—')}路口`, en: two.map((r) => r.en).join(' / ') };
}
