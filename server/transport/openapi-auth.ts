/** The part of the OpenAPI description about signing in and accounts. */
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import {
  accountAnswer,
  accountChange,
  CSRF_HEADER,
  newAccount,
  passwordChange,
  sessionAnswer,
  signInRequest,
} from '../contract/accounts.ts';

type Answer = { readonly description: string; readonly content: Record<string, { schema: z.ZodType }> };

const session = sessionAnswer.meta({ id: 'Session' });
const account = accountAnswer.meta({ id: 'Account' });
const csrf = { header: z.object({ [CSRF_HEADER]: z.string() }) };
const signedIn = [{ session: [] }];

const body = (schema: z.ZodType): ZodOpenApiOperationObject['requestBody'] => ({
  required: true,
  content: { 'application/json': { schema } },
});

/** `json` and `refused` make an answer of a schema, and a refusal, as the rest of the document does. */
export function authPaths(
  json: (schema: z.ZodType, description?: string) => Answer,
  refused: (description: string) => Answer,
): ZodOpenApiPathsObject {
  const noProof = { 403: refused('The request does not prove that a page of ours made it') };
  const notAllowed = {
    401: refused('Not signed in'),
    403: refused('Another role is needed, or the proof of the page is missing'),
  };
  const tried = {
    401: refused('Wrong account or password'),
    423: refused('Locked after too many failures; the detail says for how many minutes'),
    429: refused('Too many tries from this address'),
  };
  return {
    '/api/v1/session': {
      get: { tags: ['Accounts'], summary: 'Who is signed in', responses: { 200: json(session) } },
      post: {
        tags: ['Accounts'],
        summary: 'Sign in by password, or in the demo as one of its people',
        requestBody: body(signInRequest),
        responses: { 200: json(session), ...tried, ...noProof },
      },
      delete: {
        tags: ['Accounts'],
        summary: 'Sign out',
        security: signedIn,
        requestParams: csrf,
        responses: { 200: json(session), ...noProof },
      },
    },
    '/api/v1/session/password': {
      put: {
        tags: ['Accounts'],
        summary: 'Change one’s own password; every other session of the account ends',
        security: signedIn,
        requestParams: csrf,
        requestBody: body(passwordChange),
        responses: { 200: json(session), ...tried, ...noProof, 422: refused('The new password is too weak') },
      },
    },
    '/api/v1/accounts': {
      get: {
        tags: ['Accounts'],
        summary: 'All accounts; for the security administrator',
        security: signedIn,
        responses: { 200: json(z.object({ accounts: z.array(account) })), ...notAllowed },
      },
      post: {
        tags: ['Accounts'],
        summary: 'Make an account',
        security: signedIn,
        requestParams: csrf,
        requestBody: body(newAccount),
        responses: { 201: json(account, 'Made'), ...notAllowed, 422: refused('The password is too weak') },
      },
    },
    '/api/v1/accounts/{id}': {
      patch: {
        tags: ['Accounts'],
        summary: 'Change an account; its sessions end within five seconds',
        security: signedIn,
        requestParams: { ...csrf, path: z.object({ id: z.string() }) },
        requestBody: body(accountChange),
        responses: {
          200: json(account),
          ...notAllowed,
          404: refused('No such account'),
          422: refused('The password is too weak'),
        },
      },
    },
  };
}
