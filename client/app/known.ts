/** What a command line may name: cases, units, departments and alarms of the live picture. Pure over what it is given. */
import type { AlarmRecord } from '../../server/contract/alarms.ts';
import type { Department } from '../../server/contract/city-pack.ts';
import type { IncidentRecord, UnitRecord } from '../../server/contract/records.ts';
import { codeOf } from '../alarms/alarm-state.ts';
import { byUrgency } from '../alarms/filter.ts';

export type KnownKind = 'case' | 'unit' | 'department' | 'alarm';
/** Stands for every alarm that the list shows. */
export const ALL_ALARMS = '*';
export interface Known {
  /** The case that is selected on this screen. */
  readonly selectedCase: string | null;
  /** Alarms are marked or one is selected: they are meant where none is named. */
  readonly alarmsMeant: boolean;
  /** Ids of what a word names: one where it is clear, several where it is not, none where nothing is called so. */
  readonly find: (kind: KnownKind, word: string) => readonly string[];
  /** What can be typed, best first. */
  readonly words: (kind: KnownKind) => readonly string[];
}
export const knowsNothing: Known = {
  selectedCase: null,
  alarmsMeant: false,
  find: () => [],
  words: () => [],
};

export interface Picture {
  readonly incidents: readonly IncidentRecord[];
  readonly units: readonly UnitRecord[];
  readonly departments: readonly Department[];
  readonly selectedCase: string | null;
  /** Absent where the screen has none. */
  readonly alarms?: {
    readonly all: readonly AlarmRecord[];
    /** Marked or selected. */
    readonly meant: () => readonly string[];
    /** In the list, in its order. */
    readonly shown: () => readonly string[];
  };
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
    get alarmsMeant() {
      return (picture().alarms?.meant().length ?? 0) > 0;
    },
    find(kind, word) {
      const { incidents, units, departments, alarms } = picture();
      switch (kind) {
        case 'case':
          return incidents.filter((i) => i.number === Number(word.replace('#', ''))).map((i) => i.id);
        case 'unit':
          return named(units, word, (u) => [u.callsign, u.id]).map((u) => u.id);
        case 'department':
          return named(departments, word, departmentNames).map((d) => d.id);
        case 'alarm':
          if (word === ALL_ALARMS) return alarms?.shown() ?? [];
          return alarms?.all.filter((a) => codeOf(a) === word.toUpperCase()).map((a) => a.id) ?? [];
      }
    },
    words(kind) {
      const { incidents, units, departments, alarms } = picture();
      switch (kind) {
        case 'alarm':
          return [...(alarms?.all ?? [])].sort(byUrgency).map(codeOf);
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
