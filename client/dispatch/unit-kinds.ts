/** Whether a word of an answer is a kind of unit that has a name in both languages. */
import { unitKinds } from '../../server/contract/city-pack.ts';

type UnitKind = (typeof unitKinds)[number];
const kinds = new Set<string>(unitKinds);
export const isUnitKind = (kind: string): kind is UnitKind => kinds.has(kind);
