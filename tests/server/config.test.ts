import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { temporaryFolder } from '../support/temporary.ts';

function problems(env: Record<string, string>, argv: string[] = []): string[] {
  const config = readConfig(env, argv);
  return config.ok ? [] : config.error;
}

function feedsFile(token: unknown): string {
  const file = join(temporaryFolder(), 'feeds.json');
  const feed = { id: 'cad', name: { zh: '接警', en: 'Calls' }, kind: 'incidents', token };
  writeFileSync(file, JSON.stringify({ feeds: [feed] }));
  return file;
}

describe('the configuration', () => {
  it('SE-4 listens on loopback unless told otherwise', () => {
    const config = readConfig({ DEMO: '1', CITY: 'none' }, []);
    expect(config).toMatchObject({
      ok: true,
      value: { host: '127.0.0.1', port: 8080, tickHz: 2, city: null },
    });
  });

  it('takes a view west of Greenwich as it is written', () => {
    for (const argv of [['--view', '-122.3,37.55,10'], ['--view=-122.3,37.55,10']]) {
      expect(readConfig({ DEMO: '1', CITY: 'none' }, [...argv, '--port', '81'])).toMatchObject({
        ok: true,
        value: { port: 81, view: { center: [-122.3, 37.55], zoom: 10 } },
      });
    }
  });

  it('SE-3 outside the demo there are no feeds with a known token', () => {
    expect(problems({ CITY: 'none' })).toEqual([expect.stringContaining('FEEDS_FILE')]);
    expect(problems({ CITY: 'none', FEEDS_FILE: feedsFile('demo-feed-token') })).toEqual([
      expect.stringContaining('demo token'),
    ]);
    expect(problems({ CITY: 'none', FEEDS_FILE: feedsFile('short') })).toEqual([
      expect.stringContaining('16 characters'),
    ]);
  });

  it('SE-3 a token may lie in the environment, and its absence is said by name', () => {
    const file = feedsFile({ tokenEnv: 'CAD_TOKEN' });
    expect(problems({ CITY: 'none', FEEDS_FILE: file })).toEqual([expect.stringContaining('CAD_TOKEN')]);
    const config = readConfig({ CITY: 'none', FEEDS_FILE: file, CAD_TOKEN: 'a-long-enough-secret' }, []);
    expect(config.ok && config.value.feeds[0]!.token).toBe('a-long-enough-secret');
  });

  it.each([
    [{ PORT: '99999' }, 'PORT (--port)'],
    [{ TICK_HZ: '50' }, 'TICK_HZ (--hz)'],
    [{ VIEW: '30.1;118' }, 'longitude,latitude,zoom'],
    [{ VIEW: '30,118,9' }, 'in this order'],
    [{ MQTT_URL: 'http://broker' }, 'MQTT_URL (--mqtt)'],
    [{ FEEDS_FILE: '/nowhere/feeds.json' }, '/nowhere/feeds.json'],
    [{ CITY: '' }, 'CITY (--city) is not set'],
  ])('says what is wrong with %j', (env, sentence) => {
    expect(problems({ DEMO: '1', CITY: 'none', ...env }).join('\n')).toContain(sentence);
  });

  it('takes command-line options before the environment, and refuses unknown ones', () => {
    const config = readConfig({ DEMO: '1', CITY: 'x', PORT: '1' }, ['--city', 'none', '--port', '0']);
    expect(config).toMatchObject({ ok: true, value: { city: null, port: 0 } });
    expect(problems({}, ['--prot', '1'])).toEqual([expect.stringContaining('--prot')]);
  });
});
