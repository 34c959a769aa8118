/**
 * Passwords as Argon2id hashes, made and checked off the main thread, a few at once. Invariant: checking takes the same
 * work whether there is an account or not, so that the time tells nobody which names exist.
 */
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** 19 MiB, two passes, one lane: OWASP Password Storage Cheat Sheet; Argon2id is the library's default (RFC 9106). */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const base64 = (bytes: number): string => randomBytes(bytes).toString('base64').replaceAll('=', '');
/** Of no password: as much work to check as a real one. */
const NOBODY = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$${base64(16)}$${base64(32)}`;
/** Node's thread pool has four threads, and files and gzip want some of them. */
const AT_ONCE = 2;
/** More waiting than this is an attack or a fault: the rest is told to come again. */
const MAX_WAITING = 200;

export const MIN_PASSWORD_LENGTH = 12;
const MIN_DIFFERENT = 5;

/** Typed the same on any keyboard and system it is the same password (NIST SP 800-63B, 5.1.1.2). */
const normal = (password: string): string => password.normalize('NFKC');

export class TooManyWaiting extends Error {}

export class Passwords {
  private readonly atOnce: number;
  private readonly maxWaiting: number;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(atOnce: number = AT_ONCE, maxWaiting: number = MAX_WAITING) {
    this.atOnce = atOnce;
    this.maxWaiting = maxWaiting;
  }

  hash(password: string): Promise<string> {
    return this.queued(() => hash(normal(password), parameters));
  }

  /**
   * Whether the password is the hashed one; with null, after the same work, false.
   * @throws TooManyWaiting
   */
  async verify(encoded: string | null, password: string): Promise<boolean> {
    const same = await this.queued(() => verify(encoded ?? NOBODY, normal(password)));
    return same && encoded !== null;
  }

  private async queued<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.atOnce) {
      if (this.waiting.length >= this.maxWaiting) throw new TooManyWaiting();
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.running++;
    try {
      return await work();
    } finally {
      // The place goes straight to who waited longest.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}

/** Too short, made of a few characters, a run of digits, or about the account itself. */
export function isWeakPassword(password: string, accountId: string): boolean {
  const text = normal(password).toLowerCase();
  const characters = Array.from(text);
  return (
    characters.length < MIN_PASSWORD_LENGTH ||
    new Set(characters).size < MIN_DIFFERENT ||
    /^(?:0?1234567890?)+\d*$/.test(text) ||
    (accountId.length >= 4 && text.includes(accountId.toLowerCase()))
  );
}
