/**
 * `npm start`: builds what is not built yet (the client, the demo city), then runs the server and the simulators as two
 * processes that only know each other over the network. When one of them ends for good, so does the demo. With `--sumo
 * FILE.sumocfg` the city is that of a SUMO scenario, which drives through it under the product's control.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildDemoCity, buildScreens, root } from './build.ts';
import { joinNegatives } from './command-line.ts';

const say = (text: string): void => console.log(`\u001b[36m▸\u001b[0m ${text}`);

function given() {
  return parseArgs({
    args: joinNegatives(process.argv.slice(2)),
    options: {
      city: { type: 'string' },
      view: { type: 'string' },
      seed: { type: 'string', default: '1' },
      scenario: { type: 'string', default: 'ordinary' },
      vehicles: { type: 'string', default: '20000' },
      speed: { type: 'string', default: '1' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8080' },
      data: { type: 'string', default: 'data' },
      'control-port': { type: 'string', default: '8091' },
      colleagues: { type: 'string', default: 'on' },
      'no-simulators': { type: 'boolean', default: false },
      sumo: { type: 'string' },
    },
  }).values;
}

let options: ReturnType<typeof given>;
try {
  options = given();
} catch (cause) {
  console.error(`npm start: ${cause instanceof Error ? cause.message : String(cause)}`);
  process.exit(2);
}

async function prepare(): Promise<string> {
  await buildScreens(() => say('building the screens … 正在构建界面'));
  if (options.city !== undefined) return options.city;
  if (options.sumo !== undefined) return citySumoDrivesIn(options.sumo);
  const city = resolve(root, options.data, 'cities', `linjiang-${options.seed}`);
  await buildDemoCity(city, options.seed, () => say('building the demo city … 正在生成演示城市'));
  return city;
}

/** @throws where the network cannot be read, which was said. */
function citySumoDrivesIn(config: string): string {
  const city = resolve(root, options.data, 'cities', `sumo-${basename(config, '.sumocfg')}`);
  const arguments_ = ['server/sumo/import-main.ts', resolve(config), '--out', city];
  const { status } = spawnSync(process.execPath, arguments_, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`no city could be made of ${config} / 无法由 ${config} 生成城市`);
  return city;
}

const children = new Map<string, ChildProcess>();
let ending = false;

function start(name: string, args: readonly string[]): void {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  children.set(name, child);
  child.on('exit', (code) => {
    children.delete(name);
    if (!ending && name === 'SUMO' && code === 0) say('the SUMO scenario is over; the server goes on');
    else if (!ending) {
      say(`the ${name} ended (code ${code}); stopping`);
      end(code ?? 1);
    } else if (children.size === 0) process.exit();
  });
}

/** Passes the signal on and waits; a process that does not end within 8 s is killed. */
function end(code: number): void {
  if (ending) return;
  ending = true;
  process.exitCode = code;
  for (const child of children.values()) child.kill('SIGTERM');
  if (children.size === 0) process.exit();
  setTimeout(() => {
    for (const child of children.values()) child.kill('SIGKILL');
  }, 8_000).unref();
}
process.on('SIGINT', () => end(0));
process.on('SIGTERM', () => end(0));

async function ready(url: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (ending) return;
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the server did not become ready at ${url}`);
}

try {
  const city = await prepare();
  const url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${options.port}`;
  const view = options.view === undefined ? [] : [`--view=${options.view}`];
  const where = ['--host', options.host, '--port', options.port, '--data', options.data];
  start('server', ['server/main.ts', '--demo', '--city', city, ...where, ...view]);
  await ready(url);
  if (options.sumo !== undefined) {
    const config = ['--config', resolve(options.sumo), '--seed', options.seed, '--speed', options.speed];
    start('SUMO', ['server/sumo/main.ts', ...config, '--live', url, '--automatic']);
  } else if (city !== 'none' && !options['no-simulators']) {
    const { seed, scenario, vehicles, speed } = options;
    const settings = ['--scenario', scenario, '--seed', seed, '--vehicles', vehicles, '--speed', speed];
    const state = resolve(root, options.data, 'simulators-open.json');
    const control = ['--control-port', options['control-port'], '--state', state];
    const dispatch = ['--server', url, '--dispatch', 'server'];
    start('simulators', ['simulators/main.ts', 'run', ...dispatch, ...settings, ...control]);
  }
  say(`City Brain 城市大脑  →  \u001b[1m${url}\u001b[0m`);
  say('another day:  npm run scenario -- storm   |   stop: Ctrl+C');
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause);
  end(1);
}
