/**
 * The HTTP side as one Express application: security headers, limits, the interface, the screens, and an answer in words
 * for everything that goes wrong. It owns no state of the city.
 */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import type { ClientConfig } from '../contract/api.ts';
import type { City } from '../city/city.ts';
import type { Intake } from '../feeds/intake.ts';
import type { AlarmQueries } from '../live/alarms/alarm-queries.ts';
import type { History } from '../live/ports.ts';
import type { WhatIfRuns } from '../live/signals/what-if.ts';
import { audienceOfRequest, identify, onlyOwnPages, onlySignedIn } from './auth/guard.ts';
import { authRoutes, type AuthRoutesDeps } from './auth/routes.ts';
import { apiDocsPage } from './openapi-page.ts';
import { openApiDocument } from './openapi.ts';
import { healthz, readyz, type Readiness } from './health.ts';
import { LastingBody, lastingJson, sendRefusal } from './http-answers.ts';
import { ingestHandler, type IngestLimits } from './ingest.ts';
import type { LivePicture } from './live-picture.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { restRouter } from './rest.ts';
import { alarmRoutes } from './rest-alarms.ts';
import { caseRoutes, ordersHandler, type CaseRoutesDeps } from './rest-cases.ts';
import { signalPortHandler, whatIfResultHandler, type SignalPortRouteDeps } from './rest-signals.ts';
import { trafficRoutes, whatIfRoutes, type TrafficQueries } from './rest-traffic.ts';
import { warningRoutes, type WarningRoutesDeps } from './rest-warnings.ts';
import { staticClient } from './static-client.ts';
import { tilesRouter, type TileSource } from './tiles.ts';

export interface HttpDeps {
  readonly engine: LivePicture;
  readonly city: City;
  /** Null without a city pack. */
  readonly baseMap: TileSource | null;
  readonly intake: Intake;
  readonly history: Pick<History, 'vitals'>;
  readonly clientConfig: ClientConfig;
  /** Folder of the built screens; null: none are served. */
  readonly clientDir: string | null;
  readonly metrics: Metrics;
  readonly readiness: () => Readiness;
  readonly nowMs: () => number;
  readonly log: Log;
  /** Requests a minute and address, ingest and tiles apart; 3,000 where absent. */
  readonly requestsPerMinute?: number;
  /** Searches a minute and address; 600 where absent. */
  readonly searchesPerMinute?: number;
  readonly ingestLimits?: Partial<IngestLimits>;
  readonly stopping?: () => boolean;
  /** Cases and commands; absent: none are served. */
  readonly cases?: CaseRoutesDeps;
  /** Alarms, rules and their figures; absent: none are served. */
  readonly alarms?: AlarmQueries;
  /** Traffic at signals; absent: none is served. */
  readonly traffic?: TrafficQueries;
  /** What controllers of signals say; absent: they are not listened to. */
  readonly signalPort?: SignalPortRouteDeps['report'];
  /** What-if runs of a simulator; absent: none are served. */
  readonly whatIf?: Pick<WhatIfRuns, 'start' | 'answer' | 'report'>;
  /** Our public warnings; absent: none are served. */
  readonly warnings?: Omit<WarningRoutesDeps, 'records' | 'nowMs'>;
  /** Signing in; absent: nobody can, and everybody is a viewer. */
  readonly auth?: AuthRoutesDeps;
}

const SLOW_REQUEST_MS = 1_000;
/** A search looks at everything that lives: a person types, a program asks for what it wants. */
const SEARCHES_PER_MINUTE = 600;
const WHAT_IFS_PER_MINUTE = 20;

export function createApp(deps: HttpDeps): Express {
  const { log, metrics } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(requestLog(log, metrics));
  app.use((_req, res, next) => {
    // A keep-alive connection would hold up the end.
    if (deps.stopping?.()) res.setHeader('Connection', 'close');
    next();
  });
  app.use(helmet(securityHeaders(deps.clientConfig)));

  app.get('/healthz', healthz(deps.nowMs(), deps.nowMs, deps.clientConfig.version));
  app.get('/readyz', readyz(deps.readiness));
  app.get('/metrics', async (_req, res) => {
    res.setHeader('Content-Type', metrics.registry.contentType);
    res.end(await metrics.text());
  });

  // Feeds have their own limits, by token and not by address.
  app.post(
    '/api/v1/ingest/:feedId',
    ingestHandler({
      intake: deps.intake,
      log,
      nowMs: deps.nowMs,
      ...(deps.ingestLimits && { limits: deps.ingestLimits }),
      ...(deps.stopping && { stopping: deps.stopping }),
    }),
  );
  if (deps.signalPort) {
    const { intake, nowMs, stopping } = deps;
    const port = { intake, nowMs, log, report: deps.signalPort, ...(stopping && { stopping }) };
    app.post('/api/v1/signal-port', signalPortHandler(port));
  }
  if (deps.whatIf) {
    const { intake, stopping, whatIf } = deps;
    const result = whatIf.report.bind(whatIf);
    const door = { intake, log, result, ...(stopping && { stopping }) };
    app.post('/api/v1/what-if-results', whatIfResultHandler(door));
  }
  app.use(unreadBodies);
  app.use('/tiles', tilesRouter(deps.baseMap));

  const document = openApiDocument(deps.clientConfig.version);
  const documentBody = lastingJson(document);
  const page = new LastingBody(Buffer.from(apiDocsPage(document)), 'text/html; charset=utf-8');
  app.use('/api', limited(deps.requestsPerMinute ?? 3_000));
  app.use('/api/v1/search', limited(deps.searchesPerMinute ?? SEARCHES_PER_MINUTE));
  if (deps.cases) app.get('/api/v1/orders', ordersHandler(deps.cases.queries, deps.intake));
  app.get('/api/openapi.json', (req, res) => documentBody.send(req, res));
  app.get('/api/docs', (req, res) => page.send(req, res));
  if (deps.auth) {
    const { auth, allowedOrigins } = deps.auth;
    app.use('/api/v1', identify(auth), authRoutes(deps.auth), onlyOwnPages(allowedOrigins));
  }
  // The public reads public warnings, without an account.
  if (deps.warnings) {
    const { records } = deps.engine;
    app.use('/api/v1', warningRoutes({ ...deps.warnings, records, nowMs: deps.nowMs }));
  }
  if (deps.auth && !deps.auth.auth.demo) app.use('/api/v1', onlySignedIn);
  if (deps.alarms) app.use('/api/v1', alarmRoutes(deps.alarms));
  if (deps.cases) app.use('/api/v1', caseRoutes(deps.cases));
  if (deps.traffic) app.use('/api/v1', trafficRoutes(deps.traffic));
  if (deps.whatIf) app.use('/api/v1', whatIfRoutes(deps.whatIf, limited(WHAT_IFS_PER_MINUTE)));
  app.use(
    '/api/v1',
    restRouter({
      engine: deps.engine,
      city: deps.city,
      history: deps.history,
      clientConfig: () => deps.clientConfig,
      nowMs: deps.nowMs,
      audienceOf: audienceOfRequest,
    }),
  );
  app.use('/api', (_req, res) => sendRefusal(res, { code: 'not-found' }));

  if (deps.clientDir !== null) app.use(staticClient(deps.clientDir));
  app.use((_req, res) => sendRefusal(res, { code: 'not-found' }));
  app.use(lastWord(log));
  return app;
}

const limited = (perMinute: number): RequestHandler =>
  rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Addresses are counted as they connect; a header that anybody can write is not asked.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_req, res) => sendRefusal(res, { code: 'rate-limited' }),
  });

/**
 * Ingest reads long bodies, people's requests small ones: a body that comes elsewhere is not waited for, however slowly
 * it drips (SE-17).
 */
const unreadBodies: RequestHandler = (req, res, next) => {
  if (!req.complete && (req.headers['transfer-encoding'] ?? req.headers['content-length'] ?? '0') !== '0') {
    res.setHeader('Connection', 'close');
    res.on('finish', () => {
      if (!req.complete) req.destroy();
    });
  }
  next();
};

/**
 * Times that suit streams which stay open for hours: no limit on a whole request, but on its head, and on silence. Inside
 * a body the ingest's own limits hold.
 */
export function configureServer(server: Server): void {
  server.requestTimeout = 0;
  server.headersTimeout = 20_000;
  server.setTimeout(120_000);
  server.keepAliveTimeout = 65_000;
  server.maxHeadersCount = 100;
}

function securityHeaders(config: ClientConfig): Parameters<typeof helmet>[0] {
  const own = [config.baseMap.style, config.baseMap.pmtiles]
    .filter((url): url is string => url !== undefined && URL.canParse(url))
    .map((url) => new URL(url).origin);
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        // MapLibre's worker is a file of ours; deck.gl makes some from blobs.
        'worker-src': ["'self'", 'blob:'],
        // Ant Design and MapLibre write styles at run time.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:', 'blob:', ...own],
        'font-src': ["'self'", 'data:', ...own],
        'connect-src': ["'self'", 'ws:', 'wss:', ...own],
        'object-src': ["'none'"],
        'base-uri': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'self'"],
      },
    },
    // Whoever ends TLS in front of the server says this; said over plain HTTP it has no effect.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
  };
}

function requestLog(log: Log, metrics: Metrics): RequestHandler {
  return (req, res, next) => {
    const given = req.headers['x-request-id'];
    const requestId = typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
    res.locals['requestId'] = requestId;
    res.setHeader('X-Request-Id', requestId);
    const startedAt = performance.now();
    const { method, path } = req;
    res.on('close', () => {
      const tookMs = Math.round(performance.now() - startedAt);
      metrics.request(areaOf(path), res.statusCode);
      const fields = { requestId, method, path: path.slice(0, 200), status: res.statusCode, tookMs };
      // 503 is no fault: stopping, or not ready, and the sender is told to come again.
      if (res.statusCode >= 500 && res.statusCode !== 503) log.error(fields, 'request failed');
      else if (tookMs > SLOW_REQUEST_MS && !/^\/api\/v1\/(ingest|orders|signal-port)/.test(path))
        log.warn(fields, 'slow request');
      else log.debug(fields, 'request');
    });
    next();
  };
}

/** A label of few values, whatever paths people try. */
function areaOf(path: string): string {
  const area =
    /^\/(?:api\/v1\/(ingest|signal-port|what-if-results|what-if|orders|session|accounts|commands|incidents|attachments|evaluation|rulebook|alarms|alarm-rules|warnings|signals|corridors|traffic|city|records|objects|links|search|history)|(api|tiles|metrics))\b/.exec(
      path,
    );
  return area?.[1] ?? area?.[2] ?? 'screens';
}

/** Answers in words; what went wrong inside is in the log and nowhere else. */
function lastWord(log: Log): ErrorRequestHandler {
  return (cause: unknown, req, res, next) => {
    if (res.headersSent) {
      next(cause);
      return;
    }
    const status = cause instanceof Error && 'status' in cause ? Number(cause.status) : 500;
    if (status >= 400 && status < 500) {
      // Express refuses what is no address (`/%`) this way.
      sendRefusal(res, { code: 'not-found' }, status);
      return;
    }
    log.error(
      { err: cause, requestId: res.locals['requestId'] as unknown, path: req.path },
      'unexpected error',
    );
    sendRefusal(res, { code: 'internal' });
  };
}
