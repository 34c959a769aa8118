/** What a way of publishing does: carry lines (one JSON observation each) of one feed to the server and say what became of them. */

export interface LineRefusal {
  /** 1-based line of the batch. */
  readonly line?: number;
  readonly code: string;
  readonly detail?: string;
}

export interface IngestAnswer {
  readonly taken: number;
  readonly late: number;
  readonly duplicate: number;
  readonly refused: number;
  /** The first refusals only. */
  readonly refusals: readonly LineRefusal[];
}

/** `retry`: not delivered, try later. `too-large`: send less at once. `refused`: never will be taken as it is. */
export type Delivery =
  | { readonly kind: 'answered'; readonly answer: IngestAnswer }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  | { readonly kind: 'too-large'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface Transport {
  readonly name: string;
  /** Never rejects: a failure is a Delivery. */
  send(feedId: string, lines: readonly string[]): Promise<Delivery>;
  close(): Promise<void>;
}

/** For ways that have no answer of their own. */
export const allTaken = (lines: readonly string[]): Delivery => ({
  kind: 'answered',
  answer: { taken: lines.length, late: 0, duplicate: 0, refused: 0, refusals: [] },
});

export const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause;
  return inner instanceof Error ? `${cause.message}: ${inner.message}` : cause.message;
};

/** Reads the server's answer; what is not one is null. */
export function parseAnswer(raw: unknown): IngestAnswer | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const o = raw as Record<string, unknown>;
  const count = (key: string): number => (typeof o[key] === 'number' ? o[key] : 0);
  if (typeof o['taken'] !== 'number') return null;
  const refusals: LineRefusal[] = [];
  for (const item of Array.isArray(o['refusals']) ? (o['refusals'] as unknown[]) : []) {
    if (typeof item !== 'object' || item === null) continue;
    const { line, code, detail } = item as Record<string, unknown>;
    refusals.push({
      ...(typeof line === 'number' ? { line } : {}),
      code: typeof code === 'string' ? code : 'unknown',
      ...(typeof detail === 'string' ? { detail } : {}),
    });
  }
  return {
    taken: count('taken'),
    late: count('late'),
    duplicate: count('duplicate'),
    refused: count('refused'),
    refusals,
  };
}
