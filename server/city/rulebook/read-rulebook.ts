/** Reads a city's rulebook from its file; answers a sound book or every fault by its path. */
import { readFile, stat } from 'node:fs/promises';
import type { Department } from '../../contract/city-pack.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import { rulebook, type Rulebook } from '../../contract/rulebook.ts';
import { checkRulebook } from './check-rulebook.ts';
import { defaultRulebook } from './default-rulebook.ts';

const MAX_BYTES = 8 * 1024 * 1024;

/** Without a path the product's own. `departments` are those that duties may name by id. */
export async function readRulebook(
  path: string | undefined,
  departments: readonly Department[],
): Promise<Result<Rulebook, string[]>> {
  if (path === undefined) return ok(defaultRulebook);
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) return err([`${path}: is larger than ${MAX_BYTES} bytes`]);
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    return err([`${path}: cannot be read: ${sentence(cause)}`]);
  }
  return parseRulebook(text, departments);
}

/** A rulebook from the text of its file. */
export function parseRulebook(text: string, departments: readonly Department[]): Result<Rulebook, string[]> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return err([`not valid JSON: ${sentence(cause)}`]);
  }
  const parsed = rulebook.safeParse(json);
  if (!parsed.success)
    return err(parsed.error.issues.map((i) => `${i.path.map(String).join('.') || 'rulebook'}: ${i.message}`));
  const faults = checkRulebook(parsed.data, departments);
  return faults.length > 0 ? err(faults) : ok(parsed.data);
}

const sentence = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
