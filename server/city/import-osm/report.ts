/** What an import did: what it found, what it left out and why, what it had to assume. */
export class ImportReport {
  readonly found = new Map<string, number>();
  readonly dropped = new Map<string, number>();
  readonly notes: string[] = [];

  count(what: string, n = 1): void {
    this.found.set(what, (this.found.get(what) ?? 0) + n);
  }

  drop(why: string, n = 1): void {
    if (n > 0) this.dropped.set(why, (this.dropped.get(why) ?? 0) + n);
  }

  note(text: string): void {
    this.notes.push(text);
  }

  text(): string {
    const table = (title: string, rows: Map<string, number>): string[] =>
      rows.size === 0 ? [] : [title, ...[...rows].map(([what, n]) => `  ${String(n).padStart(9)}  ${what}`)];
    return [
      ...table('Taken over', this.found),
      ...table('Left out', this.dropped),
      ...(this.notes.length === 0 ? [] : ['Assumed', ...this.notes.map((n) => `  - ${n}`)]),
    ].join('\n');
  }
}
