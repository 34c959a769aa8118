/** The command line: parsing, refusals with reasons, completion, history. */
import { describe, expect, it } from 'vitest';
import { commandSpecs } from '../../../client/app/actions.ts';
import {
  completions,
  findCommand,
  parseCommand,
  remember,
  usage,
} from '../../../client/app/command-parser.ts';
import { translator, type MessageKey } from '../../../client/i18n/i18n.ts';

const t = translator('en-US');
const parse = (line: string) => parseCommand(line, commandSpecs, t);
const reason = (line: string): MessageKey | null => {
  const parsed = parse(line);
  return parsed.ok ? null : parsed.reason.key;
};

describe('parseCommand', () => {
  it.each([
    ['go 人民医院', 'go', ['人民医院']],
    ['去 人民 医院', 'go', ['人民 医院']],
    ['layer vehicles off', 'layer', ['vehicles', 'off']],
    ['LAYER 路况 开', 'layer', ['links', 'on']],
    ['layer veh', 'layer', ['vehicles', undefined]],
    ['theme light', 'theme', ['light']],
    ['theme', 'theme', [undefined]],
    ['lang en', 'lang', ['en']],
    ['lang 中文', 'lang', ['zh']],
    ['  zoom   14.5 ', 'zoom', [14.5]],
    ['home', 'home', []],
    ['select #1042', 'select', ['#1042']],
    ['follow', 'follow', [undefined]],
    ['panel incidents', 'panel', ['incidents']],
    ['til', 'tilt', []],
  ])('UI-4 reads “%s”', (line, command, args) => {
    expect(parse(line)).toEqual({ ok: true, command, args });
  });

  it.each([
    ['', 'cmd.unknown'],
    ['fly me', 'cmd.unknown'],
    ['l', 'cmd.unknown'],
    ['go', 'cmd.missing'],
    ['layer', 'cmd.missing'],
    ['layer moon', 'cmd.badChoice'],
    ['layer incident', 'cmd.badChoice'],
    ['layer vehicles maybe', 'cmd.badChoice'],
    ['zoom close', 'cmd.badNumber'],
    ['zoom 99', 'cmd.badNumber'],
    ['zoom NaN', 'cmd.badNumber'],
    ['home now', 'cmd.tooMany'],
  ])('UI-4 refuses “%s” with %s', (line, key) => {
    expect(reason(line)).toBe(key);
  });

  it('says the choices in a refusal', () => {
    const parsed = parse('theme pink');
    const said = parsed.ok ? '' : t(parsed.reason.key, parsed.reason.params);
    expect(said).toContain('dark, light');
  });
});

describe('completions', () => {
  it('UI-5 offers every command for nothing, those that begin so for a beginning', () => {
    expect(completions('', commandSpecs, 99)).toHaveLength(commandSpecs.length);
    expect(completions('la', commandSpecs)).toEqual(['layer ', 'layout ', 'lang ']);
    expect(completions('图', commandSpecs)).toEqual(['图层 ']);
  });
  it('UI-5 completes choices, in the language they were begun in', () => {
    expect(completions('layer veh', commandSpecs)).toEqual(['layer vehicles ']);
    expect(completions('layer 车', commandSpecs)).toEqual(['layer 车辆 ', 'layer 车组 ']);
    expect(completions('layer vehicles ', commandSpecs)).toEqual(['layer vehicles on', 'layer vehicles off']);
    expect(completions('go ren', commandSpecs)).toEqual([]);
    expect(completions('nonsense x', commandSpecs)).toEqual([]);
  });
  it('UI-5 offers only what parses as the same command', () => {
    for (const spec of commandSpecs) {
      const offer = completions(spec.name, commandSpecs, 99)[0]!;
      expect(findCommand(offer.trim(), commandSpecs)).not.toBeNull();
    }
  });
});

it('words the usage', () => {
  expect(usage(findCommand('layer', commandSpecs)!, t)).toBe('layer <layer> [switch]');
});

it('keeps a history without repeats and without end', () => {
  expect(remember(['a', 'b'], ' a ')).toEqual(['b', 'a']);
  expect(remember(['a'], '  ')).toEqual(['a']);
  expect(remember(['a', 'b', 'c'], 'd', 3)).toEqual(['b', 'c', 'd']);
});
