/** The shape of an incident family as an icon: the same outline the map draws. */
import { familyShapes, shapePaths, type FamilyKey } from './tokens.ts';

export function Shape({ family, size = 16 }: { readonly family: FamilyKey; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden="true"
      style={{ color: `var(--cb-family-${family})` }}
    >
      <path d={shapePaths[familyShapes[family]]} fill="currentColor" fillRule="evenodd" />
    </svg>
  );
}
