/**
 * Notifications by e-mail: plain text over one pool of SMTP connections, made only to addresses that were checked. Nothing
 * but the configuration decides who gets it, and no text reaches a header unfolded.
 */
import { connect, type Socket } from 'node:net';
import { createTransport, type NodemailerError, type SMTPPoolOptions } from 'nodemailer';
import { textIn } from '../contract/text.ts';
import { checkedAddresses, mayBePlain, pinned } from './addresses.ts';
import type { EmailConfig } from './notify-config.ts';
import { outgoingProblem } from './outgoing.ts';
import { inBoth, type Attempt, type Target } from './target.ts';
import { idempotencyKey, type WayOut } from './webhook.ts';

/** A mail server may think longer than a webhook: it looks up senders and scans what it takes (RFC 5321, 4.5.3.2). */
const TIMEOUT_MS = 30_000;
const CONNECTIONS = 3;
/** An unused connection is closed after this. */
const IDLE_MS = 60_000;

export interface Email {
  readonly targets: readonly Target[];
  /** Ends what is under way. */
  close(): void;
}

export function openEmail(config: EmailConfig, out: WayOut): Email {
  const { host, port, secure, auth, from } = config;
  const timeoutMs = out.timeoutMs ?? TIMEOUT_MS;
  const closed = new AbortController();
  const options: SMTPPoolOptions & { pool: true } = {
    pool: true,
    host,
    port,
    secure,
    ...(auth && { auth: { ...auth } }),
    maxConnections: CONNECTIONS,
    // Trying again is the deliverer's matter.
    maxRequeues: 0,
    idleTimeout: IDLE_MS,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    getSocket: (_options, give) => {
      connectTo(config, out, timeoutMs, closed.signal).then(
        (socket) => give(null, socket),
        (cause: Error) => give(cause),
      );
    },
  };
  const transport = createTransport(options);
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    targets: config.recipients.map(({ id, to, language }) => ({
      id,
      channel: 'email',
      async send({ id, atMs, body }, signal) {
        const whole = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
        try {
          const { rejected } = await transport.sendMail({
            from,
            to: [...to],
            subject: oneLine(textIn(body.subject, language)),
            text: textIn(body.text, language),
            date: new Date(atMs),
            // Short enough to stand on one line.
            messageId: `<${idempotencyKey(id).slice(0, 32)}@${domain}>`,
            // Nobody's “out of office” answers it (RFC 3834).
            headers: { 'Auto-Submitted': 'auto-generated' },
            signal: whole,
          });
          return rejected.length === 0
            ? { kind: 'delivered' }
            : { kind: 'delivered', problem: partly(rejected.length, to.length) };
        } catch (cause) {
          return attemptOf(cause as NodemailerError, host);
        }
      },
    })),
    close: () => {
      closed.abort();
      transport.close({ force: true });
    },
  };
}

class Refused extends Error {}

/** A connected socket; without TLS only to where `allow` opens an inner network. */
async function connectTo(
  { host, port, secure }: EmailConfig,
  out: WayOut,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ connection: Socket; requireTLS: boolean }> {
  const found = await checkedAddresses(host, out.allow, out.lookup);
  if (!found.ok) throw new Refused(inBoth(outgoingProblem(found.error, host).sentence));
  const inner = mayBePlain(found.value, out.allow);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: pinned(found.value), timeout: timeoutMs, signal });
    socket.once('timeout', () => socket.destroy(timedOut()));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      resolve({ connection: socket, requireTLS: !secure && !inner });
    });
  });
}
const timedOut = (): Error => Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' });

// oxlint-disable-next-line no-control-regex
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');

const partly = (refused: number, of: number): string =>
  inBoth({ zh: `${of} 个地址中有 ${refused} 个被拒收`, en: `${refused} of ${of} addresses were refused` });

/** What the server says may name people; its code is enough. */
function attemptOf(cause: NodemailerError, host: string): Attempt {
  if (cause instanceof Refused) return { kind: 'failed', problem: cause.message };
  const { code = '', originalCode, command, permanent, responseCode } = cause;
  if (code === 'ETIMEDOUT' || code === 'EABORT') {
    return { kind: 'failed', problem: inBoth(outgoingProblem('timeout', host).sentence) };
  }
  const why = responseCode === undefined ? (originalCode ?? code) : String(responseCode);
  const problem = inBoth({
    zh: `邮件服务器未接收（${why}）`,
    en: `The mail server did not take it (${why})`,
  });
  // Every address is refused for good.
  const gone = code === 'EENVELOPE' && command === 'RCPT TO' && permanent === true;
  return { kind: gone ? 'gone' : 'failed', problem };
}
