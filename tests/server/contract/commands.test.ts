import { describe, expect, it } from 'vitest';
import { commandPayloads, commandTypes } from '../../../server/contract/commands.ts';
import { textFault } from '../../../server/contract/plain-text.ts';
import { readPayload } from '../../../server/transport/socket-commands.ts';

const bad: readonly (readonly [string, string])[] = [
  ['a script', '<script>alert(1)</script>'],
  ['an image', 'hello <img src=x onerror=alert(1)>'],
  ['a closing tag', 'x</b>'],
  ['a comment', '<!-- x -->'],
  ['a reversed name', '王\u202e调度'],
  ['an isolate', 'a\u2066b\u2069'],
  ['a zero-width space', '王\u200b调度'],
  ['a zero-width joiner', 'a\u200db'],
  ['a word joiner', 'a\u2060b'],
  ['a byte order mark', 'ab\ufeffc'],
  ['tag characters', 'abc\u{e0041}'],
  ['a null', 'a\u0000b'],
  ['an escape', 'a\u001b[31mred'],
  ['a delete', 'a\u007fb'],
  ['a C1 control', 'a\u0085b'],
];
const good: readonly string[] = [
  '< 5 m 以内，> 3 层',
  '人民路 5 号\n二楼\t右侧',
  'Fire at O’Brien’s “Café” & Co. 🚒',
  'مرحبا',
  'x'.repeat(4_000),
];

/** A payload of each command with every text it can carry. */
const withText: readonly (readonly [keyof typeof commandPayloads, (text: string) => unknown])[] = [
  ['incident.create', (title) => ({ channel: '110', category: 'crime.theft', title })],
  ['incident.create', (detail) => ({ channel: '110', category: 'crime.theft', detail })],
  ['incident.create', (address) => ({ channel: '110', category: 'crime.theft', address })],
  ['incident.create', (name) => ({ channel: '110', category: 'crime.theft', caller: { name } })],
  ['incident.create', (phone) => ({ channel: '110', category: 'crime.theft', caller: { phone } })],
  ['incident.call', (detail) => ({ incident: 'i', channel: '110', detail })],
  ['incident.edit', (title) => ({ incident: 'i', title })],
  ['incident.dispatch', (override) => ({ incident: 'i', override })],
  ['assignment.status', (override) => ({ unit: 'u', status: 'on-scene', override })],
  ['unit.service', (reason) => ({ unit: 'u', inService: false, reason })],
  ['incident.transfer', (reason) => ({ incident: 'i', department: 'd', reason })],
  ['incident.return', (reason) => ({ incident: 'i', reason })],
  ['incident.task', (title) => ({ incident: 'i', department: 'd', title })],
  ['task.return', (reason) => ({ incident: 'i', task: 't', reason })],
  ['task.done', (result) => ({ incident: 'i', task: 't', result })],
  ['incident.resolve', (result) => ({ incident: 'i', result })],
  ['incident.resolve', (override) => ({ incident: 'i', override })],
  ['incident.verify', (reason) => ({ incident: 'i', accepted: false, reason })],
  ['incident.close', (override) => ({ incident: 'i', override })],
  ['incident.evaluate', (comment) => ({ incident: 'i', comment })],
  ['incident.reopen', (reason) => ({ incident: 'i', reason })],
  ['incident.note', (text) => ({ incident: 'i', text })],
  ['incident.supervise', (reason) => ({ incident: 'i', reason })],
  ['incident.reveal', (reason) => ({ incident: 'i', reason })],
];

describe('text in commands', () => {
  it.each(bad)('IN-45 %s is refused', (_, text) => {
    expect(textFault(text)).not.toBeNull();
    const read = readPayload('incident.note', { incident: 'i', text });
    expect(read).toEqual({ ok: false, error: { code: 'bad-text', detail: 'text' } });
  });

  it.each(withText)('IN-45 in every text of %s, with the whole command', (type, payload) => {
    expect(readPayload(type, payload('平常的话')).ok).toBe(true);
    for (const [, text] of bad)
      expect(readPayload(type, payload(text))).toMatchObject({ error: { code: 'bad-text' } });
    expect(readPayload(type, payload('x'.repeat(5_000)))).toMatchObject({ error: { code: 'bad-field' } });
    expect(readPayload(type, payload('   '))).toMatchObject({ error: { code: 'bad-field' } });
  });

  it.each(good)('IN-45 ordinary text is taken as it is: %j', (text) => {
    expect(readPayload('incident.note', { incident: 'i', text })).toMatchObject({ value: { text } });
  });

  it('every command refuses what is no payload at all, by its field', () => {
    for (const type of commandTypes)
      for (const payload of [null, 7, 'x', [], { incident: 7 }, { incident: 'x'.repeat(200) }])
        expect([type, readPayload(type, payload).ok]).toEqual([type, false]);
  });
});
