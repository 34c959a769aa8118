/** Holds the signals of a network against its connections: what a signal shows must be for somebody, and the other way round. */
import { SumoFileError, type NetConnection, type SignalProgram } from './model.ts';

/** Green with and without the right of way, green arrow, red, red and yellow, yellow, blinking and off. */
const LIGHTS = /^[GgsruyYoO]+$/;

/** Refuses by throwing; answers with what is odd and can be lived with. */
export function checkSignals(
  file: string,
  connections: readonly NetConnection[],
  programs: ReadonlyMap<string, readonly SignalProgram[]>,
): string[] {
  const refuse = (sentence: string): never => {
    throw new SumoFileError(`${file}: ${sentence}`);
  };
  const links = new Map<string, Set<number>>();
  for (const { signal, link, from, to } of connections) {
    if (signal === null) continue;
    if (!programs.has(signal)) {
      refuse(`the connection from ${from.id} to ${to.id} has the signal ${signal}, which has no program`);
    }
    const known = links.get(signal);
    if (known) known.add(link);
    else links.set(signal, new Set([link]));
  }
  const notes: string[] = [];
  for (const [signal, all] of programs) {
    const used = links.get(signal);
    if (!used) {
      notes.push(`${file}: the signal ${signal} has no connection; it is left alone`);
      continue;
    }
    const last = Math.max(...used);
    for (const program of all) {
      const name = `the program ${program.id} of the signal ${signal}`;
      const length = program.phases[0]?.state.length ?? refuse(`${name} has no phases`);
      for (const [i, { state }] of program.phases.entries()) {
        if (state.length !== length || length <= last) {
          refuse(
            `${name} has ${state.length} lights in its phase ${i}; it has ${Math.max(last + 1, length)} links`,
          );
        }
        if (!LIGHTS.test(state)) refuse(`${name} has an unknown light in its phase ${i}: ${state}`);
      }
      for (let link = 0; link < length; link++) {
        if (!used.has(link))
          notes.push(`${file}: ${name} has a light for link ${link}, which has no connection`);
      }
    }
  }
  return notes;
}
