/** What a junction shows, as SUMO writes it: a letter for each link of the signal. */
import type { SafeJunction, Shown } from '../domain/signals/safety.ts';
import type { SignalLayout } from './junctions.ts';

export function lightsOf(
  { links, connections, stages }: SignalLayout,
  safe: SafeJunction,
  shown: Shown,
): string {
  const letters = Array.from({ length: links }, () => 'r');
  for (const [c, { link }] of connections.entries()) {
    const letter = letterOf(safe.light(c), stages.arrows[shown.phase]?.has(c) ?? false);
    // Two connections may share a link: it shows what lets more go.
    if (letter !== 'r') letters[link] = letter;
  }
  if (shown.stage === 'green') {
    for (const [link, walkS] of stages.walks[shown.phase] ?? [])
      if (shown.sinceS < walkS) letters[link] = 'G';
  }
  return letters.join('');
}

function letterOf(light: ReturnType<SafeJunction['light']>, arrow: boolean): string {
  switch (light) {
    case 'green':
      return 'G';
    case 'yield':
      return arrow ? 's' : 'g';
    case 'yellow':
      return 'y';
    case 'red':
      return 'r';
  }
}
