/**
 * Finds what stands still by name: Chinese text, pinyin (whole, or initials, or mixed), English words, with or
 * without accents. Exact before prefix before part; the dynamic things are searched elsewhere.
 */
import { pinyin } from 'pinyin-pro';
import type { SearchHit } from '../contract/api.ts';
import type { CityPack, Link } from '../contract/city-pack.ts';
import type { LonLat } from '../contract/geo.ts';
import type { LocalText } from '../contract/text.ts';
import type { Districts } from './district-index.ts';
import { facilityWords } from './facility-words.ts';
import { bboxOfPoints, interiorPoint } from './polygon.ts';
import { groupRoads } from './road-groups.ts';

interface Entry {
  readonly hit: SearchHit;
  /** Smaller is told first among equal matches. */
  readonly weight: number;
  readonly zh: string;
  readonly en: string;
  /** Index in `en` of each word's beginning. */
  readonly words: readonly number[];
  /** Syllables without tones and spaces, with the places where one begins; and the initials. */
  readonly syllables: string;
  readonly starts: readonly number[];
  readonly initials: string;
}

const HAN = /\p{Script=Han}/u;

/** Lower case, full-width to half-width, no accents, one space between words. */
export function normalise(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[\s'’·.,\-–—_/()（）]+/g, ' ')
    .trim();
}

/** What people type for the last word of a street's English name. */
const abbreviations: Readonly<Record<string, string>> = {
  rd: 'road',
  st: 'street',
  ave: 'avenue',
  av: 'avenue',
  blvd: 'boulevard',
  hwy: 'highway',
  expy: 'expressway',
  sq: 'square',
};

function spellOut(query: string): string {
  const space = query.lastIndexOf(' ');
  const word = abbreviations[query.slice(space + 1)];
  return space > 0 && word !== undefined ? query.slice(0, space + 1) + word : query;
}

export class NameIndex {
  readonly #entries: Entry[] = [];
  readonly #readingsOf = new Map<string, readonly string[]>();
  readonly #links: ReadonlyMap<string, Link>;

  constructor(pack: CityPack | null, districtsAt: (p: LonLat) => Districts) {
    this.#links = new Map((pack?.links ?? []).map((l) => [l.id, l]));
    if (pack === null) return;
    const where = (p: LonLat): LocalText | undefined => {
      const { street, district } = districtsAt(p);
      return (street ?? district)?.name;
    };
    const detail = (p: LonLat, what?: LocalText): { detail?: LocalText } => {
      const place = where(p);
      if (what === undefined) return place ? { detail: place } : {};
      if (place === undefined) return { detail: what };
      return {
        detail: { zh: `${what.zh} · ${place.zh || place.en}`, en: `${what.en} · ${place.en || place.zh}` },
      };
    };
    const districtNames = new Map(pack.districts.map((d) => [d.id, d.name]));
    for (const d of pack.districts) {
      const points = d.polygons.flatMap((p) => p[0]!);
      const position = interiorPoint(d.polygons[0]!);
      const parent = d.parent === undefined ? undefined : districtNames.get(d.parent);
      const weight = { district: 0, street: 1, grid: 5 }[d.level];
      this.#add(weight, {
        kind: 'district',
        id: d.id,
        name: d.name,
        detail: parent,
        position,
        bbox: bboxOfPoints(points),
      });
    }
    for (const road of groupRoads(pack.links)) {
      this.#add(2, { kind: 'road', ...road, ...detail(road.position) });
    }
    for (const f of pack.facilities) {
      const what = facilityWords[f.kind];
      this.#add(3, {
        kind: 'facility',
        id: f.id,
        name: f.name,
        position: f.position,
        ...detail(f.position, what),
      });
    }
    for (const a of pack.areas) {
      if (a.name === undefined) continue;
      const points = a.polygons.flatMap((p) => p[0]!);
      const position = interiorPoint(a.polygons[0]!);
      this.#add(3, {
        kind: 'place',
        id: a.id,
        name: a.name,
        position,
        bbox: bboxOfPoints(points),
        ...detail(position),
      });
    }
    for (const j of pack.junctions) {
      if (j.name === undefined) continue;
      this.#add(4, { kind: 'place', id: j.id, name: j.name, position: j.position, ...detail(j.position) });
    }
    for (const b of pack.buildings) {
      if (b.name === undefined) continue;
      const position = interiorPoint(b.polygon);
      this.#add(4, { kind: 'place', id: b.id, name: b.name, position, ...detail(position) });
    }
    for (const s of pack.stations) {
      this.#add(4, { kind: 'station', id: s.id, name: s.name, position: s.position, ...detail(s.position) });
    }
  }

  #add(weight: number, hit: SearchHit): void {
    const zh = normalise(hit.name.zh);
    const en = normalise(hit.name.en);
    const words: number[] = [];
    for (let i = 0; i < en.length; i++) if (i === 0 || en[i - 1] === ' ') words.push(i);
    const spoken = HAN.test(zh)
      ? pinyin(zh, { toneType: 'none', type: 'array', v: true, nonZh: 'consecutive' })
      : [];
    const starts: number[] = [];
    let syllables = '';
    let initials = '';
    for (const syllable of spoken) {
      const plain = syllable.replaceAll(' ', '');
      if (plain === '') continue;
      starts.push(syllables.length);
      syllables += plain;
      initials += plain[0];
    }
    this.#entries.push({ hit, weight, zh, en, words, syllables, starts, initials });
  }

  /** Whether letters spell characters that follow each other, each by a whole reading or its first letter. */
  #spells(zh: string, letters: string): boolean {
    const from = (at: number, rest: string): boolean => {
      if (rest === '') return true;
      const char = zh[at];
      if (char === undefined) return false;
      if (char === ' ') return from(at + 1, rest);
      return this.#readings(char).some(
        (reading) =>
          reading.startsWith(rest) ||
          (rest.startsWith(reading) && from(at + 1, rest.slice(reading.length))) ||
          (rest[0] === reading[0] && from(at + 1, rest.slice(1))),
      );
    };
    for (let at = 0; at < zh.length; at++) if (from(at, letters)) return true;
    return false;
  }

  /** Every reading of a character without its tone; of what is no Chinese character, itself. */
  #readings(char: string): readonly string[] {
    let readings = this.#readingsOf.get(char);
    if (readings === undefined) {
      const all = HAN.test(char)
        ? pinyin(char, { toneType: 'none', type: 'array', multiple: true, v: true })
        : [char];
      readings = [...new Set(all)];
      this.#readingsOf.set(char, readings);
    }
    return readings;
  }

  search(q: string, limit: number): SearchHit[] {
    const query = spellOut(normalise(q.slice(0, 100)));
    if (query === '' || limit < 1) return [];
    const close = query.replaceAll(' ', '');
    const latin = !HAN.test(query);
    const found: { entry: Entry; score: number }[] = [];
    for (const entry of this.#entries) {
      const score = latin ? scoreLatin(entry, query, close) : scoreText(entry.zh, close);
      if (score < Infinity) found.push({ entry, score });
    }
    if (latin && found.length < limit && close.length >= 2 && /^[a-z]+$/.test(close)) {
      // Mixed spellings (rmyiyuan) and the other readings of a character.
      const known = new Set(found.map((f) => f.entry));
      for (const entry of this.#entries) {
        if (entry.syllables === '' || known.has(entry)) continue;
        if (this.#spells(entry.zh, close)) found.push({ entry, score: 6 });
      }
    }
    found.sort(
      (a, b) =>
        a.score - b.score ||
        a.entry.weight - b.entry.weight ||
        a.entry.zh.length + a.entry.en.length - (b.entry.zh.length + b.entry.en.length) ||
        (a.entry.hit.id < b.entry.hit.id ? -1 : 1),
    );
    const hits = found.slice(0, limit).map((f) => f.entry.hit);
    const link = this.#links.get(q.trim());
    if (link !== undefined) hits.unshift(linkHit(link));
    return hits.slice(0, limit);
  }
}

/** 0 the whole name, 1 its beginning, 4 somewhere in it. */
function scoreText(text: string, query: string): number {
  const at = text.replaceAll(' ', '').indexOf(query);
  if (at < 0) return Infinity;
  if (at > 0) return 4;
  return text.replaceAll(' ', '').length === query.length ? 0 : 1;
}

function scoreLatin(entry: Entry, query: string, close: string): number {
  let best = Infinity;
  const { en, zh, syllables, initials } = entry;
  if (en === query || zh === query) return 0;
  if (en.startsWith(query)) best = 1;
  else if (entry.words.some((at) => en.startsWith(query, at))) best = 2;
  else if (close.length >= 3 && (en.includes(query) || en.replaceAll(' ', '').includes(close))) best = 5;
  else if (wordsInOrder(entry, query)) best = 3;
  if (zh.startsWith(close)) best = Math.min(best, 1);
  if (syllables !== '') {
    if (syllables === close) return Math.min(best, 0.5);
    if (syllables.startsWith(close)) best = Math.min(best, 1.5);
    else if (entry.starts.some((at) => syllables.startsWith(close, at))) best = Math.min(best, 3.5);
    if (close.length >= 2) {
      if (initials === close) best = Math.min(best, 1.2);
      else if (initials.startsWith(close)) best = Math.min(best, 2.5);
      else if (initials.includes(close)) best = Math.min(best, 4.5);
    }
  }
  return best;
}

/** “first hosp” finds “Linjiang First Hospital”. */
function wordsInOrder(entry: Entry, query: string): boolean {
  const wanted = query.split(' ');
  if (wanted.length < 2) return false;
  let k = 0;
  for (const at of entry.words) if (k < wanted.length && entry.en.startsWith(wanted[k]!, at)) k++;
  return k === wanted.length;
}

function linkHit(link: Link): SearchHit {
  const position = link.path[Math.floor(link.path.length / 2)]!;
  const name = link.name ?? { zh: link.id, en: link.id };
  return {
    kind: 'link',
    id: link.id,
    name,
    detail: { zh: link.id, en: link.id },
    position,
    bbox: bboxOfPoints(link.path),
  };
}
