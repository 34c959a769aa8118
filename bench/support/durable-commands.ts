/** The product's way of a command, from what a socket hands over to the answer, on a journal that keeps everything. */
import { randomUUID } from 'node:crypto';
import type { City } from '../../server/city/city.ts';
import type { Person } from '../../server/contract/roles.ts';
import type { CommandAnswer } from '../../server/contract/sync.ts';
import { Engine } from '../../server/live/engine.ts';
import { openStores } from '../../server/storage/open-stores.ts';
import { commandsOf } from '../../server/transport/socket.ts';
import { paceOf, type Pace } from './in-flight.ts';
import { noHistory } from '../../tests/support/no-history.ts';

const person: Person = { id: 'wang', name: '王调度', role: 'dispatcher' };
/** About as long as what people write. */
const NOTE = '报警人称三楼有烟，已疏散，电梯停用；消防车从北门进入，东侧通道被车辆占用。';

export interface DurableCommands {
  /** Notes on as many cases as there are at a time. */
  pace(atATime: number, forMs: number): Promise<Pace>;
  /** The row that one note leaves in the journal. */
  row(): Promise<JournalRow>;
  close(): Promise<void>;
}

/** What a row of the journal holds besides its number. */
export interface JournalRow {
  readonly atMs: number;
  readonly actor: string;
  readonly type: string;
  readonly payload: string;
  readonly command: string;
  readonly hash: string;
}

export async function durableCommands(
  city: City,
  place: { readonly dataDir: string; readonly databaseUrl: string | null },
  cases: number,
): Promise<DurableCommands> {
  const onProblem = (message: string): void => console.error(message);
  const { journal, accounts } = await openStores({ ...place, onProblem });
  const engine = new Engine({ city, feeds: [], journal, history: noHistory, nowMs: () => Date.now() });
  await engine.start();
  const commands = commandsOf(engine);
  const give = async (type: string, payload: unknown): Promise<CommandAnswer & { readonly ok: true }> => {
    const command = { id: randomUUID(), type, payload };
    const answer = await commands.execute(command, { person, from: '127.0.0.1' });
    if (!answer.ok) throw new Error(`${type} was refused: ${answer.refusal.code}`);
    return answer;
  };
  const incidents: string[] = [];
  for (let i = 0; i < cases; i++) {
    const { result } = await give('incident.create', { channel: '110', category: 'crime.theft' });
    incidents.push(result!.incident!);
  }
  return {
    pace: (atATime, forMs) =>
      paceOf(atATime, forMs, async (asker) => {
        await give('incident.note', { incident: incidents[asker % cases]!, text: NOTE });
      }),
    row: async () => {
      const { seq } = await give('incident.note', { incident: incidents[0]!, text: NOTE });
      for await (const { atMs, actor, type, payload, command } of journal.read(seq - 1))
        return { atMs, actor, type, payload: JSON.stringify(payload), command: command!, hash: HASH };
      throw new Error('the note is not in the journal');
    },
    close: async () => {
      await engine.stop();
      await journal.close();
      await accounts.close();
    },
  };
}

/** As long as the product's. */
const HASH = '0'.repeat(64);
