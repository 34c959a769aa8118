/**
 * The door by which a running simulation is told things: HTTP on the loopback interface only, JSON in and out. It
 * refuses what a web page could send here (another Host, no JSON content type).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { whatIfRequest, type WhatIfRequest } from '../control/fork.ts';
import { faultRequest, type FaultRequest } from '../publish/faults.ts';
import { reasonOf } from '../publish/transport.ts';

export const CONTROL_PORT = 8091;
const MAX_BODY_BYTES = 1_000_000;

export const scenarioRequest = z.object({
  /** A name of the library, or a scenario itself. */
  name: z.string().max(60).optional(),
  scenario: z.unknown().optional(),
  seed: z.number().int().optional(),
  speed: z.number().min(0.1).max(20).optional(),
});
export type ScenarioRequest = z.infer<typeof scenarioRequest>;

export interface Controlled {
  state(): unknown;
  /** @throws with a sentence for the person where it cannot. */
  scenario(request: ScenarioRequest): unknown;
  fault(request: FaultRequest): unknown;
  whatIf(request: WhatIfRequest): Promise<unknown>;
}

/** @throws with a sentence for the person where the port cannot be had. */
export async function openControl(port: number, controlled: Controlled): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request, controlled).then(
      ({ status, body }) => send(response, status, body),
      (cause: unknown) => send(response, 400, { error: reasonOf(cause) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE' ? 'another simulation runs there, or another program' : cause.message;
      reject(new Error(`control port ${port} cannot be used (${why}); choose one with --control-port`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function answer(
  request: IncomingMessage,
  controlled: Controlled,
): Promise<{ status: number; body: unknown }> {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (host !== '127.0.0.1' && host !== 'localhost') return { status: 403, body: { error: 'loopback only' } };
  const what = `${request.method} ${request.url}`;
  if (what === 'GET /state') return { status: 200, body: controlled.state() };
  if (what !== 'POST /scenario' && what !== 'POST /fault' && what !== 'POST /what-if')
    return { status: 404, body: { error: 'not found' } };
  if (!(request.headers['content-type'] ?? '').startsWith('application/json')) {
    return { status: 415, body: { error: 'application/json only' } };
  }
  const body: unknown = JSON.parse(await readBody(request));
  if (what === 'POST /scenario')
    return { status: 200, body: controlled.scenario(scenarioRequest.parse(body)) };
  if (what === 'POST /what-if')
    return { status: 200, body: await controlled.whatIf(whatIfRequest.parse(body)) };
  return { status: 200, body: controlled.fault(faultRequest.parse(body)) };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Asks a running simulation. Gives null where none listens. */
export async function askControl(
  port: number,
  path: string,
  body?: unknown,
  timeoutMs = 10_000,
): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`http://127.0.0.1:${port}${path}`, {
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (cause) {
    if (cause instanceof TypeError) return null;
    throw cause;
  }
  const said: unknown = await response.json();
  if (!response.ok) throw new Error((said as { error?: string }).error ?? `status ${response.status}`);
  return said;
}
