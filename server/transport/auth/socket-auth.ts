/**
 * Who stands behind a screen's socket: found at the handshake, looked at again every two seconds. Invariant: whoever is
 * signed out, disabled or demoted, in whichever process, has lost the sockets within five seconds (SE-49).
 */
import type { Server, Socket } from 'socket.io';
import type { Person } from '../../contract/roles.ts';
import type { Log } from '../log.ts';
import { connectionRefusal } from '../socket-guard.ts';
import type { Auth } from './auth.ts';
import { tokenIn } from './session-cookie.ts';
import type { Identity } from './sessions.ts';

const CHECK_EVERY_MS = 2_000;

const identities = new WeakMap<Socket, Identity>();
/** Sockets on which somebody did something since the last look; coming back after a cut is not doing. */
const used = new WeakSet<Socket>();

/** Who is signed in on a socket; null: a viewer of the demo. */
export const personOfSocket = (socket: Socket): Person | null =>
  (socket.data as { readonly person?: Person | null }).person ?? null;

export interface SocketAuth {
  /** Looks at once whether those connected still may be. */
  check(): Promise<void>;
  stop(): void;
}

export function attachSocketAuth(
  io: Server,
  auth: Auth,
  log: Log,
  checkEveryMs: number = CHECK_EVERY_MS,
): SocketAuth {
  const screens = io.of('/');

  const admit = async (socket: Socket): Promise<Error | undefined> => {
    const { cookie, authorization } = socket.handshake.headers;
    const identity = await auth.identify(tokenIn(cookie), authorization);
    if (identity === null && !auth.demo) return connectionRefusal({ code: 'not-signed-in' });
    (socket.data as { person: Person | null }).person = identity?.person ?? null;
    if (identity !== null) {
      identities.set(socket, identity);
      socket.onAny((event) => {
        if (event !== 'hello') used.add(socket);
      });
    }
    return undefined;
  };
  const answerHandshake = async (socket: Socket, next: (error?: Error) => void): Promise<void> => {
    let refused: Error | undefined;
    try {
      refused = await admit(socket);
    } catch (err) {
      log.error({ err }, 'handshake failed');
      refused = connectionRefusal({ code: 'internal' });
    }
    next(refused);
  };
  screens.use((socket, next) => void answerHandshake(socket, next));

  /** Sockets by what they were let in by: a session, or the account of a simulated colleague at its version. */
  const connected = (): Map<string, Socket[]> => {
    const groups = new Map<string, Socket[]>();
    for (const socket of screens.sockets.values()) {
      const identity = identities.get(socket);
      if (identity === undefined) continue;
      const key = identity.session?.tokenHash ?? `${identity.person.id}:${identity.accountVersion}`;
      const group = groups.get(key);
      if (group) group.push(socket);
      else groups.set(key, [socket]);
    }
    return groups;
  };

  const look = async (): Promise<void> => {
    for (const sockets of connected().values()) {
      const identity = identities.get(sockets[0]!)!;
      const now = await auth.sessions.renewed(identity);
      if (now === null) {
        log.info({ account: identity.person.id, sockets: sockets.length }, 'sockets of an ended session cut');
        for (const socket of sockets) socket.disconnect(true);
      } else if (sockets.some((s) => used.has(s))) {
        for (const socket of sockets) used.delete(socket);
        await auth.sessions.touch(now);
      }
    }
  };
  let looking: Promise<void> | null = null;
  let again = false;
  const check = (): Promise<void> => {
    if (looking !== null) {
      again = true;
      return looking;
    }
    const round = async (): Promise<void> => {
      do {
        again = false;
        await look();
      } while (again);
    };
    // A store that fails cuts nobody off from a running emergency; nothing can be decided without it anyway.
    looking = round()
      .catch((err: unknown) => log.error({ err }, 'sessions of sockets not checked'))
      .finally(() => (looking = null));
    return looking;
  };

  const timer = setInterval(() => void check(), checkEveryMs);
  const stopListening = auth.sessions.onChange(() => void check());
  return {
    check,
    stop: () => {
      clearInterval(timer);
      stopListening();
    },
  };
}
