/** How severe something is as four bars: the count of filled ones says it without colour. */
import type { SeverityKey } from './tokens.ts';

const LEVELS = 4;

export function SeverityBars({ severity }: { readonly severity: SeverityKey }) {
  return (
    <svg className="cb-sev-bars" width={15} height={11} viewBox="0 0 15 11" aria-hidden="true">
      {Array.from({ length: LEVELS }, (_, i) => (
        <rect
          key={i}
          x={i * 4}
          y={8 - (i * 8) / LEVELS}
          width={3}
          height={3 + (i * 8) / LEVELS}
          fill="currentColor"
          opacity={i <= LEVELS - severity ? 1 : 0.28}
        />
      ))}
    </svg>
  );
}
