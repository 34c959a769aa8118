import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../server/feeds/lines.ts';

function split(
  chunks: readonly Buffer[],
  maxBytes: number,
): { lines: [number, string][]; tooLong: number[] } {
  const out = { lines: [] as [number, string][], tooLong: [] as number[] };
  const splitter = new LineSplitter(
    {
      line: (bytes, start, end, no) => out.lines.push([no, bytes.toString('utf8', start, end)]),
      tooLong: (no) => out.tooLong.push(no),
    },
    maxBytes,
  );
  for (const chunk of chunks) splitter.write(chunk);
  splitter.end();
  return out;
}

describe('lines of a stream', () => {
  it('FE-26: however a stream is cut into pieces, its lines are the same', () => {
    const text = fc
      .array(fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('', ' ', '\r', '地铁')))
      .map((l) => l.map((s) => s.replace(/\n/g, '')).join('\n'));
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (body, cuts) => {
        const bytes = Buffer.from(body);
        const at = [...new Set(cuts.filter((c) => c < bytes.length))].sort((a, b) => a - b);
        const chunks = [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
        const expected = { lines: [] as [number, string][], tooLong: [] as number[] };
        for (const [i, line] of body.split('\n').entries()) {
          if (Buffer.byteLength(line) > 16) expected.tooLong.push(i + 1);
          else if (!/^[ \t\r]*$/.test(line)) expected.lines.push([i + 1, line]);
        }
        expect(split(chunks, 16)).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('FE-26: a line over the limit is told once and skipped, however long', () => {
    const chunk = Buffer.alloc(1_048_576, 0x61);
    const out = split(
      [Buffer.from('one\n'), ...Array.from({ length: 20 }, () => chunk), Buffer.from('\nthree\n')],
      65_536,
    );
    expect(out).toEqual({
      lines: [
        [1, 'one'],
        [3, 'three'],
      ],
      tooLong: [2],
    });
  });
});
