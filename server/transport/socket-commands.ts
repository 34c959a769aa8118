/**
 * Commands by type, answered once: the same id asked again gets the same answer, also while the first is still being
 * worked on (SY-50).
 */
import type { Command, CommandAnswer } from '../contract/sync.ts';
import type { Role } from '../domain/privacy.ts';

export interface CommandContext {
  readonly role: Role;
  readonly nowMs: number;
}
export type CommandHandler = (command: Command, context: CommandContext) => Promise<CommandAnswer>;

/** Answers kept for repeated ids. */
const KEPT_ANSWERS = 10_000;

export class Commands {
  private readonly handlers: ReadonlyMap<string, CommandHandler>;
  private readonly answers = new Map<string, Promise<CommandAnswer>>();

  constructor(handlers: ReadonlyMap<string, CommandHandler> = new Map()) {
    this.handlers = handlers;
  }

  async execute(command: Command, context: CommandContext): Promise<CommandAnswer> {
    const known = this.answers.get(command.id);
    if (known) return known;
    const handler = this.handlers.get(command.type);
    if (!handler) return { ok: false, refusal: { code: 'unknown-command', detail: command.type } };
    const answer = handler(command, context);
    this.answers.set(command.id, answer);
    if (this.answers.size > KEPT_ANSWERS) {
      const oldest = this.answers.keys().next();
      if (!oldest.done) this.answers.delete(oldest.value);
    }
    // What failed was not answered: it may be asked again.
    answer.catch(() => this.answers.delete(command.id));
    return answer;
  }
}
