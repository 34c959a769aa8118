import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../../../../server/contract/refusals.ts';
import { warningMessage, type WarningMessage } from '../../../../server/contract/warnings.ts';
import { MAX_INDEX_BYTES, MAX_MESSAGE_BYTES, readCap } from '../../../../server/feeds/cap/read-cap.ts';
import { readXml, type XmlElement, type XmlLimits } from '../../../../server/feeds/cap/xml.ts';
import { areaText, atomText, bare, CAP_NS, capText, embedded, linked } from '../../../support/cap.ts';

const read = (text: string | Uint8Array) => readCap(typeof text === 'string' ? Buffer.from(text) : text);
const refusalOf = (text: string | Uint8Array): string => {
  const answer = read(text);
  return answer.ok ? 'taken' : `${answer.error.code} ${answer.error.detail}`;
};
const messagesOf = (answer: ReturnType<typeof readCap>): WarningMessage[] => {
  if (!answer.ok) return [];
  if (answer.value.kind === 'message') return [answer.value.message];
  return answer.value.entries.flatMap((e) => (e.message?.ok ? [e.message.value] : []));
};
const inside = (text: string): string => capText([['<scope>', `${text}<scope>`]]);
const declared = (dtd: string, use = ''): string =>
  `<?xml version="1.0"?><!DOCTYPE alert ${dtd}>${bare(capText([['Stay inside.', `Stay inside.${use}`]]))}`;

describe('XML from outside', () => {
  it.each([
    ['a DOCTYPE', declared('')],
    ['a DOCTYPE of elsewhere', declared('SYSTEM "http://127.0.0.1/x.dtd"')],
    ['an entity of its own', declared('[<!ENTITY a "b">]', '&a;')],
    ['an entity that is a file', declared('[<!ENTITY a SYSTEM "file:///etc/passwd">]', '&a;')],
    ['an entity of the DTD', declared('[<!ENTITY % a SYSTEM "http://127.0.0.1/"> %a;]')],
    [
      'a billion laughs',
      declared(
        `[<!ENTITY l0 "lol">${Array.from({ length: 9 }, (_v, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')}]`,
        '&l9;',
      ),
    ],
    ['a quadratic blowup', declared(`[<!ENTITY a "${'a'.repeat(50_000)}">]`, '&a;'.repeat(10_000))],
    ['an entity that it does not declare', inside('<note>&nbsp;</note>')],
    ['an entity with the name of a method', inside('<note>&constructor;&__proto__;</note>')],
    ['an entity in an attribute', inside('<note a="&x;"/>')],
    ['a number that is no character', inside('<note>&#0;</note>')],
    ['a number of a surrogate', inside('<note>&#xD800;</note>')],
    ['an entity declared in the text', inside('<!ENTITY a "b">')],
    ['a DOCTYPE in the text', inside('<!DOCTYPE alert>')],
    ['a DOCTYPE after the end', `${capText()}<!DOCTYPE alert>`],
  ])('FE-80 is refused with %s', (_name, text) => {
    expect(refusalOf(text)).toMatch(/^unsafe-xml (DOCTYPE|entity|<!)$/);
  });

  it.each([
    ['nesting of 100,000', inside('<a>'.repeat(100_000)), 'depth > 32'],
    ['nesting of 33 that ends well', inside(`${'<a>'.repeat(32)}${'</a>'.repeat(32)}`), 'depth > 32'],
    ['an attribute of a megabyte', inside(`<a b="${'x'.repeat(1_048_576)}"/>`), 'attribute > 8192'],
    [
      '100,000 attributes',
      inside(`<a ${Array.from({ length: 100_000 }, (_v, i) => `a${i}="" `).join('')}/>`),
      'attributes > 100',
    ],
    ['elements without end', inside('<a/>'.repeat(100_001)), 'elements > 100000'],
    ['a message over 2 MiB', inside(`<!--${'x'.repeat(MAX_MESSAGE_BYTES)}-->`), 'bytes > 2097152'],
    ['an index over 10 MiB', atomText([`<!--${'x'.repeat(MAX_INDEX_BYTES)}-->`]), 'bytes > 10485760'],
    [
      'an index of 2,001 entries',
      atomText(Array.from({ length: 2_001 }, (_v, i) => linked(`${i}`, 'x'))),
      'entries > 2000',
    ],
  ])('FE-80 is refused with %s', (_name, text, detail) => {
    expect(refusalOf(text)).toBe(`unsafe-xml ${detail}`);
  });

  it('FE-80 takes what is large but within the bounds', () => {
    const deep = inside(`${'<a>'.repeat(31)}${'</a>'.repeat(31)}`);
    expect(refusalOf(deep)).toBe('taken');
    const image = `<resource><resourceDesc>map</resourceDesc><mimeType>image/png</mimeType><derefUri>${'QUJD'.repeat(300_000)}</derefUri></resource>`;
    expect(refusalOf(capText([['<area>', `${image}<area>`]]))).toBe('taken');
    const long = atomText(
      Array.from({ length: 1_800 }, (_v, i) => embedded(`e${i}`, capText([['EX-2026-1', `EX-${i}`]]))),
    );
    expect(long.length).toBeGreaterThan(MAX_MESSAGE_BYTES);
    const index = read(long);
    expect(
      index.ok && index.value.kind === 'index' && index.value.entries.filter((e) => e.message?.ok),
    ).toHaveLength(1_800);
  });

  it('FE-80 refuses a polygon that goes on for ever, and names it', () => {
    const ring = `<area><areaDesc>x</areaDesc><polygon>${'28.20,117.10 '.repeat(50_000)}</polygon></area>`;
    expect(refusalOf(capText([[areaText, ring]]))).toBe('bad-warning info.area.polygon: too long');
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n '],
    ['words', 'not XML'],
    ['JSON', '{"alert":{}}'],
    ['a page', '<html><body>503</body></html>'],
    ['an alert of no namespace', `<alert>${capText()}`.replace(/<\?.*\?>/, '')],
    ['an alert of CAP 1.0', capText([[CAP_NS, 'http://www.incident.com/cap/1.0']])],
    ['an end too early', capText().slice(0, -20)],
    ['more after the end', `${capText()}<alert/>`],
    ['a prefix that is bound to nothing', inside('<x:y/>')],
    ['an attribute twice', inside('<a b="" b=""/>')],
    ['tags that cross', inside('<a><b></a></b>')],
    ['a control character', inside('<note>\u0001</note>')],
    ['a declaration after a blank line', `\n${capText()}`],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from(capText()), Buffer.from([0xff])])],
    ['an encoding of nowhere', capText([['UTF-8', 'EBCDIC-XX']])],
    ['UTF-7', capText([['UTF-8', 'UTF-7']])],
  ])('FE-81 is refused where it is no CAP: %s', (_name, text) => {
    expect(refusalOf(text)).toMatch(/^bad-format (XML|<)/);
  });

  /** What a tree holds at most, however it came about. */
  const limits: XmlLimits = {
    bytes: 20_000,
    elements: 60,
    depth: 6,
    textChars: 100,
    attributeChars: 50,
    attributes: 3,
    wantedAttributes: ['c', 'd'],
  };
  const within = (element: XmlElement, depth = 1): number => {
    expect(depth).toBeLessThanOrEqual(limits.depth);
    expect(element.text.length).toBeLessThanOrEqual(limits.textChars);
    const attributes = Object.values(element.attributes);
    expect(attributes.length).toBeLessThanOrEqual(1);
    for (const value of attributes) expect(value.length).toBeLessThanOrEqual(limits.attributeChars);
    return element.children.reduce((n, child) => n + within(child, depth + 1), 1);
  };
  const pieces = fc.constantFrom(
    '<a>',
    '</a>',
    '<b c="',
    '"',
    '>',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '&amp;',
    '&#65;',
    '&x;',
    '<?pi',
    '?>',
    '\r\n',
    '\ud83d',
    '<p:q xmlns:p="u">',
    '</p:q>',
    '<a/>',
    'x'.repeat(60),
    '<!DOCTYPE',
  );

  it('FE-80 never throws and never holds more than its bounds, whatever comes', () => {
    const seen = new Set<string>();
    const soup = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 10 })), { maxLength: 60 });
    fc.assert(
      fc.property(soup, (parts) => {
        const text = `<r>${parts.join('')}`;
        for (const end of ['', '</r>']) {
          const answer = readXml(Buffer.from(text + end), limits);
          seen.add(answer.ok ? 'taken' : answer.error.code);
          expect(answer.ok ? within(answer.value) : 0).toBeLessThanOrEqual(limits.elements);
        }
      }),
      { numRuns: 2_000 },
    );
    expect([...seen].sort()).toEqual(['bad-format', 'taken', 'unsafe-xml']);
  });

  it('FE-80 FE-81 makes of a message that was changed anywhere a warning or one reason', () => {
    const bases = [capText(), atomText([embedded('a', capText()), linked('b', 'b.xml')])].map((t) =>
      Buffer.from(t),
    );
    const bytesChanged = fc
      .record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        remove: fc.integer({ min: 0, max: 40 }),
        put: fc.oneof(
          fc.uint8Array({ maxLength: 8 }).map((b) => Buffer.from(b)),
          pieces.map((p) => Buffer.from(p)),
        ),
      })
      .map(({ at, remove, put }) => (bytes: Buffer) => {
        const from = Math.floor(at * bytes.length);
        return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + remove)]);
      });
    const odd = fc.constantFrom(
      '',
      'Extreme',
      'zh',
      '-91,1',
      '1e9',
      '0',
      'x '.repeat(3_000),
      '2026-13-01T00:00:00Z',
      '暴雨',
    );
    /** The text of one element, as it stands between its tags. */
    const valueChanged = fc
      .tuple(fc.nat(60), fc.oneof(odd, fc.string({ maxLength: 12 })))
      .map(([which, to]) => (bytes: Buffer) => {
        let n = 0;
        const text = bytes
          .toString('utf8')
          .replace(/>([^<>]+)</g, (all) => (n++ === which ? `>${to.replace(/[<&]/g, '')}<` : all));
        return Buffer.from(text);
      });
    const changes = fc.oneof(
      fc.array(bytesChanged, { minLength: 1, maxLength: 3 }),
      fc.array(valueChanged, { minLength: 1, maxLength: 3 }),
    );
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(1), changes, (which, done) => {
        const answer = readCap(done.reduce((bytes, change) => change(bytes), bases[which]!));
        seen.add(answer.ok ? answer.value.kind : answer.error.code);
        expect(refusal.safeParse(answer.ok ? { code: 'internal' } : answer.error).success).toBe(true);
        for (const message of messagesOf(answer))
          expect(warningMessage.safeParse(message).error).toBeUndefined();
      }),
      { numRuns: 3_000 },
    );
    expect([...seen].sort()).toEqual(['bad-format', 'bad-warning', 'index', 'message', 'unsafe-xml']);
  });
});
