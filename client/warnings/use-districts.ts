/** The districts and streets of the city with their outlines, by id; empty where the city has none. */
import { useQuery } from '@tanstack/react-query';
import type { District } from '../../server/contract/city-pack.ts';
import { clientConfig } from '../desk/desk.ts';
import { fetchCityPart } from '../sync/api.ts';

const none: ReadonlyMap<string, District> = new Map();
const byId = (all: readonly District[]): ReadonlyMap<string, District> =>
  new Map(all.filter((d) => d.level !== 'grid').map((d) => [d.id, d]));

export function useDistricts(): ReadonlyMap<string, District> {
  const { data } = useQuery({
    // As for their names: asked for once.
    queryKey: ['districts'],
    queryFn: ({ signal }) => fetchCityPart<District>('districts', signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: clientConfig().city !== null,
    select: byId,
  });
  return data ?? none;
}
