/**
 * `/healthz`: the process lives. `/readyz`: it can do its work, with the parts that cannot; a load balancer sends nobody
 * to a server that is still replaying its journal or is stopping.
 */
import type { RequestHandler } from 'express';

/** Parts by name: true, or the reason why it is not ready. */
export type Readiness = Readonly<Record<string, true | string>>;

export const healthz =
  (startedAtMs: number, nowMs: () => number, version: string): RequestHandler =>
  (_req, res) => {
    res.setHeader('Cache-Control', 'no-store');
    res.json({ status: 'ok', version, upS: Math.round((nowMs() - startedAtMs) / 1_000) });
  };

export const readyz =
  (read: () => Readiness): RequestHandler =>
  (_req, res) => {
    const parts = read();
    const ready = Object.values(parts).every((v) => v === true);
    res.setHeader('Cache-Control', 'no-store');
    res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', parts });
  };
