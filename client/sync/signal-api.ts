/** Typed answers about traffic at signals: lists, one junction, corridors, the city's figures, what-if runs. */
import type {
  CorridorAnswer,
  CorridorLine,
  SignalAnswer,
  SignalLine,
  TrafficAnswer,
  WhatIfAnswer,
} from '../../server/contract/signal-api.ts';
import type { WhatIfRequest } from '../../server/contract/what-if.ts';
import { get, send } from './api.ts';

/** Every signal that has been heard of, in no order. */
export const fetchSignals = (signal?: AbortSignal): Promise<readonly SignalLine[]> =>
  get('/api/v1/signals', signal);

export const fetchSignal = (id: string, signal?: AbortSignal): Promise<SignalAnswer> =>
  get(`/api/v1/signals/${encodeURIComponent(id)}`, signal);

export const fetchCorridors = (signal?: AbortSignal): Promise<readonly CorridorLine[]> =>
  get('/api/v1/corridors', signal);

export const fetchCorridor = (id: string, signal?: AbortSignal): Promise<CorridorAnswer> =>
  get(`/api/v1/corridors/${encodeURIComponent(id)}`, signal);

export const fetchTraffic = (signal?: AbortSignal): Promise<TrafficAnswer> => get('/api/v1/traffic', signal);

/** Begins a simulated run with these changes; its answer grows while it runs. */
export const startWhatIf = (request: WhatIfRequest): Promise<WhatIfAnswer> =>
  send('POST', '/api/v1/what-if', request);

export const fetchWhatIf = (id: string, signal?: AbortSignal): Promise<WhatIfAnswer> =>
  get(`/api/v1/what-if/${encodeURIComponent(id)}`, signal);
