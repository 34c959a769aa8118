/**
 * Our public warnings for other systems: an Atom index and the single CAP messages, open to everybody. What is not approved
 * is for the desk alone, as a preview that calls itself a draft (AL-162).
 */
import { Router, type Request, type Response } from 'express';
import type { Role } from '../contract/roles.ts';
import type { WarningMessage, WarningRecord } from '../contract/warnings.ts';
import { atomFeed, CAP_TYPE, capXml, type AtomEntry } from '../domain/warnings/cap-out.ts';
import { personOfRequest } from './auth/guard.ts';
import { LastingBody, sendRefusal } from './http-answers.ts';
import type { LivePicture } from './live-picture.ts';

export interface WarningRoutesDeps {
  readonly records: Pick<LivePicture['records'], 'get' | 'all'>;
  /** The message that cancelled a warning of ours: readers have to learn of it. */
  readonly cancellationOf: (id: string) => WarningMessage | null;
  /** Whose warnings these are: what readers show above the index. */
  readonly atomTitle: string;
  readonly nowMs: () => number;
  /** `https://alerts.example.org`, as others reach this server; as they asked where absent. */
  readonly publicUrl?: string;
}

const desk: ReadonlySet<Role> = new Set(['call-taker', 'dispatcher', 'supervisor']);
/** Readers that come seldom have to learn of the end, too. */
const SHOWN_AFTER_END_MS = 24 * 60 * 60_000;

/** To be mounted behind `identify` and before anything that turns away who is not signed in. */
export function warningRoutes(deps: WarningRoutesDeps): Router {
  const { records, nowMs } = deps;
  const router = Router();
  // Of an index without entries.
  const startedMs = nowMs();
  const baseOf = (req: Request): string => `${deps.publicUrl ?? askedOrigin(req)}${req.baseUrl}/warnings`;

  /** What the warning says by now. */
  const messageOf = (w: WarningRecord): WarningMessage =>
    (w.state === 'cancelled' ? deps.cancellationOf(w.id) : null) ?? w.message;

  router.get('/warnings/feed.atom', (req, res) => {
    const base = baseOf(req);
    const entries: AtomEntry[] = [...records.all('warning')]
      // The update that took its place stands there itself.
      .filter((w) => isPublic(w, nowMs()) && w.state !== 'superseded')
      .sort((a, b) => b.changedAtMs - a.changedAtMs || (a.id < b.id ? -1 : 1))
      .map((w) => ({
        url: `${base}/${encodeURIComponent(w.id)}/cap`,
        updatedMs: w.changedAtMs,
        message: messageOf(w),
      }));
    const about = {
      selfUrl: `${base}/feed.atom`,
      title: deps.atomTitle,
      updatedMs: entries[0]?.updatedMs ?? startedMs,
    };
    return sendXml(req, res, atomFeed(entries, about), 'application/atom+xml');
  });

  router.get('/warnings/:id/cap', (req, res) => {
    const warning = records.get('warning', req.params.id);
    const role = personOfRequest(req as Request)?.role;
    const known = warning?.direction === 'out';
    // Nobody else learns that there is one.
    if (!known || !(isPublic(warning, nowMs()) || (role !== undefined && desk.has(role)))) {
      return sendRefusal(res, { code: 'not-found' });
    }
    return isApproved(warning)
      ? sendXml(req as Request, res, capXml(messageOf(warning)), CAP_TYPE)
      : sendXml(req as Request, res, capXml({ ...warning.message, status: 'Draft' }), CAP_TYPE, 'no-store');
  });
  return router;
}

/** A draft that nobody decided on expires, too. */
const isApproved = ({ state, decidedBy }: WarningRecord): boolean =>
  state !== 'draft' && state !== 'rejected' && decidedBy !== undefined;

function isPublic(warning: WarningRecord, nowMs: number): boolean {
  const { direction, state, message, changedAtMs } = warning;
  if (direction !== 'out' || message.scope !== 'Public' || !isApproved(warning)) return false;
  return state === 'in-force' || nowMs - changedAtMs < SHOWN_AFTER_END_MS;
}

const sendXml = (
  req: Request,
  res: Response,
  text: string,
  type: string,
  cacheControl?: string,
): Promise<void> => new LastingBody(Buffer.from(text), `${type}; charset=utf-8`).send(req, res, cacheControl);

/** A host that is none stands in no document of ours. */
function askedOrigin(req: Request): string {
  const host = req.get('host') ?? '';
  return `${req.protocol}://${/^[\w.:[\]-]{1,255}$/.test(host) ? host : 'localhost'}`;
}
