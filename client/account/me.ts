/**
 * Who is signed in on this screen. Invariant: what the screen holds of the server's records was answered to the person
 * that is shown; whoever changes makes the session begin anew (UI-100).
 */
import { create } from 'zustand';
import type { SessionAnswer } from '../../server/contract/api.ts';
import type { CommandType } from '../../server/contract/commands.ts';
import { mayDo } from '../../server/contract/rights.ts';
import type { Person } from '../../server/contract/roles.ts';
import type { LocalText } from '../../server/contract/text.ts';
import {
  ApiError,
  deleteSession,
  fetchSession,
  onSignedOut,
  postSession,
  putPassword,
  setCsrf,
} from '../sync/api.ts';
import type { Session } from '../sync/session.ts';

export interface MeState {
  readonly person: Person | null;
  readonly csrf: string | null;
  readonly demo: boolean;
  /** Who one can become by a click; in the demo only. */
  readonly demoAccounts: readonly Person[];
  /** True where somebody was signed in and the server ended it. */
  readonly ended: boolean;
  /** Why a sign-in was refused last, as a sentence. */
  readonly refused: LocalText | null;
  readonly busy: boolean;
}

export const useAccount = create<MeState>(() => ({
  person: null,
  csrf: null,
  demo: false,
  demoAccounts: [],
  ended: false,
  refused: null,
  busy: false,
}));

export const me = (): Person | null => useAccount.getState().person;
export const useMe = (): Person | null => useAccount((s) => s.person);

/** Whether the signed-in person's role may give a command at all; the server has the last word. */
export const may = (person: Person | null, type: CommandType): boolean =>
  person !== null && mayDo(person.role, type);
export const useMay = (type: CommandType): boolean => may(useMe(), type);

const samePerson = (a: Person | null, b: Person | null): boolean =>
  a?.id === b?.id && a?.role === b?.role && a?.department === b?.department;

const ENDED = 'city-brain.session-ended';

/** A page that was left because its session ended says so where one signs in again. */
function rememberEnd(): void {
  try {
    sessionStorage.setItem(ENDED, '1');
  } catch (error) {
    console.info('not remembered', error);
  }
}
export function takeRememberedEnd(): void {
  try {
    if (sessionStorage.getItem(ENDED) === null) return;
    sessionStorage.removeItem(ENDED);
    useAccount.setState({ ended: true });
  } catch (error) {
    console.info('not remembered', error);
  }
}

function take(answer: SessionAnswer, ended = false): void {
  setCsrf(answer.csrf);
  useAccount.setState((before) => ({
    person: answer.person,
    csrf: answer.csrf,
    demo: answer.demo,
    demoAccounts: answer.demoAccounts ?? [],
    ended: answer.person === null && (ended || before.ended),
  }));
}

/** Asks the server who this is. Somebody it no longer knows did not go by themselves. */
export async function loadSession(): Promise<void> {
  const answer = await fetchSession();
  take(answer, me() !== null);
}

async function enter(body: Parameters<typeof postSession>[0]): Promise<boolean> {
  useAccount.setState({ busy: true, refused: null });
  try {
    take(await postSession(body));
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    useAccount.setState({ refused: error.text });
    return false;
  } finally {
    useAccount.setState({ busy: false });
  }
}

/** False where it was refused; the sentence is in the store. */
export const signIn = (id: string, password: string): Promise<boolean> => enter({ id, password });
export const signInDemo = (account: string): Promise<boolean> => enter({ demo: account });

/** False where the server could not be told: then one is still signed in. */
export async function signOut(): Promise<boolean> {
  useAccount.setState({ busy: true, refused: null });
  try {
    await deleteSession();
    const { demo, demoAccounts } = useAccount.getState();
    take({ person: null, csrf: null, demo, demoAccounts });
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    useAccount.setState({ refused: error.text });
    return false;
  } finally {
    useAccount.setState({ busy: false });
  }
}

/** Whoever comes in by a click has no password. */
export const useHasPassword = (): boolean =>
  useAccount(({ person, demoAccounts }) => person !== null && !demoAccounts.some((d) => d.id === person.id));
/** As the server has it: the demo's own accounts, its simulated colleagues too, are given none. */
export const isDemoAccount = (id: string): boolean => id.startsWith('demo-');

/** The session before has ended and the new one has not come: who asks now would be told that nobody is signed in. */
let betweenSessions: Promise<unknown> = Promise.resolve();

/** One's own password. Answers why it was refused; null where it is changed. */
export async function changePassword(current: string, next: string): Promise<ApiError | null> {
  const asked = putPassword(current, next);
  betweenSessions = asked.catch(() => null);
  try {
    take(await asked);
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error;
  }
}

/** What the screen does when another person sits before it. */
export interface Succession {
  readonly session: Session;
  /** Takes the screen back to where one signs in: nothing of the person before stays in its memory. */
  readonly leave: () => void;
  /** True where nobody works unknown, in the demo either. */
  readonly known?: boolean;
}

/**
 * Keeps screen and session with the person: a sign-in, a sign-out, a change of role or a session that the server ended
 * begin anew, and where the server lets nobody in unknown the screen goes back to the sign-in, saying why (UI-102).
 */
export function watchAccount({ session, leave, known = false }: Succession): () => void {
  let asking = false;
  const recheck = (): void => {
    if (asking) return;
    asking = true;
    betweenSessions
      .then(loadSession)
      .catch((error: unknown) => console.info('the session could not be asked for', error))
      .finally(() => {
        asking = false;
      });
  };
  onSignedOut(() => {
    if (me() !== null) recheck();
  });
  let { reason, resyncedAtMs } = session.connection;
  const stops = [
    session.onConnection(() => {
      const now = session.connection;
      // A socket that was taken away or refused, and one that came back, may be another person's now.
      const refused = now.reason !== reason && now.reason === 'not-signed-in';
      const dropped = now.reason !== reason && now.reason === 'io server disconnect';
      const returned = resyncedAtMs !== null && now.resyncedAtMs !== resyncedAtMs;
      ({ reason, resyncedAtMs } = now);
      if (refused || dropped || returned) recheck();
    }),
    useAccount.subscribe((now, before) => {
      if (samePerson(now.person, before.person)) return;
      if (now.person === null && (known || !now.demo)) {
        if (now.ended) rememberEnd();
        leave();
        return;
      }
      session.restart();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
