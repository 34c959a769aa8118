/** The road network as panels ask for it: once a screen, whoever asks first. */
import { useQuery } from '@tanstack/react-query';
import { fetchNetwork } from '../sync/api.ts';

export const useNetwork = () =>
  useQuery({
    queryKey: ['network'],
    queryFn: ({ signal }) => fetchNetwork(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
