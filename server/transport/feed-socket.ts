/**
 * Feeds over Socket.IO: namespace `/feeds`, `auth: { feed, token, replayClock? }`, event `observations` with one
 * observation or an array of them, acknowledged with what became of it. No handler here can end the process.
 */
import type { Namespace, Server, Socket } from 'socket.io';
import { z } from 'zod';
import { refusalText, type Refusal } from '../contract/refusals.ts';
import type { IngestAnswer } from '../feeds/batch.ts';
import type { Intake } from '../feeds/intake.ts';
import type { OpenFeed } from '../feeds/open-feed.ts';
import { parseReplayClock, type ReplayClock } from '../feeds/replay-clock.ts';
import type { Log } from './log.ts';
import { connectionRefusal } from './socket-guard.ts';

const auth = z.object({
  feed: z.string().max(60),
  token: z.string().max(512),
  replayClock: z.string().max(200).optional(),
});
/** Messages of one sender that may wait; more and it is told to slow down. */
const MAX_WAITING = 64;

interface Sender {
  readonly feed: OpenFeed;
  readonly clock: ReplayClock | null;
}

export function attachFeedSockets(io: Server, intake: Intake, log: Log, nowMs: () => number): Namespace {
  const namespace = io.of('/feeds');
  namespace.use((socket, next) => {
    const known = admit(socket.handshake.auth, intake);
    if ('code' in known) {
      next(connectionRefusal(known));
      return;
    }
    (socket.data as { sender?: Sender }).sender = known;
    next();
  });
  namespace.on('connection', (socket: Socket) => {
    const { sender } = socket.data as { sender: Sender };
    let waiting = 0;
    let last: Promise<void> = Promise.resolve();
    socket.on('observations', (payload: unknown, ack: unknown) => {
      const answer = (a: IngestAnswer): void => {
        if (typeof ack === 'function') (ack as (a: IngestAnswer) => void)(a);
      };
      if (waiting >= MAX_WAITING || sender.feed.rate.waitMs(nowMs()) > 0) {
        const refusal: Refusal = { code: 'rate-limited' };
        intake.refuse(sender.feed, refusal, 'socket');
        answer(refusedAnswer(refusal));
        return;
      }
      waiting++;
      // One after another, so that a sender's later state never overtakes its earlier one.
      last = last
        .then(() => take(payload, sender, intake))
        .then(answer)
        .catch((cause: unknown) => {
          log.error({ err: cause, feed: sender.feed.config.id }, 'feed message failed');
          intake.refuse(sender.feed, { code: 'internal' }, 'socket');
          answer(refusedAnswer({ code: 'internal' }));
        })
        .finally(() => waiting--);
    });
    socket.on('error', (cause) =>
      log.debug({ err: cause, feed: sender.feed.config.id }, 'feed socket error'),
    );
  });
  return namespace;
}

function admit(given: unknown, intake: Intake): Sender | Refusal {
  const parsed = auth.safeParse(given);
  if (!parsed.success) return { code: 'wrong-token' };
  const known = intake.authenticate(parsed.data.feed, parsed.data.token);
  if (!known.ok) return known.error;
  const feed = known.value;
  if (parsed.data.replayClock === undefined) return { feed, clock: null };
  if (!feed.config.allowReplay)
    return { code: 'bad-field', detail: 'replayClock: this feed may not be replayed' };
  const clock = parseReplayClock(parsed.data.replayClock);
  return clock.ok ? { feed, clock: clock.value } : clock.error;
}

async function take(payload: unknown, sender: Sender, intake: Intake): Promise<IngestAnswer> {
  const batch = intake.batch(sender.feed, 'socket', sender.clock);
  const many = Array.isArray(payload) && sender.feed.parser === null;
  await batch.values(many ? (payload as unknown[]) : [payload], (v, line) => batch.untrustedValue(v, line));
  return batch.answer();
}

const refusedAnswer = (refusal: Refusal): IngestAnswer => ({
  taken: 0,
  late: 0,
  duplicate: 0,
  refused: 1,
  refusals: [{ ...refusal, text: refusalText(refusal) }],
});
