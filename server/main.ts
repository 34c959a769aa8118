/**
 * The server's composition root: the only file that knows every part, and the order in which they start and stop. A
 * start that fails says why in a sentence and ends with code 1.
 */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino, type Logger } from 'pino';
import { Server as SocketServer } from 'socket.io';
import { BaseMap } from './city/base-map.ts';
import { City } from './city/city.ts';
import { readRulebook } from './city/rulebook/read-rulebook.ts';
import type { Rulebook } from './contract/rulebook.ts';
import { homeView } from './city/home-view.ts';
import { readConfig, type Config } from './config.ts';
import type { ClientConfig } from './contract/api.ts';
import { VEHICLES_FROM_ZOOM_WITHOUT_NETWORK } from './contract/frames.ts';
import { packErrorText } from './contract/pack-files.ts';
import * as socketParser from './contract/socket-parser.ts';
import { describeFeed } from './feeds/config.ts';
import { Intake } from './feeds/intake.ts';
import { startPolling } from './feeds/poll.ts';
import { Recorder } from './feeds/recorder.ts';
import { Engine } from './live/engine.ts';
import type { Accounts, Journal } from './live/ports.ts';
import { Deliverer } from './notify/deliverer.ts';
import type { NotifyConfig } from './notify/notify-config.ts';
import { guardedRequest } from './notify/outgoing.ts';
import { systemClock } from './notify/target-queue.ts';
import { openTargets } from './notify/targets.ts';
import { AttachmentFiles } from './storage/attachment-files.ts';
import { openStores } from './storage/open-stores.ts';
import { SqliteHistory } from './storage/sqlite-history.ts';
import { AccountDesk } from './transport/auth/account-desk.ts';
import type { Audit } from './transport/auth/audit.ts';
import { Auth } from './transport/auth/auth.ts';
import { putDemoAccounts } from './transport/auth/demo-accounts.ts';
import { attachSocketAuth, personOfSocket } from './transport/auth/socket-auth.ts';
import { attachFeedSockets } from './transport/feed-socket.ts';
import type { Readiness } from './transport/health.ts';
import { configureServer, createApp } from './transport/http.ts';
import { Metrics } from './transport/metrics.ts';
import { startMqtt } from './transport/mqtt.ts';
import { originAllowed } from './transport/origin.ts';
import { attachSockets, commandsOf, socketServerOptions } from './transport/socket.ts';

const clientDir = fileURLToPath(new URL('../dist/client', import.meta.url));
const ENGINE_TICK_MS = 250;
/** Connections that do not end by themselves within this are cut. */
const STOP_WITHIN_MS = 1_500;

async function loadCity(config: Config): Promise<City> {
  if (config.city === null) return City.plain(config.view);
  const loaded = await City.load(config.city);
  if (loaded.ok) return loaded.value;
  const shown = loaded.error.slice(0, 20).map((e) => `  ${packErrorText(e)}`);
  const more = loaded.error.length > 20 ? `\n  … and ${loaded.error.length - 20} more` : '';
  throw new Error(`the city pack ${config.city} cannot be used:\n${shown.join('\n')}${more}`);
}

async function loadRulebook(config: Config, city: City): Promise<Rulebook> {
  const read = await readRulebook(config.rulebook ?? undefined, city.pack?.departments ?? []);
  if (read.ok) return read.value;
  const shown = read.error.slice(0, 20).map((problem) => `  ${problem}`);
  throw new Error(`the rulebook ${config.rulebook} cannot be used:\n${shown.join('\n')}`);
}

function clientConfigOf(config: Config, city: City): ClientConfig {
  const { demo, version, tickHz, baseMap } = config;
  const manifest = city.pack?.manifest;
  return {
    demo,
    version,
    tickHz,
    baseMap,
    city: manifest ? { ...manifest, counts: city.counts() } : null,
    view: manifest ? homeView(manifest) : config.view,
  };
}

/** The journal with its appends timed. */
function timed(journal: Journal, metrics: Metrics): Journal {
  return {
    get lastSeq() {
      return journal.lastSeq;
    },
    async append(...args) {
      const startedAt = performance.now();
      const answer = await journal.append(...args);
      metrics.appendTook((performance.now() - startedAt) / 1_000);
      return answer;
    },
    read: (afterSeq) => journal.read(afterSeq),
    watch: (callback) => journal.watch(callback),
    close: () => journal.close(),
  };
}

/** Who may sign in. In the demo its people are made; outside it the first account is made on the command line. */
async function makeAuth(
  config: Config,
  accounts: Accounts,
  city: City,
  audit: Audit,
  log: Logger,
  nowMs: () => number,
): Promise<{ readonly auth: Auth; readonly desk: AccountDesk }> {
  const departments = city.pack?.departments ?? [];
  const demoAccounts = config.demo ? await putDemoAccounts(accounts, departments) : null;
  if (!config.demo && !(await accounts.all()).some((a) => a.passwordHash !== null && !a.disabled)) {
    log.warn(
      'nobody can sign in yet; make the first account: npm run account -- add ID --name NAME --role security-admin',
    );
  }
  const auth = new Auth({ accounts, demoAccounts, nowMs, audit });
  const desk = new AccountDesk({
    accounts,
    audit,
    passwords: auth.passwords,
    serial: auth.serial,
    ...(departments.length > 0 && { knowsDepartment: (id) => departments.some((d) => d.id === id) }),
    changed: () => auth.sessions.changed(),
  });
  return { auth, desk };
}

/** Who we are to other systems that read our warnings. */
function senderOf(config: Config, city: City): { readonly id: string; readonly name: string } {
  const manifest = city.pack?.manifest;
  return {
    id: config.capSender ?? `city-brain.${manifest?.id ?? 'unnamed'}`,
    name: manifest ? `City Brain ${manifest.name.zh} ${manifest.name.en}` : 'City Brain',
  };
}

/** Tells people and systems outside what the configuration routes to them. */
function startNotifying(
  config: NotifyConfig,
  engine: Engine,
  log: Logger,
  nowMs: () => number,
): { stop(): Promise<void> } {
  const targets = openTargets(config, { nowMs });
  const deliverer = new Deliverer({
    targets: targets.all,
    settle: (settlement) => engine.decisions.settle(settlement),
    log: (level, message, detail) => log[level]({ detail }, message),
    clock: systemClock,
    random: Math.random,
  });
  engine.decisions.deliverBy(deliverer);
  return {
    async stop() {
      await deliverer.stop();
      targets.close();
    },
  };
}

async function main(config: Config, log: Logger): Promise<void> {
  const nowMs = (): number => Date.now();
  const city = await loadCity(config);
  for (const warning of city.warnings.slice(0, 20)) log.warn(`city pack: ${packErrorText(warning)}`);
  const data = (file: string): string => join(config.dataDir, file);
  const { journal, accounts } = await openStores({
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl,
    onProblem: (message, err) => log.error({ err }, message),
  });
  const history = await SqliteHistory.open(data('history.db'), (err) =>
    log.warn({ err }, 'history not written'),
  );

  const parts: Record<string, true | string> = { journal: 'being replayed', city: true };
  const metrics = new Metrics({
    clients: () => io.of('/').sockets.size,
    recordsSeq: () => engine.records.seq,
    vehicles: () => engine.positions.count,
    telemetryBytes: () => sockets.stats().telemetry.bytes,
    telemetrySkipped: () => sockets.stats().telemetry.skipped,
  });
  const rulebook = await loadRulebook(config, city);
  const engine = new Engine({
    city,
    rulebook,
    feeds: config.feeds.map(describeFeed),
    routes: config.notify.routes,
    sender: senderOf(config, city),
    journal: timed(journal, metrics),
    history,
    nowMs,
    log: (level, message, detail) => log[level]({ detail }, message),
  });
  const recorder =
    config.recordDir === null
      ? undefined
      : new Recorder({
          dir: config.recordDir,
          onError: (err, file) => log.error({ err, file }, 'recording stopped'),
        });
  const intake = new Intake({
    feeds: config.feeds,
    port: engine,
    area: city,
    nowMs,
    openIncidents: (feedId) => engine.openIncidents(feedId),
    recorder,
    meter: metrics.meter,
  });

  const audit: Audit = (entry) => engine.decisions.note(entry);
  const { auth, desk } = await makeAuth(config, accounts, city, audit, log, nowMs);

  const commands = commandsOf(engine, (level, message, detail) => log[level]({ detail }, message));

  let stopping = false;
  const baseMap = city.pack === null ? null : new BaseMap(city.pack);
  const app = createApp({
    engine,
    city,
    baseMap,
    intake,
    history,
    clientConfig: clientConfigOf(config, city),
    clientDir: existsSync(join(clientDir, 'index.html')) ? clientDir : null,
    metrics,
    readiness: (): Readiness => (stopping ? { ...parts, server: 'stopping' } : parts),
    nowMs,
    log,
    auth: { auth, desk, allowedOrigins: config.allowedOrigins },
    cases: {
      queries: engine.queries,
      rulebook: engine.rules.book,
      commands,
      attachments: new AttachmentFiles(data('attachments')),
      journal,
    },
    alarms: engine.alarmQueries,
    traffic: engine.analysis,
    signalPort: (feed, report, atMs) => engine.signalReport(feed, report, atMs),
    whatIf: engine.decisions.signals.whatIf,
    warnings: {
      cancellationOf: (id) => engine.decisions.warnings.cancellationOf(id),
      atomTitle: senderOf(config, city).name,
      ...(config.publicUrl !== null && { publicUrl: config.publicUrl }),
    },
    stopping: () => stopping,
  });
  const server = createServer(app);
  configureServer(server);
  const io = new SocketServer(server, {
    ...socketServerOptions,
    parser: socketParser,
    allowRequest: (request, callback) => callback(null, originAllowed(request, config.allowedOrigins)),
  });
  const socketAuth = attachSocketAuth(io, auth, log);
  const sockets = attachSockets(io, {
    engine,
    commands,
    personOf: personOfSocket,
    tickHz: config.tickHz,
    minZoom: city.linkCount === 0 ? { vehicles: VEHICLES_FROM_ZOOM_WITHOUT_NETWORK } : {},
    log: (level, message, detail) => log[level]({ detail }, message),
  });
  attachFeedSockets(io, intake, log, nowMs);

  // Feeds are let in only when the journal is replayed: an update must find its incident.
  await engine.start();
  parts.journal = true;
  const notify = startNotifying(config.notify, engine, log, nowMs);
  const polling = startPolling({
    intake,
    request: (url, request) => guardedRequest(url, { ...request, allow: config.notify.allow }),
    random: Math.random,
    onError: (err, feed) => log.error({ err, feed }, 'polling failed'),
  });
  const mqtt = config.mqttUrl === null ? null : startMqtt({ url: config.mqttUrl }, intake, log);
  const ticking = setInterval(() => {
    const startedAt = performance.now();
    try {
      engine.tick(nowMs());
    } catch (err) {
      log.error({ err }, 'tick failed');
    }
    metrics.tickTook((performance.now() - startedAt) / 1_000);
  }, ENGINE_TICK_MS);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });

  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => server.closeAllConnections(), STOP_WITHIN_MS).unref();
    await mqtt?.stop();
    await polling.stop();
    await notify.stop();
    socketAuth.stop();
    sockets.close();
    engine.queries.close();
    await engine.alarmQueries.close();
    await io.close();
    await engine.stop();
    clearInterval(ticking);
    await intake.stop();
    await recorder?.stop();
    await journal.close();
    await accounts.close();
    await history.close();
    metrics.stop();
    log.info('stopped');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stop(signal).then(
        () => process.exit(0),
        (err: unknown) => {
          log.fatal({ err }, 'stop failed');
          process.exit(1);
        },
      );
    });
  }
  const { address, port, family } = server.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  log.info({ listening: url, city: city.pack?.manifest.id ?? null, feeds: config.feeds.length }, 'ready');
  // Made ahead, so that the first screen's tiles and the first search do not wait for it.
  try {
    await baseMap?.warm();
    city.warm();
  } catch (err) {
    log.warn({ err }, 'tiles and search are not warm');
  }
}

const config = readConfig();
if (!config.ok) {
  console.error(`City Brain cannot start:\n${config.error.map((e) => `  ${e}`).join('\n')}`);
  process.exit(1);
}
const log = pino({ level: config.value.logLevel, base: null });
// A fault nobody foresaw is logged; the picture of the city stays up.
process.on('uncaughtException', (err) => log.fatal({ err }, 'uncaught exception'));
process.on('unhandledRejection', (err) => log.fatal({ err }, 'unhandled rejection'));
main(config.value, log).catch((err: unknown) => {
  log.fatal(err instanceof Error ? err.message : String(err));
  process.exit(1);
});
