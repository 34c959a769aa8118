/** Search over what stands still (the city's index) and what lives: incidents by number or words, units, vehicles. */
import type { SearchHit } from '../contract/api.ts';
import { categories } from '../contract/categories.ts';
import type { Audience } from '../contract/roles.ts';
import type { City } from '../city/city.ts';
import { seenBy } from '../domain/privacy.ts';
import type { LivePicture } from './live-picture.ts';

/** Live things come first only when they are asked for by their own name; the city fills the rest. */
export function searchLive(
  q: string,
  limit: number,
  engine: LivePicture,
  city: City,
  audience: Audience,
): SearchHit[] {
  const needle = q.trim().toLowerCase();
  const live = [
    ...incidents(needle, limit, engine, audience),
    ...units(needle, limit, engine),
    ...vehicles(needle, limit, engine),
    ...stations(needle, limit, engine, city),
  ];
  const exact = live.filter((hit) => hit.exact);
  const other = live.filter((hit) => !hit.exact);
  const places = city.search(q, limit);
  // Neither kind may push the other out: live hits get at least a third of the list.
  const kept = Math.max(Math.ceil(limit / 3), limit - places.length);
  const hits = [
    ...exact.map((hit) => hit.hit),
    ...places.slice(0, Math.max(0, limit - Math.min(kept, live.length))),
    ...other.map((hit) => hit.hit),
  ];
  return hits.slice(0, limit);
}

interface Found {
  readonly hit: SearchHit;
  readonly exact: boolean;
}

function incidents(needle: string, limit: number, engine: LivePicture, audience: Audience): Found[] {
  const number = /^#?(\d{1,9})$/.exec(needle)?.[1];
  const found: Found[] = [];
  for (const record of engine.records.all('incident')) {
    // Only what this reader may see can be found by them, or a search would tell what the record hides.
    const r = seenBy('incident', record, audience);
    if (r === null) continue;
    const exact = number !== undefined && String(r.number) === number;
    const words = `${r.title.zh} ${r.title.en} ${r.address ?? ''} ${r.id} ${categories[r.category].name.zh}`;
    const near = number !== undefined && String(r.number).startsWith(number);
    if (!exact && !near && (needle.length < 2 || !words.toLowerCase().includes(needle))) continue;
    const status = r.status === 'open' ? { zh: '未结', en: 'open' } : { zh: '已结', en: 'closed' };
    const where = r.address === undefined ? '' : ` · ${r.address}`;
    found.push({
      exact,
      hit: {
        kind: 'incident',
        id: r.id,
        name: { zh: `#${r.number} ${r.title.zh}`, en: `#${r.number} ${r.title.en}` },
        detail: { zh: status.zh + where, en: status.en + where },
        ...(r.position && { position: r.position }),
      },
    });
    if (found.length >= limit * 4) break;
  }
  return found.sort((a, b) => Number(b.exact) - Number(a.exact)).slice(0, limit);
}

function units(needle: string, limit: number, engine: LivePicture): Found[] {
  const found: Found[] = [];
  for (const u of engine.records.all('unit')) {
    const exact = u.callsign.toLowerCase() === needle || u.id.toLowerCase() === needle;
    const words = `${u.callsign} ${u.id} ${u.name.zh} ${u.name.en}`.toLowerCase();
    if (!exact && !words.includes(needle)) continue;
    found.push({
      exact,
      hit: {
        kind: 'unit',
        id: u.id,
        name: { zh: `${u.callsign} ${u.name.zh}`, en: `${u.callsign} ${u.name.en}` },
        detail: { zh: u.status, en: u.status },
        ...(u.position && { position: u.position }),
      },
    });
  }
  return found.sort((a, b) => Number(b.exact) - Number(a.exact)).slice(0, limit);
}

/** Those the city does not know: what is in its pack, it finds itself. */
function stations(needle: string, limit: number, engine: LivePicture, city: City): Found[] {
  const found: Found[] = [];
  for (const s of engine.records.all('station')) {
    if (city.station(s.id) !== undefined) continue;
    const exact = s.id.toLowerCase() === needle;
    if (!exact && !`${s.id} ${s.name.zh} ${s.name.en}`.toLowerCase().includes(needle)) continue;
    found.push({ exact, hit: { kind: 'station', id: s.id, name: s.name, position: s.position } });
    if (found.length >= limit * 4) break;
  }
  return found.sort((a, b) => Number(b.exact) - Number(a.exact)).slice(0, limit);
}

function vehicles(needle: string, limit: number, engine: LivePicture): Found[] {
  if (needle.length < 2) return [];
  return engine.picture.searchVehicles(needle, Math.min(limit, 10)).map((v) => ({
    exact: v.id.toLowerCase() === needle,
    hit: {
      kind: 'vehicle' as const,
      id: String(v.slot),
      name: { zh: v.id, en: v.id },
      detail: { zh: v.feed, en: v.feed },
      position: v.position,
    },
  }));
}
