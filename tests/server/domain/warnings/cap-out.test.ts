import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textFault } from '../../../../server/contract/plain-text.ts';
import {
  capCategories,
  capCertainties,
  capMessageTypes,
  capScopes,
  capSeverities,
  capStatuses,
  capUrgencies,
  warningMessage,
  type WarningMessage,
} from '../../../../server/contract/warnings.ts';
import { atomFeed, capReference, capTime, capXml } from '../../../../server/domain/warnings/cap-out.ts';
import { readCap } from '../../../../server/feeds/cap/read-cap.ts';
import { capText, warningOf } from '../../../support/cap.ts';

/** Text that people may write here; the rest of it is as odd as it can be. */
const written = (maxLength: number, lines: boolean): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme', maxLength }),
      fc.string({ unit: 'binary', maxLength }),
      fc
        .array(
          fc.constantFrom('<', '>', '&', '"', "'", ']]>', '&amp;', '暴雨', 'a', ' < ', '&#0;', '😀', '<!--'),
          {
            maxLength: 12,
          },
        )
        .map((parts) => parts.join('')),
    )
    .map((text) =>
      text
        .toWellFormed()
        .replace(/[\r\u0085\ufffe\uffff]/g, '')
        .replace(lines ? /\t/g : /\s+/g, ' ')
        .trim(),
    )
    .filter((text) => textFault(text) === null && text.length <= maxLength);
/** In Chinese, in English, or in both; at least in one. */
const inLanguages = (zh: boolean, en: boolean, max: number, lines: boolean) => {
  const one = (there: boolean, filled: boolean): fc.Arbitrary<string> =>
    there ? written(max, lines).map((t) => (t === '' && filled ? 'x' : t)) : fc.constant('');
  return (filled: boolean) => fc.record({ zh: one(zh, filled), en: one(en, filled) });
};
/** Whole seconds, as CAP has them. */
const time = fc.integer({ min: 0, max: 4_102_444_800 }).map((s) => s * 1_000);
const degrees = (limit: number): fc.Arbitrary<number> =>
  fc.integer({ min: -limit * 1e6, max: limit * 1e6 }).map((n) => n / 1e6 + 0);
const place = fc.tuple(degrees(180), degrees(90));
const area = fc.record({
  description: written(60, false),
  polygons: fc.array(
    fc.array(place, { minLength: 3, maxLength: 6 }).map((ring) => [...ring, ring[0]!]),
    { maxLength: 2 },
  ),
  circles: fc.array(
    fc.record({ center: place, radiusM: fc.integer({ min: 0, max: 2_000_000_000 }).map((mm) => mm / 1_000) }),
    { maxLength: 2 },
  ),
  geocodes: fc.array(fc.stringMatching(/^[a-z:/.?=]{1,12}=[0-9A-Z]{1,8}$/), { maxLength: 3 }),
});
const name = fc.stringMatching(/^[A-Za-z0-9@:/._-]{1,40}$/);

const message: fc.Arbitrary<WarningMessage> = fc
  .constantFrom([true, true] as const, [true, false] as const, [false, true] as const)
  .chain(([zh, en]) =>
    fc.record(
      {
        identifier: name,
        sender: name,
        senderName: written(60, false).filter((t) => t !== ''),
        sentAtMs: time,
        messageType: fc.constantFrom(...capMessageTypes),
        references: fc.array(
          fc
            .record({ identifier: name, sender: name, sentAtMs: time })
            .map((m) => capReference(m as WarningMessage)),
          {
            maxLength: 3,
          },
        ),
        signed: fc.constant(false),
        web: fc.constant('https://alerts.example.org/a?b=c&d=<e>'),
        status: fc.constantFrom(...capStatuses),
        scope: fc.constantFrom(...capScopes),
        categories: fc.uniqueArray(fc.constantFrom(...capCategories), { minLength: 1 }),
        event: inLanguages(zh, en, 40, false)(true),
        urgency: fc.constantFrom(...capUrgencies),
        severity: fc.constantFrom(...capSeverities),
        certainty: fc.constantFrom(...capCertainties),
        headline: inLanguages(zh, en, 60, false)(false),
        description: inLanguages(zh, en, 200, true)(false),
        instruction: inLanguages(zh, en, 200, true)(false),
        effectiveAtMs: time,
        onsetAtMs: time,
        expiresAtMs: time,
        areas: fc.array(area, { maxLength: 4 }),
      },
      {
        requiredKeys: [
          'identifier',
          'sender',
          'sentAtMs',
          'messageType',
          'references',
          'signed',
          'status',
          'scope',
          'categories',
          'event',
          'urgency',
          'severity',
          'certainty',
          'headline',
          'description',
          'instruction',
          'areas',
        ],
      },
    ),
  );
/** Absent and undefined are the same. */
const plain = (m: WarningMessage): unknown => JSON.parse(JSON.stringify(m)) as unknown;
const some = (): WarningMessage => ({
  ...warningOf(capText()),
  event: { zh: '暴雨', en: 'Rainstorm' },
  headline: { zh: '暴雨红色预警', en: 'Red rainstorm warning' },
});

describe('our warnings as CAP', () => {
  it('AL-160 are read back as what they were, whatever is in them', () => {
    fc.assert(
      fc.property(message, (m) => {
        expect(warningMessage.safeParse(m).success).toBe(true);
        expect(plain(warningOf(capXml(m)))).toEqual(plain(m));
      }),
      { numRuns: 500 },
    );
  });

  it('AL-160 are well-formed also with what people may not write', () => {
    const odd = fc.string({ unit: 'binary', maxLength: 60 }).map((t) => `${t}\ud800\u0000\u001b]]>&<`);
    fc.assert(
      fc.property(odd, odd, (zh, en) => {
        const text = { zh, en };
        const m = {
          ...some(),
          event: text,
          headline: text,
          description: text,
          instruction: text,
          senderName: zh,
        };
        const xml = capXml({ ...m, areas: [{ ...m.areas[0]!, description: zh, geocodes: [en] }] });
        expect(readCap(Buffer.from(xml))).toMatchObject({ ok: true });
        // oxlint-disable-next-line no-control-regex
        expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/);
      }),
    );
  });

  it('AL-160 have their elements in the order of the standard, times to the second of UTC, latitude first', () => {
    const { description, instruction, ...rest } = some();
    const both = (t: { en: string }) => ({ zh: t.en, en: t.en });
    const xml = capXml({
      ...rest,
      description: both(description),
      instruction: both(instruction),
      sentAtMs: rest.sentAtMs + 999,
      senderName: 'A & B',
    });
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>EX-2026-1</identifier>
<sender>alerts@example.org</sender>
<sent>2026-07-01T08:30:00-00:00</sent>
<status>Actual</status>
<msgType>Alert</msgType>
<scope>Public</scope>
<references>alerts@example.org,EX-2026-0,2026-07-01T15:30:00+08:00</references>
${(['zh-CN', 'en-US'] as const)
  .map(
    (language, i) => `<info>
<language>${language}</language>
<category>Met</category>
<event>${['暴雨', 'Rainstorm'][i]}</event>
<urgency>Immediate</urgency>
<severity>Severe</severity>
<certainty>Likely</certainty>
<effective>2026-07-01T08:30:00-00:00</effective>
<onset>2026-07-01T09:00:00-00:00</onset>
<expires>2026-07-01T14:30:00-00:00</expires>
<senderName>A &amp; B</senderName>
<headline>${['暴雨红色预警', 'Red rainstorm warning'][i]}</headline>
<description>Over 100 mm in three hours.</description>
<instruction>Stay inside.</instruction>
<web>https://weather.example.org/1</web>
<area>
<areaDesc>Guixi</areaDesc>
<polygon>28.2,117.1 28.2,117.3 28.4,117.3 28.2,117.1</polygon>
<circle>28.3,117.2 12.5</circle>
<geocode><valueName>GB2260</valueName><value>360681</value></geocode>
</area>
</info>`,
  )
  .join('\n')}
</alert>
`);
  });

  it('AL-160 write small numbers out', () => {
    const areas = [
      {
        description: '',
        polygons: [],
        circles: [{ center: [-1e-7, 1e-6] as const, radiusM: 0.001 }],
        geocodes: ['360681'],
      },
    ];
    const xml = capXml({ ...some(), areas });
    expect(xml).toContain('<circle>0.000001,0 0.000001</circle>');
    expect(xml).toContain('<valueName>geocode</valueName><value>360681</value>');
  });

  it('AL-160 have an event in every info, in the other language or of the category where need be', () => {
    const empty = { zh: '', en: '' };
    const silent = { ...some(), event: empty, headline: empty, description: empty, instruction: empty };
    const events = (m: WarningMessage): unknown => warningOf(capXml(m)).event;
    expect(events({ ...silent, event: { zh: '暴雨', en: '' }, headline: { zh: '', en: 'Rain' } })).toEqual({
      zh: '暴雨',
      en: '暴雨',
    });
    expect(events({ ...silent, headline: { zh: '雨', en: '' } })).toEqual({ zh: '雨', en: '' });
    expect(events(silent)).toEqual({ zh: '', en: 'Met' });
    expect(capXml({ ...silent, areas: [] })).not.toContain('<info>');
  });

  it('AL-160 name each other as the message itself says it', () => {
    const m = some();
    const reference = capReference(m);
    expect(reference).toBe('alerts@example.org,EX-2026-1,2026-07-01T08:30:00-00:00');
    expect(capXml(m)).toContain(`<sent>${reference.split(',')[2]}</sent>`);
    expect(warningOf(capXml({ ...m, references: [reference] })).references).toEqual([reference]);
    expect(capTime(0)).toBe('1970-01-01T00:00:00-00:00');
  });

  it('AL-161 stand in an index whole, which our own reader reads', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 4 }),
        fc.string({ unit: 'binary', maxLength: 20 }),
        (messages, title) => {
          const entries = messages.map((m, i) => ({
            url: `https://city.example.org/api/v1/warnings/${i}/cap?a=1&b="2"`,
            updatedMs: m.sentAtMs,
            message: m,
          }));
          const xml = atomFeed(entries, {
            selfUrl: 'https://city.example.org/feed.atom',
            title,
            updatedMs: 0,
          });
          const read = readCap(Buffer.from(xml));
          if (!read.ok || read.value.kind !== 'index') throw new Error('no index');
          expect(read.value.entries.map((e) => e.message?.ok && plain(e.message.value))).toEqual(
            messages.map(plain),
          );
          expect(read.value.entries.map((e) => e.link)).toEqual(entries.map((e) => e.url));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('AL-161 the index says what Atom asks of it', () => {
    const about = {
      selfUrl: 'https://c.example/feed.atom',
      title: '贵溪市预警',
      updatedMs: Date.UTC(2026, 6, 2),
    };
    const url = 'https://c.example/warnings/w1/cap';
    const xml = atomFeed([{ url, updatedMs: Date.UTC(2026, 6, 1), message: some() }], about);
    for (const part of [
      '<id>https://c.example/feed.atom</id>',
      '<title>贵溪市预警</title>',
      '<updated>2026-07-02T00:00:00Z</updated>',
      '<author><name>贵溪市预警</name></author>',
      '<link rel="self" type="application/atom+xml" href="https://c.example/feed.atom"/>',
      `<id>${url}</id>`,
      '<title>暴雨红色预警 / Red rainstorm warning</title>',
      '<updated>2026-07-01T00:00:00Z</updated>',
      `<link rel="alternate" type="application/cap+xml" href="${url}"/>`,
    ])
      expect(xml).toContain(part);
  });
});
