/** The departments of the city by id, for names and choices; empty where the city has none. */
import { useQuery } from '@tanstack/react-query';
import type { Department } from '../../server/contract/city-pack.ts';
import { textIn, type Language } from '../../server/contract/text.ts';
import { fetchCityPart } from '../sync/api.ts';
import { clientConfig } from './desk.ts';

let known: readonly Department[] = [];
/** Those known by now, for who cannot wait: the command line. */
export const departmentsNow = (): readonly Department[] => known;

export async function loadDepartments(signal?: AbortSignal): Promise<readonly Department[]> {
  if (clientConfig().city === null) return known;
  known = await fetchCityPart<Department>('departments', signal);
  return known;
}

const none: readonly Department[] = [];
export function useDepartments(): readonly Department[] {
  const { data } = useQuery({
    queryKey: ['departments'],
    queryFn: ({ signal }) => loadDepartments(signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: clientConfig().city !== null,
  });
  return data ?? none;
}

/** Its name; its id where it is not one of the city. */
export function departmentName(id: string, all: readonly Department[], language: Language): string {
  const found = all.find((d) => d.id === id) ?? all.find((d) => d.kind === id);
  return found ? textIn(found.name, language) : id;
}
