import { describe, expect, it } from 'vitest';
import { isWeakPassword, Passwords, TooManyWaiting } from '../../../server/transport/auth/passwords.ts';
import { SerialByKey } from '../../../server/transport/auth/serial-by-key.ts';

describe('passwords', () => {
  it('SE-40 are kept as Argon2id with 19 MiB and two passes, each with a salt of its own', async () => {
    const passwords = new Passwords();
    const [a, b] = await Promise.all([
      passwords.hash('a good long password'),
      passwords.hash('a good long password'),
    ]);
    expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(a).not.toBe(b);
    expect(await passwords.verify(a, 'a good long password')).toBe(true);
    expect(await passwords.verify(a, 'a good long passwore')).toBe(false);
  });

  it('SE-40 are the same however a keyboard composes them', async () => {
    const passwords = new Passwords();
    const encoded = await passwords.hash('caf\u00e9 au lait \u2460');
    expect(await passwords.verify(encoded, 'cafe\u0301 au lait 1')).toBe(true);
  });

  it('SE-42 are checked with as much work where there is no account', async () => {
    const passwords = new Passwords(1);
    const encoded = await passwords.hash('a good long password');
    const took = async (against: string | null): Promise<number> => {
      const startedAt = performance.now();
      for (let i = 0; i < 8; i++) expect(await passwords.verify(against, 'guess')).toBe(false);
      return performance.now() - startedAt;
    };
    await took(encoded);
    const ratio = (await took(null)) / (await took(encoded));
    // Without the work it would be below 0.01; a busy machine may double a measurement.
    expect(ratio).toBeGreaterThan(0.2);
  });

  it('SE-40 are hashed off the main thread, two at once, and a flood is refused', async () => {
    const passwords = new Passwords(2, 20);
    let turns = 0;
    const turning = setInterval(() => turns++, 1);
    const checks = Array.from({ length: 30 }, () => passwords.verify(null, 'guess'));
    const outcomes = await Promise.allSettled(checks);
    clearInterval(turning);
    const refused = outcomes.filter((o) => o.status === 'rejected');
    expect(refused).toHaveLength(8);
    expect(refused.every((o) => o.reason instanceof TooManyWaiting)).toBe(true);
    expect(turns).toBeGreaterThan(5);
    expect(await passwords.verify(null, 'guess')).toBe(false);
  });

  it.each([
    ['elevenchars', true],
    ['twelve chars', false],
    ['密码密码密码密码密码密码', true],
    ['临江市的夜晚灯火通明看得见', false],
    ['abababababababab', true],
    ['1234567890123456', true],
    ['01234567890123', true],
    ['WangLi and more', true],
    ['a good long password', false],
  ])('SE-40 “%s” is weak: %s', (password, weak) => {
    expect(isWeakPassword(password, 'wangli')).toBe(weak);
  });
});

describe('work by key', () => {
  it('is done one after another for one key and at once for others, whatever fails', async () => {
    const serial = new SerialByKey();
    const log: string[] = [];
    const work = (name: string) => async (): Promise<string> => {
      log.push(`${name}+`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(`${name}-`);
      if (name === 'a1') throw new Error('failed');
      return name;
    };
    const all = await Promise.allSettled([
      serial.run('a', work('a1')),
      serial.run('a', work('a2')),
      serial.run('b', work('b1')),
      serial.run('a', work('a3')),
    ]);
    expect(all.map((o) => o.status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect(log.filter((l) => l.startsWith('a'))).toEqual(['a1+', 'a1-', 'a2+', 'a2-', 'a3+', 'a3-']);
    expect(log.indexOf('b1+')).toBeLessThan(log.indexOf('a1-'));
  });
});
