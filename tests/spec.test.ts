/** Holds server/SPEC.md and the titles of the tests together, both ways. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const ID = /\b[A-Z]{2}-\d+\b/g;

const rules = [
  ...readFileSync(join(root, 'server/SPEC.md'), 'utf8').matchAll(/^- \*\*([A-Z]{2}-\d+)\*\*/gm),
].map((m) => m[1]!);
const prefixes = new Set(rules.map((id) => id.slice(0, 2)));

/** Ids in the titles of tests and suites: the strings after it(, it.each(…)(, describe(, property titles. */
function idsInTitles(): Map<string, string> {
  const found = new Map<string, string>();
  const files = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((f) => /\.(test\.tsx?|ts)$/.test(f))) {
    const text = readFileSync(join(root, 'tests', file), 'utf8');
    for (const [, title] of text.matchAll(
      /(?:\b(?:it|test|describe)[\w.]*\s*\(|\)\s*\(|\)\s*`?)\s*(['"`][^\n]*)/g,
    )) {
      for (const [id] of title!.matchAll(ID)) found.set(id, file);
    }
  }
  return found;
}

describe('SPEC', () => {
  const titled = idsInTitles();

  it('names each rule once', () => {
    expect(rules.length).toBeGreaterThan(40);
    expect(rules.filter((id, i) => rules.indexOf(id) !== i)).toEqual([]);
  });

  it('has a test for every rule', () => {
    expect(rules.filter((id) => !titled.has(id))).toEqual([]);
  });

  it('knows every rule that a test names', () => {
    const unknown = [...titled].filter(([id]) => prefixes.has(id.slice(0, 2)) && !rules.includes(id));
    expect(unknown).toEqual([]);
  });
});
