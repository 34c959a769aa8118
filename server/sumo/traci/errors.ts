/** What can go wrong between this client and a SUMO: one kind each, and a sentence for people. */

export const traciErrorKinds = [
  /** Nobody listens there. */
  'unreachable',
  /** It answered nothing in time. */
  'timeout',
  /** The connection ended. */
  'lost',
  /** What it sent is no TraCI. */
  'malformed',
  /** It speaks an API this client does not. */
  'version',
  /** It understood, and refused. */
  'refused',
] as const;
export type TraciErrorKind = (typeof traciErrorKinds)[number];

export class TraciError extends Error {
  override readonly name = 'TraciError';
  readonly kind: TraciErrorKind;

  constructor(kind: TraciErrorKind, sentence: string) {
    super(sentence);
    this.kind = kind;
  }
}
