/**
 * Command lines as people write them: `parseArgs` takes a value that begins with a minus for an option, and half of the
 * world's longitudes do.
 */

/** Joins `--view -122.3,37.5,10` to `--view=-122.3,37.5,10`. */
export function joinNegatives(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of argv) {
    const before = joined.at(-1);
    if (/^-[\d.]/.test(arg) && before !== undefined && /^--[a-z][a-z-]*$/.test(before)) {
      joined[joined.length - 1] = `${before}=${arg}`;
    } else joined.push(arg);
  }
  return joined;
}
