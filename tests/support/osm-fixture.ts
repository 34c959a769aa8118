/** Writes small OpenStreetMap files by hand, as XML and as PBF, from one description. */
import { deflateSync } from 'node:zlib';
import type { OsmMember, OsmNode, OsmRelation, OsmWay, Tags } from '../../server/city/import-osm/osm.ts';

export interface OsmFixture {
  readonly nodes: readonly OsmNode[];
  readonly ways: readonly OsmWay[];
  readonly relations: readonly OsmRelation[];
}

export const node = (id: number, lon: number, lat: number, tags?: Tags): OsmNode => ({
  type: 'node',
  id,
  lon,
  lat,
  ...(tags ? { tags } : {}),
});
export const way = (id: number, refs: number[], tags: Tags = {}): OsmWay => ({ type: 'way', id, refs, tags });
export const relation = (id: number, members: OsmMember[], tags: Tags): OsmRelation => ({
  type: 'relation',
  id,
  members,
  tags,
});
export const member = (type: OsmMember['type'], ref: number, role = ''): OsmMember => ({ type, ref, role });

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const tagLines = (tags: Tags | undefined): string =>
  Object.entries(tags ?? {})
    .map(([k, v]) => `<tag k="${escape(k)}" v="${escape(v)}"/>`)
    .join('');

export function osmXml({ nodes, ways, relations }: OsmFixture): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<osm version="0.6">',
    ...nodes.map((n) => `<node id="${n.id}" lat="${n.lat}" lon="${n.lon}">${tagLines(n.tags)}</node>`),
    ...ways.map(
      (w) => `<way id="${w.id}">${w.refs.map((r) => `<nd ref="${r}"/>`).join('')}${tagLines(w.tags)}</way>`,
    ),
    ...relations.map((r) => {
      const members = r.members.map((m) => `<member type="${m.type}" ref="${m.ref}" role="${m.role}"/>`);
      return `<relation id="${r.id}">${members.join('')}${tagLines(r.tags)}</relation>`;
    }),
    '</osm>',
  ].join('\n');
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let v = value;
  while (v >= 128) {
    bytes.push((v % 128) + 128);
    v = Math.floor(v / 128);
  }
  return [...bytes, v];
}
const zigzag = (v: number): number => (v >= 0 ? v * 2 : -v * 2 - 1);
const number = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, content: ArrayLike<number>): number[] => [
  ...varint(field * 8 + 2),
  ...varint(content.length),
  ...Array.from(content),
];
const text = (field: number, content: string): number[] => bytes(field, Buffer.from(content));
const packed = (field: number, values: readonly number[]): number[] => bytes(field, values.flatMap(varint));
const deltas = (values: readonly number[]): number[] =>
  values.map((v, i) => zigzag(v - (values[i - 1] ?? 0)));

function frame(type: string, content: readonly number[]): Buffer {
  const blob = Buffer.from([
    ...number(2, content.length),
    ...bytes(3, deflateSync(Uint8Array.from(content))),
  ]);
  const header = Buffer.from([...text(1, type), ...number(3, blob.length)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  return Buffer.concat([length, header, blob]);
}

const memberTypes = ['node', 'way', 'relation'];

export function osmPbf(
  { nodes, ways, relations }: OsmFixture,
  features = ['OsmSchema-V0.6', 'DenseNodes'],
): Buffer {
  const strings = [''];
  const at = (value: string): number => {
    const i = strings.indexOf(value, 1);
    return i > 0 ? i : strings.push(value) - 1;
  };
  const keys = (tags: Tags | undefined): number[] => Object.keys(tags ?? {}).map(at);
  const values = (tags: Tags | undefined): number[] => Object.values(tags ?? {}).map(at);
  const dense = [
    ...packed(1, deltas(nodes.map((n) => n.id))),
    ...packed(8, deltas(nodes.map((n) => Math.round(n.lat * 1e7)))),
    ...packed(9, deltas(nodes.map((n) => Math.round(n.lon * 1e7)))),
    ...packed(
      10,
      nodes.flatMap((n) => [...Object.entries(n.tags ?? {}).flatMap(([k, v]) => [at(k), at(v)]), 0]),
    ),
  ];
  const groups = [
    bytes(2, dense),
    ways.flatMap((w) =>
      bytes(3, [
        ...number(1, w.id),
        ...packed(2, keys(w.tags)),
        ...packed(3, values(w.tags)),
        ...packed(8, deltas(w.refs)),
      ]),
    ),
    relations.flatMap((r) =>
      bytes(4, [
        ...number(1, r.id),
        ...packed(2, keys(r.tags)),
        ...packed(3, values(r.tags)),
        ...packed(
          8,
          r.members.map((m) => at(m.role)),
        ),
        ...packed(9, deltas(r.members.map((m) => m.ref))),
        ...packed(
          10,
          r.members.map((m) => memberTypes.indexOf(m.type)),
        ),
      ]),
    ),
  ];
  const blocks = groups.map((group) =>
    frame('OSMData', [
      ...bytes(
        1,
        strings.flatMap((s) => text(1, s)),
      ),
      ...bytes(2, group),
    ]),
  );
  return Buffer.concat([
    frame(
      'OSMHeader',
      features.flatMap((f) => text(4, f)),
    ),
    ...blocks,
  ]);
}
