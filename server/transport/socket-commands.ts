/**
 * Commands from sockets and requests: read, given to the cases, answered once. The same id asked again gets the same
 * answer, also while the first is still being worked on (SY-50).
 */
import { LRUCache } from 'lru-cache';
import type { z } from 'zod';
import {
  commandPayloads,
  isCommandType,
  type CommandPayloads,
  type CommandType,
} from '../contract/commands.ts';
import type { Refusal } from '../contract/refusals.ts';
import type { Person } from '../contract/roles.ts';
import { err, ok, type Result } from '../contract/result.ts';
import type { Command, CommandAnswer } from '../contract/sync.ts';
import type { By } from '../domain/cases/events.ts';
import type { GivenCommand } from '../live/decisions.ts';

/** Who gives a command, from where. */
export interface CommandSource {
  /** Null: nobody is signed in. */
  readonly person: Person | null;
  /** Address of the console. */
  readonly from: string;
}

export interface CommandsDeps {
  /** Decides. */
  readonly execute: (command: GivenCommand, by: By) => Promise<CommandAnswer>;
  /** Told of every refusal. */
  readonly refused?: (command: Command, refusal: Refusal, source: CommandSource) => void;
}

/** Answers kept for repeated ids. */
const KEPT_ANSWERS = 10_000;

export class Commands {
  private readonly deps: CommandsDeps;
  private readonly answers = new LRUCache<string, Promise<CommandAnswer>>({ max: KEPT_ANSWERS });

  constructor(deps: CommandsDeps) {
    this.deps = deps;
  }

  async execute(command: Command, source: CommandSource): Promise<CommandAnswer> {
    // An id belongs to who used it: nobody reads another's answers by guessing.
    const key = `${source.person?.id ?? ''}\u0000${command.id}`;
    const known = this.answers.get(key);
    if (known) return known;
    const answer = this.answer(command, source);
    this.answers.set(key, answer);
    await this.settle(answer, key, command, source);
    return answer;
  }

  /** What failed, or was not stored, was not decided: the same command may be sent again. */
  private async settle(
    answer: Promise<CommandAnswer>,
    key: string,
    command: Command,
    source: CommandSource,
  ): Promise<void> {
    let again = true;
    try {
      const a = await answer;
      again = !a.ok && (a.refusal.code === 'journal-failed' || a.refusal.code === 'internal');
      if (!a.ok) this.deps.refused?.(command, a.refusal, source);
    } finally {
      if (again) this.answers.delete(key);
    }
  }

  private async answer(command: Command, { person, from }: CommandSource): Promise<CommandAnswer> {
    const { id, type, expected } = command;
    if (!isCommandType(type) || type === 'presence.view')
      return { ok: false, refusal: { code: 'unknown-command', detail: type } };
    if (person === null) return { ok: false, refusal: { code: 'not-signed-in' } };
    const payload = readPayload(type, command.payload);
    if (!payload.ok) return { ok: false, refusal: payload.error };
    const { role, department, name } = person;
    const by: By = { id: person.id, name, role, ...(department !== undefined && { department }), from };
    const read = { id, type, payload: payload.value, ...(expected !== undefined && { expected }) };
    return this.deps.execute(read as GivenCommand, by);
  }
}

/** The payload of a command, or what is wrong with it, by field. */
export function readPayload<T extends CommandType>(
  type: T,
  payload: unknown,
): Result<CommandPayloads[T], Refusal> {
  const read = commandPayloads[type].safeParse(payload);
  if (read.success) return ok(read.data as CommandPayloads[T]);
  return err(refusalOf(read.error));
}

function refusalOf(error: z.ZodError): Refusal {
  const issue = error.issues[0];
  const field = issue?.path.join('.') || 'payload';
  if (issue?.message.startsWith('text:')) return { code: 'bad-text', detail: field };
  return { code: 'bad-field', detail: `${field}: ${issue?.message ?? ''}`.slice(0, 300) };
}
