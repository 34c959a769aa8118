/**
 * `npm run account -- add|list|disable|enable|password`: accounts from the server's own machine, which is how the first
 * one is made. A password is asked for or read from standard input, never given as an argument, where `ps` would show it.
 */
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Command, Option } from 'commander';
import { accountChange, newAccount, type AccountAnswer } from './contract/accounts.ts';
import { refusalText, type Refusal } from './contract/refusals.ts';
import type { Result } from './contract/result.ts';
import { roles } from './contract/roles.ts';
import type { Journal } from './live/ports.ts';
import { openStores } from './storage/open-stores.ts';
import { AccountDesk, type Administrator } from './transport/auth/account-desk.ts';
import type { Audit } from './transport/auth/audit.ts';
import { Passwords } from './transport/auth/passwords.ts';
import { SerialByKey } from './transport/auth/serial-by-key.ts';

/** A server at work appends too; each conflict means that it went on by at least one. */
const APPEND_TRIES = 50;

interface Where {
  readonly data: string;
  readonly databaseUrl?: string;
}
type Done = Result<AccountAnswer, Refusal>;

/** Anything but a refusal: shown as a sentence, as a refusal is. */
class Stop extends Error {}

const by: Administrator = { actor: 'system', address: `local:${userInfo().username}` };

const auditInto =
  (journal: Journal): Audit =>
  async (entry) => {
    for (let i = 0; i < APPEND_TRIES; i++) {
      const appended = await journal.append(journal.lastSeq, [{ ...entry, atMs: Date.now() }]);
      if (appended.ok) return;
    }
    throw new Stop('日志繁忙，请重试 / the journal is busy; try again');
  };

async function atDesk<T>(where: Where, work: (desk: AccountDesk) => Promise<T>): Promise<T> {
  const { journal, accounts } = await openStores({
    dataDir: where.data,
    databaseUrl: where.databaseUrl ?? null,
    onProblem: (message, cause) => console.error(message, cause ?? ''),
  });
  try {
    return await work(
      new AccountDesk({
        accounts,
        audit: auditInto(journal),
        passwords: new Passwords(),
        serial: new SerialByKey(),
        changed: () => undefined,
      }),
    );
  } finally {
    await accounts.close();
    await journal.close();
  }
}

async function typed(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

/** From the keyboard, unseen and twice; else the first line of standard input. */
async function askPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    let text = '';
    for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
    return text.split(/\r?\n/)[0]!;
  }
  const password = await typed('密码 / password: ');
  if ((await typed('再输一次 / once more: ')) !== password) {
    throw new Stop('两次输入不一致 / the two are not the same');
  }
  return password;
}

const line = (a: AccountAnswer): string =>
  [a.id, a.name, a.role, a.department ?? '-', a.disabled ? 'disabled' : 'enabled'].join('\t');

function tell(done: Done): void {
  if (!done.ok) {
    const text = refusalText(done.error);
    throw new Stop(`${text.zh} / ${text.en}`);
  }
  console.log(line(done.value));
}

const change = async (id: string, where: Where, asked: unknown): Promise<void> =>
  tell(await atDesk(where, (desk) => desk.change(id, accountChange.parse(asked), by)));

const program = new Command('account').description('Makes and changes the accounts of a server');
const command = (name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .option('--data <folder>', "the server's data folder", 'data')
    .option('--database-url <url>', 'the PostgreSQL database, where the server uses one');

command('add <id>', 'Makes an account')
  .requiredOption('--name <name>', 'as others see it')
  .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
  .option('--department <id>', 'whose cases it sees; needed for the role department')
  .action(async (id: string, { data, databaseUrl, ...rest }: Where & Record<string, unknown>) => {
    const given = newAccount.safeParse({ id, ...rest, password: await askPassword() });
    if (!given.success) {
      throw new Stop(given.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('\n'));
    }
    tell(await atDesk({ data, databaseUrl }, (desk) => desk.create(given.data, by)));
  });
command('list', 'Lists the accounts').action((where: Where) =>
  atDesk(where, async (desk) => console.log((await desk.list()).map(line).join('\n'))),
);
command('disable <id>', 'Lets nobody in by it; its screens end within five seconds').action(
  (id: string, where: Where) => change(id, where, { disabled: true }),
);
command('enable <id>', 'Lets it in again, a lock after failures included').action(
  (id: string, where: Where) => change(id, where, { disabled: false, unlock: true }),
);
command('password <id>', 'Gives it another password').action(async (id: string, where: Where) =>
  change(id, where, { password: await askPassword() }),
);

try {
  await program.parseAsync();
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : String(cause));
  process.exitCode = 1;
}
