/** What a command line may name: cases, units and departments of the live picture. Pure over what it is given. */
import type { Department } from '../../server/contract/city-pack.ts';
import type { IncidentRecord, UnitRecord } from '../../server/contract/records.ts';

export type KnownKind = 'case' | 'unit' | 'department';
export interface Known {
  /** The case that is selected on this screen. */
  readonly selectedCase: string | null;
  /** Ids of what a word names: one where it is clear, several where it is not, none where nothing is called so. */
  readonly find: (kind: KnownKind, word: string) => readonly string[];
  /** What can be typed, best first. */
  readonly words: (kind: KnownKind) => readonly string[];
}
export const knowsNothing: Known = { selectedCase: null, find: () => [], words: () => [] };

export interface Picture {
  readonly incidents: readonly IncidentRecord[];
  readonly units: readonly UnitRecord[];
  readonly departments: readonly Department[];
  readonly selectedCase: string | null;
}

/** The exact one where there is one, else all that begin so. */
function named<T>(all: readonly T[], word: string, names: (item: T) => readonly string[]): readonly T[] {
  const wanted = word.toLowerCase();
  const lower = (item: T): readonly string[] => names(item).map((name) => name.toLowerCase());
  const exact = all.filter((item) => lower(item).includes(wanted));
  return exact.length > 0 ? exact : all.filter((item) => lower(item).some((name) => name.startsWith(wanted)));
}

const departmentNames = (d: Department): readonly string[] => [d.id, d.kind, d.name.zh, d.name.en];

/** Reads the picture when it is asked, not before: most lines name nothing. */
export function knownOf(picture: () => Picture): Known {
  return {
    get selectedCase() {
      return picture().selectedCase;
    },
    find(kind, word) {
      const { incidents, units, departments } = picture();
      switch (kind) {
        case 'case':
          return incidents.filter((i) => i.number === Number(word.replace('#', ''))).map((i) => i.id);
        case 'unit':
          return named(units, word, (u) => [u.callsign, u.id]).map((u) => u.id);
        case 'department':
          return named(departments, word, departmentNames).map((d) => d.id);
      }
    },
    words(kind) {
      const { incidents, units, departments } = picture();
      switch (kind) {
        case 'case':
          return incidents
            .filter((i) => i.status === 'open')
            .sort((a, b) => b.number - a.number)
            .map((i) => String(i.number));
        case 'unit':
          return units
            .filter((u) => u.status !== 'out-of-service')
            .sort(
              (a, b) =>
                Number(a.status !== 'available') - Number(b.status !== 'available') ||
                a.callsign.localeCompare(b.callsign, 'en', { numeric: true }),
            )
            .map((u) => u.callsign);
        case 'department':
          return departments.map((d) =>
            departments.some((o) => o !== d && o.kind === d.kind) ? d.id : d.kind,
          );
      }
    },
  };
}
