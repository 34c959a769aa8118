/** The elements of a CAP message by name, and what is wrong with one, said with the path to it. */
import { excerpt } from '../native.ts';
import { capInstant } from './cap-text.ts';
import type { XmlElement } from './xml.ts';

/** Thrown where a message is no warning; never leaves the reading of CAP. */
export class Invalid extends Error {}

/** The elements of CAP in one of them, by name; those of other namespaces are none of ours. */
export class Fields {
  readonly path: string;
  private readonly element: XmlElement;

  constructor(element: XmlElement, path: string) {
    this.element = element;
    this.path = path;
  }

  all(name: string): readonly XmlElement[] {
    return this.element.children.filter((c) => c.name === name && c.uri === this.element.uri);
  }

  inner(name: string): readonly Fields[] {
    const all = this.all(name);
    return all.map((c, i) => new Fields(c, `${this.at(name)}${all.length > 1 ? `[${i + 1}]` : ''}.`));
  }

  /** Null where it is not there. What may stand once may not stand twice: readers would not agree on which counts. */
  raw(name: string): XmlElement | null {
    const [first, second] = this.all(name);
    if (second !== undefined) throw new Invalid(`${this.at(name)}: > 1`);
    return first ?? null;
  }

  /** As it stands, spaces around it apart; '' where it is not there. */
  exact(name: string): string {
    const raw = this.raw(name);
    if (raw?.cut === true) throw new Invalid(`${this.at(name)}: too long`);
    return raw?.text.trim() ?? '';
  }

  required(name: string): string {
    const text = this.exact(name);
    if (text === '') throw new Invalid(`${this.at(name)}: missing`);
    return text;
  }

  oneOf<T extends string>(name: string, values: readonly T[], text = this.required(name)): T {
    const value = values.find((v) => v === text);
    if (value === undefined) throw new Invalid(`${this.at(name)}: “${excerpt(text)}”`);
    return value;
  }

  instant(name: string): number | undefined {
    const text = this.exact(name);
    return text === '' ? undefined : this.instantOf(name, text);
  }

  instantOf(name: string, text: string): number {
    const ms = capInstant(text);
    if (ms === null) throw new Invalid(`${this.at(name)}: “${excerpt(text)}” ≠ YYYY-MM-DDThh:mm:ss±hh:mm`);
    return ms;
  }

  /** Those that are not empty, as they stand. */
  texts(name: string): string[] {
    const all = this.all(name);
    if (all.some((c) => c.cut)) throw new Invalid(`${this.at(name)}: too long`);
    return all.map((c) => c.text.trim()).filter((text) => text !== '');
  }

  /** Those that are not empty, read one by one; `read` answers a sentence where one is wrong. */
  shapes<T extends object>(name: string, max: number, read: (text: string) => T | string): T[] {
    const texts = this.texts(name);
    if (texts.length > max) throw new Invalid(`${this.at(name)}: > ${max}`);
    return texts.map((text, i) => {
      const shape = read(text);
      if (typeof shape !== 'string') return shape;
      throw new Invalid(`${this.at(name)}${texts.length > 1 ? `[${i + 1}]` : ''}: ${shape}`);
    });
  }

  /** Elements that must hold these others. */
  holding(name: string, parts: readonly string[]): readonly Fields[] {
    const all = this.inner(name);
    for (const one of all) {
      for (const part of parts) {
        if (one.raw(part) === null) throw new Invalid(`${one.path}${part}: missing`);
      }
    }
    return all;
  }

  holds(name: string, uri: string): boolean {
    return this.element.children.some((c) => c.name === name && c.uri === uri);
  }

  get version(): string {
    return this.element.uri;
  }

  at(name: string): string {
    return `${this.path}${name}`;
  }
}
