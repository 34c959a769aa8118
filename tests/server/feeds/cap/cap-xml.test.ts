import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { warningMessage } from '../../../../server/contract/warnings.ts';
import { readCap } from '../../../../server/feeds/cap/read-cap.ts';
import {
  areaText,
  CAP_NS,
  capText,
  infoText,
  readMessage,
  SENT_MS,
  warningOf,
} from '../../../support/cap.ts';

const HOUR = 3_600_000;
const whole = {
  identifier: 'EX-2026-1',
  sender: 'alerts@example.org',
  senderName: 'Weather Service',
  sentAtMs: SENT_MS,
  messageType: 'Alert',
  references: ['alerts@example.org,EX-2026-0,2026-07-01T15:30:00+08:00'],
  signed: false,
  web: 'https://weather.example.org/1',
  status: 'Actual',
  scope: 'Public',
  categories: ['Met'],
  event: { zh: '', en: 'Rainstorm' },
  urgency: 'Immediate',
  severity: 'Severe',
  certainty: 'Likely',
  headline: { zh: '', en: 'Red rainstorm warning' },
  description: { zh: '', en: 'Over 100 mm in three hours.' },
  instruction: { zh: '', en: 'Stay inside.' },
  effectiveAtMs: SENT_MS,
  onsetAtMs: SENT_MS + HOUR / 2,
  expiresAtMs: SENT_MS + 6 * HOUR,
  areas: [
    {
      description: 'Guixi',
      polygons: [
        [
          [117.1, 28.2],
          [117.3, 28.2],
          [117.3, 28.4],
          [117.1, 28.2],
        ],
      ],
      circles: [{ center: [117.2, 28.3], radiusM: 12_500 }],
      geocodes: ['GB2260=360681'],
    },
  ],
};

/** The message with an info in place of its own, and others before and after it. */
const withInfo = (...infos: string[]): string => capText([[infoText, infos.join('\n')]]);
const info = (...replace: [string, string][]): string => {
  let text = infoText;
  for (const [from, to] of replace) {
    if (!text.includes(from)) throw new Error(`the info has no ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
};
const detailOf = (text: string): string => {
  const read = readMessage(text);
  return read.ok ? 'taken' : `${read.error.code} ${read.error.detail}`;
};

describe('a CAP message', () => {
  it('FE-81 FE-83 is read whole, its places turned round', () => {
    expect(warningOf(capText())).toEqual(whole);
    expect(warningMessage.safeParse(warningOf(capText())).success).toBe(true);
  });

  it.each([
    ['version 1.1', [[CAP_NS, 'urn:oasis:names:tc:emergency:cap:1.1']]],
    ['a time in UTC, with -00:00', [['<sent>2026-07-01T16:30:00+08:00', '<sent>2026-07-01T08:30:00-00:00']]],
    ['a time in UTC, with Z', [['<sent>2026-07-01T16:30:00+08:00', '<sent>2026-07-01T08:30:00Z']]],
    ['parts in CDATA', [['Stay inside.', '<![CDATA[Stay inside.]]>']]],
    ['characters by number', [['Stay inside.', '&#83;tay&#x20;inside.']]],
    [
      'spaces around every value',
      [
        ['<status>Actual', '<status>\n   Actual\t'],
        ['Rainstorm<', ' Rainstorm <'],
      ],
    ],
    ['elements that are empty', [['<scope>', '<restriction/><addresses></addresses><note/><scope>']]],
    [
      'elements of somebody else',
      [['<info>', '<x:sent xmlns:x="urn:x">never</x:sent><status xmlns="">Test</status><info>']],
    ],
    ['elements nobody knows', [['<info>', '<novelty><a/></novelty><info>']]],
    ['a word of CAP 1.0', [['<certainty>Likely', '<certainty>Very Likely']]],
    [
      'the same category twice',
      [['<category>Met</category>', '<category>Met</category><category>Met</category>']],
    ],
  ] as const)('FE-81 is read the same with %s', (_name, replace) => {
    expect(warningOf(capText(replace))).toEqual(whole);
  });

  it('FE-81 is read the same with a prefix of any kind', () => {
    const prefixed = capText([[`xmlns="${CAP_NS}"`, `xmlns:预警="${CAP_NS}"`]]).replace(
      /<(\/?)([a-zA-Z])/g,
      '<$1预警:$2',
    );
    expect(prefixed).toContain('<预警:alert');
    expect(warningOf(prefixed)).toEqual(whole);
  });

  it.each([
    ['UTF-16, little end first', (t: string) => Buffer.from(`\ufeff${t}`, 'utf16le')],
    ['UTF-16, big end first', (t: string) => Buffer.from(`\ufeff${t}`, 'utf16le').swap16()],
    ['UTF-8 with a mark', (t: string) => Buffer.from(`\ufeff${t}`)],
  ])('FE-81 is read in %s', (_name, encode) => {
    const text = capText([['Rainstorm', '暴雨']]);
    expect(warningOf(encode(text)).event.en).toBe('暴雨');
  });

  it('FE-81 is read in the encoding that it declares', () => {
    const [before, after] = capText([['UTF-8', 'GB18030']]).split('Rainstorm') as [string, string];
    const bytes = Buffer.concat([
      Buffer.from(before),
      Buffer.from([0xb1, 0xa9, 0xd3, 0xea]),
      Buffer.from(after),
    ]);
    expect(warningOf(bytes).event.en).toBe('暴雨');
  });

  it('FE-81 says whether it bears a signature, and reads on', () => {
    const signature = `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:Reference URI="">
      <ds:DigestValue>3q2+7w==</ds:DigestValue></ds:Reference></ds:SignedInfo></ds:Signature>`;
    expect(warningOf(capText([['</alert>', `${signature}</alert>`]]))).toEqual({ ...whole, signed: true });
    const other = capText([['</alert>', '<Signature>no</Signature></alert>']]);
    expect(warningOf(other).signed).toBe(false);
  });

  it('FE-81 may have no info: it cancels or acknowledges', () => {
    const text = capText([
      [infoText, ''],
      ['<msgType>Alert', '<msgType>Cancel'],
    ]);
    expect(warningOf(text)).toMatchObject({
      messageType: 'Cancel',
      categories: ['Other'],
      severity: 'Unknown',
      event: { zh: '', en: '' },
      areas: [],
    });
    expect(warningMessage.safeParse(warningOf(text)).success).toBe(true);
  });

  it.each([
    ['identifier', 'EX-2026-1'],
    ['sender', 'alerts@example.org'],
    ['sent', '2026-07-01T16:30:00+08:00'],
    ['status', 'Actual'],
    ['msgType', 'Alert'],
    ['scope', 'Public'],
    ['info.category', 'Met'],
    ['info.event', 'Rainstorm'],
    ['info.urgency', 'Immediate'],
    ['info.severity', 'Severe'],
    ['info.certainty', 'Likely'],
    ['info.area.areaDesc', 'Guixi'],
    ['info.area.geocode.valueName', 'GB2260'],
    ['info.area.geocode.value', '360681'],
  ])('FE-81 is refused without %s, and says so', (path, value) => {
    const element = path.split('.').at(-1)!;
    const whole = `<${element}>${value}</${element}>`;
    expect(detailOf(capText([[whole, '']]))).toBe(`bad-warning ${path}: missing`);
  });

  it.each([
    ['status', 'Actual', 'actual'],
    ['msgType', 'Alert', 'Alarm'],
    ['scope', 'Public', 'Secret'],
    ['info.category', 'Met', 'Weather'],
    ['info.responseType', 'Shelter', 'Panic'],
    ['info.urgency', 'Immediate', 'Now'],
    ['info.severity', 'Severe', 'Sever'],
    ['info.certainty', 'Likely', 'Sure'],
  ])('FE-81 is refused with a %s out of no list, and says which', (path, value, wrong) => {
    const element = path.split('.').at(-1)!;
    const text = capText([[`<${element}>${value}</${element}>`, `<${element}>${wrong}</${element}>`]]);
    expect(detailOf(text)).toBe(`bad-warning ${path}: “${wrong}”`);
  });

  it.each([
    ['a sender with a space', 'alerts@example.org</sender>', 'alerts at example</sender>', 'sender'],
    ['a sender with a comma', 'alerts@example.org</sender>', 'a,b</sender>', 'sender'],
    ['an identifier with <', 'EX-2026-1', 'EX&lt;1', 'identifier'],
    ['an identifier with &', 'EX-2026-1', 'EX&amp;1', 'identifier'],
    ['an identifier that never ends', 'EX-2026-1', 'x'.repeat(301), 'identifier'],
    ['a time without a zone', '<sent>2026-07-01T16:30:00+08:00', '<sent>2026-07-01T16:30:00', 'sent'],
    ['a time that is a date', '<sent>2026-07-01T16:30:00+08:00', '<sent>2026-07-01', 'sent'],
    ['a 31st of June', '<sent>2026-07-01T16:30:00+08:00', '<sent>2026-06-31T16:30:00+08:00', 'sent'],
    ['an hour 24', '<sent>2026-07-01T16:30:00+08:00', '<sent>2026-06-30T24:00:00+08:00', 'sent'],
    [
      'an end without a zone',
      '<expires>2026-07-01T22:30:00+08:00',
      '<expires>2026-07-01T22:30:00',
      'info.expires',
    ],
    ['two identifiers', '<sender>', '<identifier>EX-2</identifier><sender>', 'identifier: > 1'],
    ['two severities', '<severity>', '<severity>Minor</severity><severity>', 'info.severity: > 1'],
    ['a reference in two parts', ',EX-2026-0,', ',', 'references'],
    ['a reference without a time', ',2026-07-01T15:30:00+08:00<', ',yesterday<', 'references'],
    ['a reference in four parts', '+08:00</references>', '+08:00,x</references>', 'references'],
    [
      'a parameter without a value',
      '<area>',
      '<parameter><valueName>x</valueName></parameter><area>',
      'info.parameter.value',
    ],
    [
      'a resource without a type',
      '<area>',
      '<resource><resourceDesc>x</resourceDesc></resource><area>',
      'info.resource.mimeType',
    ],
  ])('FE-81 is refused with %s', (_name, from, to, says) => {
    expect(detailOf(capText([[from, to]]))).toContain(`bad-warning ${says}`);
  });

  it.each([
    ['three points', '28.20,117.10 28.20,117.30 28.20,117.10', 'polygon: 3 points < 4'],
    ['an open ring', '28.20,117.10 28.20,117.30 28.40,117.30 28.40,117.10', 'polygon: first ≠ last'],
    [
      'longitude first',
      '117.10,28.20 117.30,28.20 117.30,28.40 117.10,28.20',
      'polygon: point 1: lat 117.1 (lon,lat?)',
    ],
    ['a place off the Earth', '28.2,190 28.2,117.3 28.4,117.3 28.2,190', 'polygon: point 1: lon 190'],
    ['words', 'a,b c,d e,f a,b', 'polygon: point 1: not lat,lon'],
    [
      'spaces in the pairs',
      '28.2, 117.1 28.2, 117.3 28.4, 117.3 28.2, 117.1',
      'polygon: point 1: not lat,lon',
    ],
    ['infinity', '1e999,0 0,0 0,1 1e999,0', 'polygon: point 1: not lat,lon'],
  ])('FE-83 is refused with a polygon of %s', (_name, ring, says) => {
    const text = capText([['28.20,117.10 28.20,117.30 28.40,117.30 28.20,117.10', ring]]);
    expect(detailOf(text)).toBe(`bad-warning info.area.${says}`);
  });

  it.each([
    ['without a radius', '28.3,117.2', 'circle: not lat,lon km'],
    ['with a radius below 0', '28.3,117.2 -1', 'circle: not lat,lon km'],
    ['longitude first', '117.2,28.3 12.5', 'circle: lat 117.2 (lon,lat?)'],
    ['around half the Earth', '28.3,117.2 20000', 'circle: radius > 2000 km'],
  ])('FE-83 is refused with a circle %s', (_name, circle, says) => {
    expect(detailOf(capText([['28.3,117.2 12.5', circle]]))).toBe(`bad-warning info.area.${says}`);
  });

  it('FE-83 takes a circle of no size, and shapes that are empty for none', () => {
    const text = capText([
      ['28.3,117.2 12.5', '-28.3,-117.2 0.0'],
      ['<circle>', '<polygon></polygon><circle/><circle>'],
    ]);
    expect(warningOf(text).areas[0]).toMatchObject({
      polygons: whole.areas[0]!.polygons,
      circles: [{ center: [-117.2, -28.3], radiusM: 0 }],
    });
  });

  it.each([
    ['points', 'info.area.polygon: points > 2000', `<polygon>${'28.20,117.10 '.repeat(2_001)}</polygon>`],
    ['circles', 'info.area.circle: > 200', '<circle>28.3,117.2 1</circle>'.repeat(201)],
    [
      'codes',
      'info.area.geocode: > 500',
      '<geocode><valueName>a</valueName><value>b</value></geocode>'.repeat(501),
    ],
  ])('FE-83 is refused with more %s than anybody draws', (_name, says, shapes) => {
    const text = capText([[areaText, `<area><areaDesc>x</areaDesc>${shapes}</area>`]]);
    expect(detailOf(text)).toBe(`bad-warning ${says}`);
  });

  it('FE-83 is refused with more areas than anybody reads', () => {
    const areas = Array.from({ length: 101 }, (_v, i) => `<area><areaDesc>${i}</areaDesc></area>`).join('');
    expect(detailOf(capText([[areaText, areas]]))).toBe('bad-warning info.area: > 100');
  });

  it('FE-84 has its Chinese texts and its others; of others English is preferred', () => {
    const zh = info(['en-US', 'zh-CN'], ['Rainstorm', '暴雨'], ['Red rainstorm warning', '暴雨红色预警']);
    const fr = info(['en-US', 'fr-FR'], ['Rainstorm', 'Orage'], ['Red rainstorm warning', 'Vigilance rouge']);
    const texts = (text: string): unknown => {
      const { event, headline } = warningOf(text);
      return [event, headline];
    };
    const both = [
      { zh: '暴雨', en: 'Rainstorm' },
      { zh: '暴雨红色预警', en: 'Red rainstorm warning' },
    ];
    expect(texts(withInfo(zh, infoText))).toEqual(both);
    expect(texts(withInfo(fr, infoText, zh))).toEqual(both);
    expect(texts(withInfo(zh, fr))).toMatchObject([{ zh: '暴雨', en: 'Orage' }, {}]);
    expect(texts(withInfo(zh))).toMatchObject([{ zh: '暴雨', en: '' }, {}]);
    const traditional = info(['en-US', 'zh-Hant-TW'], ['Rainstorm', '豪雨']);
    expect(texts(withInfo(traditional))).toMatchObject([{ zh: '豪雨', en: '' }, {}]);
    // Without a language it is in CAP's own (§3.2.2).
    expect(texts(withInfo(info(['<language>en-US</language>', ''])))).toMatchObject([
      { zh: '', en: 'Rainstorm' },
      {},
    ]);
  });

  it('FE-84 is led by its most severe info, wherever that stands', () => {
    const minor = info(['Severe', 'Minor'], ['Rainstorm', 'Wind'], ['22:30:00', '23:30:00']);
    const extreme = info(
      ['Severe', 'Extreme'],
      ['Rainstorm', 'Flood'],
      ['22:30:00', '18:30:00'],
      ['Met', 'Geo'],
    );
    for (const infos of [
      [minor, infoText, extreme],
      [extreme, infoText, minor],
    ]) {
      expect(warningOf(withInfo(...infos))).toMatchObject({
        severity: 'Extreme',
        categories: ['Geo'],
        event: { zh: '', en: 'Flood' },
        expiresAtMs: SENT_MS + 2 * HOUR,
      });
    }
  });

  it('FE-84 names an area once that another language repeats, in both', () => {
    const zh = info(['en-US', 'zh-CN'], ['Guixi', '贵溪市']);
    expect(warningOf(withInfo(zh, infoText)).areas).toEqual([
      { ...whole.areas[0], description: '贵溪市 / Guixi' },
    ]);
    const same = info(['en-US', 'zh-CN']);
    expect(warningOf(withInfo(same, infoText)).areas).toEqual(whole.areas);
    const elsewhere = info(['en-US', 'zh-CN'], ['12.5', '13']);
    expect(warningOf(withInfo(elsewhere, infoText)).areas).toHaveLength(2);
    const thrice = withInfo(zh, infoText, info(['en-US', 'fr-FR'], ['Guixi', 'Ville de Guixi']));
    expect(warningOf(thrice).areas).toMatchObject([{ description: '贵溪市 / Guixi' }]);
  });

  it('FE-84 keeps areas of one info apart, also those that only have a name', () => {
    const two = capText([[areaText, `${areaText}${areaText}`]]);
    expect(warningOf(two).areas).toHaveLength(2);
    const named = ['north', 'south'].map((n) => `<area><areaDesc>${n}</areaDesc></area>`).join('');
    expect(warningOf(capText([[areaText, named]])).areas.map((a) => a.description)).toEqual([
      'north',
      'south',
    ]);
  });

  it('FE-85 cuts a text that is too long, and does not lose the warning', () => {
    const { description, headline } = warningOf(
      capText([
        ['Over 100 mm in three hours.', '雨'.repeat(5_000)],
        ['Red rainstorm warning', `${'x'.repeat(1_998)}😀😀`],
      ]),
    );
    expect(description.en).toBe(`${'雨'.repeat(1_999)}…`);
    expect(headline.en).toBe(`${'x'.repeat(1_998)}…`);
  });

  it('FE-85 shows what is written: no characters that hide or turn round others, lines as lines', () => {
    const { headline, description, instruction } = warningOf(
      capText([
        ['Red rainstorm warning', 'Red \u202egnin\u200braw\n  rain&#133;storm'],
        ['Over 100 mm in three hours.', '  one&lt;br /&gt;two&lt;BR&gt;three &lt; 4\n five '],
        ['Stay inside.', '\ufeffStay\r\ninside.'],
      ]),
    );
    expect([headline.en, description.en, instruction.en]).toEqual([
      'Red gninraw rainstorm',
      'one\ntwo\nthree < 4\n five',
      'Stay\ninside.',
    ]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'https://a b', `https://x.example/${'y'.repeat(600)}`])(
    'FE-85 leads to a web page or nowhere: %s',
    (web) => {
      expect(warningOf(capText([['https://weather.example.org/1', web]])).web).toBeUndefined();
    },
  );

  const dir = fileURLToPath(new URL('../../../../../shared/data/standards/cap/', import.meta.url));
  it.skipIf(!existsSync(dir))('FE-81 reads the messages of several services (needs ../shared/data)', () => {
    const read = readdirSync(dir).map((file) => {
      const answer = readCap(readFileSync(`${dir}${file}`));
      return [file, answer.ok ? answer.value.kind : answer.error.code];
    });
    expect(Object.fromEntries(read)).toEqual({
      'australia.cap': 'message',
      'canada.cap': 'message',
      'earthquake.cap': 'message',
      'no_optional_fields.cap': 'message',
      'wcatwc-warning.cap': 'message',
      'weather.atom': 'index',
      'weather.cap': 'message',
      // Holds a DOCTYPE with entities that would read files and fetch addresses.
      'xee.cap': 'unsafe-xml',
    });
    const canada = warningOf(readFileSync(`${dir}canada.cap`));
    expect(canada.references).toHaveLength(2);
    expect(canada.areas.map((a) => [a.description, a.polygons[0]?.length, a.geocodes.length])).toEqual([
      ['Windsor - Leamington - Essex County', 17, 10],
      ['Chatham-Kent - Rondeau Park', 38, 3],
    ]);
    expect(canada.areas[0]!.polygons[0]![0]).toEqual([-82.9314, 42.3481]);
  });
});
