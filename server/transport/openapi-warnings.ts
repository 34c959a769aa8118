/** The part of the OpenAPI description about our public warnings. */
import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { CAP_TYPE } from '../domain/warnings/cap-out.ts';

type Answer = { readonly description: string; readonly content: Record<string, { schema: z.ZodType }> };

export function warningPaths(refused: (description: string) => Answer): ZodOpenApiPathsObject {
  const xml = (type: string, description: string): Answer => ({
    description,
    content: { [type]: { schema: z.string() } },
  });
  const public24h = 'Open to everybody: warnings in force, and those that ended within 24 hours.';
  return {
    '/api/v1/warnings/feed.atom': {
      get: {
        tags: ['Warnings'],
        summary: 'Our public warnings as an Atom index; every entry holds its CAP message',
        description: `${public24h} Ask again with If-None-Match.`,
        responses: {
          200: xml('application/atom+xml', 'Atom (RFC 4287)'),
          304: { description: 'Nothing new' },
        },
      },
    },
    '/api/v1/warnings/{id}/cap': {
      get: {
        tags: ['Warnings'],
        summary: 'One of our warnings as a CAP 1.2 message',
        description: `${public24h} For the desk also the others; what is not approved has the status Draft.`,
        requestParams: { path: z.object({ id: z.string() }) },
        responses: { 200: xml(CAP_TYPE, 'CAP 1.2 (OASIS)'), 404: refused('No such warning for who asks') },
      },
    },
  };
}
