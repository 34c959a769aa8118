/** Signing in and out, one's own password, and the administration of accounts, over HTTP. */
import { Router, type Request, type RequestHandler, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { z } from 'zod';
import { accountChange, newAccount, passwordChange, signInRequest } from '../../contract/accounts.ts';
import type { SessionAnswer } from '../../contract/api.ts';
import type { Refusal } from '../../contract/refusals.ts';
import type { Result } from '../../contract/result.ts';
import { sendJson, sendRefusal } from '../http-answers.ts';
import type { AccountDesk, Administrator } from './account-desk.ts';
import type { Auth, Caller } from './auth.ts';
import { fromOwnPage, identityOf, onlyOwnPages, onlyRole } from './guard.ts';
import { jsonBody } from './json-body.ts';
import { clearToken, setToken, tokenIn } from './session-cookie.ts';
import type { Opened } from './sessions.ts';

const SIGN_INS_PER_MINUTE = 20;

export interface AuthRoutesDeps {
  readonly auth: Auth;
  readonly desk: AccountDesk;
  readonly allowedOrigins: readonly string[];
  /** Tries a minute and address; 20 where absent. */
  readonly signInsPerMinute?: number;
}

/** An address without the prefix that a socket for both families puts before it. */
const addressOf = (req: Request): string => (req.ip ?? '').replace(/^::ffff:/, '');
const callerOf = (req: Request): Caller => ({ address: addressOf(req), token: tokenIn(req.headers.cookie) });

/** The checked body, or null after the refusal was sent. */
function bodyOf<T extends z.ZodType>(schema: T, req: Request, res: Response): z.output<T> | null {
  const parsed = schema.safeParse(req.body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  sendRefusal(res, {
    code: 'bad-field',
    detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 300),
  });
  return null;
}

/** To be mounted behind `identify`. */
export function authRoutes(deps: AuthRoutesDeps): Router {
  const { auth, desk } = deps;
  const router = Router();
  const ownPages = onlyOwnPages(deps.allowedOrigins);
  const patience = rateLimit({
    windowMs: 60_000,
    limit: deps.signInsPerMinute ?? SIGN_INS_PER_MINUTE,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    // A click in the demo is no guess.
    skip: (req) => auth.demo && 'demo' in (signInRequest.safeParse(req.body).data ?? {}),
    handler: (_req, res) => sendRefusal(res, { code: 'rate-limited' }),
  });

  const toSignIn: RequestHandler = (req, res, next) => {
    // There is no session yet whose secret could be known, or it is about to end.
    if (fromOwnPage(req, deps.allowedOrigins)) next();
    else sendRefusal(res, { code: 'csrf' });
  };

  const sendSession = async (
    req: Request,
    res: Response,
    { person, session }: Partial<Opened['identity']>,
  ): Promise<void> => {
    const answer: SessionAnswer = {
      person: person ?? null,
      csrf: session?.csrf ?? null,
      demo: auth.demo,
      ...(auth.demo && { demoAccounts: await auth.demoPeople() }),
    };
    await sendJson(req, res, answer);
  };
  const sendOpened = async (req: Request, res: Response, opened: Result<Opened, Refusal>): Promise<void> => {
    if (!opened.ok) {
      sendRefusal(res, opened.error);
      return;
    }
    setToken(req, res, opened.value.token);
    await sendSession(req, res, opened.value.identity);
  };

  const showSession = async (req: Request, res: Response): Promise<void> => {
    const identity = identityOf(req);
    await sendSession(req, res, { person: identity?.person, session: identity?.session ?? undefined });
  };
  const signIn = async (req: Request, res: Response): Promise<void> => {
    const given = bodyOf(signInRequest, req, res);
    if (given === null) return;
    const opened =
      'demo' in given
        ? await auth.signInDemo(given.demo, callerOf(req))
        : await auth.signIn(given.id, given.password, callerOf(req));
    await sendOpened(req, res, opened);
  };
  const signOut = async (req: Request, res: Response): Promise<void> => {
    const identity = identityOf(req);
    if (identity !== null) await auth.signOut(identity, addressOf(req));
    clearToken(res);
    await sendSession(req, res, {});
  };
  const changePassword = async (req: Request, res: Response): Promise<void> => {
    const identity = identityOf(req);
    if (identity === null || identity.session === null) {
      sendRefusal(res, { code: 'not-signed-in' });
      return;
    }
    const given = bodyOf(passwordChange, req, res);
    if (given === null) return;
    const changed = await auth.changePassword(identity, given.current, given.next, callerOf(req));
    await sendOpened(req, res, changed);
  };
  router.get('/session', (req, res) => showSession(req, res));
  router.post('/session', toSignIn, jsonBody, patience, (req, res) => signIn(req, res));
  router.delete('/session', ownPages, (req, res) => signOut(req, res));
  router.put('/session/password', ownPages, jsonBody, patience, (req, res) => changePassword(req, res));

  const administrator = (req: Request): Administrator => ({
    actor: `user:${identityOf(req)?.person.id ?? ''}`,
    address: addressOf(req),
  });
  const listAccounts = async (req: Request, res: Response): Promise<void> =>
    sendJson(req, res, { accounts: await desk.list() });
  const makeAccount = async (req: Request, res: Response): Promise<void> => {
    const given = bodyOf(newAccount, req, res);
    if (given === null) return;
    const made = await desk.create(given, administrator(req));
    if (!made.ok) sendRefusal(res, made.error);
    else await sendJson(req, res.status(201), made.value);
  };
  const changeAccount = async (req: Request, res: Response, id: string): Promise<void> => {
    const given = bodyOf(accountChange, req, res);
    if (given === null) return;
    const changed = await desk.change(id, given, administrator(req));
    if (!changed.ok) sendRefusal(res, changed.error);
    else await sendJson(req, res, changed.value);
  };
  const admins = [onlyRole('security-admin'), ownPages] as const;
  router.get('/accounts', ...admins, (req, res) => listAccounts(req, res));
  router.post('/accounts', ...admins, jsonBody, (req, res) => makeAccount(req, res));
  router.patch('/accounts/:id', ...admins, jsonBody, (req, res) =>
    changeAccount(req, res, String(req.params['id'])),
  );
  return router;
}
