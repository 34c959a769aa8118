import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { queueNotifications, settleNotification } from '../../../server/domain/notifications/decide.ts';
import type { NotificationEvent } from '../../../server/domain/notifications/events.ts';
import { evolveNotifications } from '../../../server/domain/notifications/evolve.ts';
import { emptyNotifications } from '../../../server/domain/notifications/state.ts';
import { UndoLog } from '../../../server/domain/undo.ts';
import { Deliverer } from '../../../server/notify/deliverer.ts';
import { parseNotify } from '../../../server/notify/notify-config.ts';
import { systemClock } from '../../../server/notify/target-queue.ts';
import { openTargets } from '../../../server/notify/targets.ts';
import { rang, ZONE } from '../domain/notifications/news.ts';
import { startReceiver } from './receiver.ts';

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

describe('from an alarm to its receivers', () => {
  it('AL-155 everybody who is configured is told by their channel, and it is settled', async () => {
    const hook = await startReceiver((res) => res.end());
    ends.push(() => hook.close());
    const mails: string[] = [];
    const smtp = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, { envelope }, done) => {
        mails.push(...envelope.rcptTo.map((r) => r.address));
        stream.resume().on('end', () => done());
      },
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    ends.push(() => new Promise((resolve) => smtp.close(() => resolve(undefined))));
    const config = parseNotify(
      {
        webhooks: [
          {
            id: 'chat',
            url: `http://127.0.0.1:${hook.port}/in`,
            secret: 'a-secret-of-thirty-two-letters-or-more',
          },
        ],
        email: {
          url: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
          from: 'alarms@city.example.org',
          recipients: [{ id: 'chiefs', to: ['chief@city.example.org'] }],
        },
        routes: [{ to: ['chat', 'chiefs'], priorities: [1] }],
        allowPrivate: ['127.0.0.1/32'],
      },
      {},
      false,
    );
    if (!config.ok) throw new Error(config.error.join('\n'));
    const targets = openTargets(config.value, { nowMs: () => Date.now() });
    ends.push(() => targets.close());
    const state = emptyNotifications(new UndoLog());
    const journal: NotificationEvent[] = [];
    const append = (events: readonly NotificationEvent[]): void => {
      for (const event of events) evolveNotifications(state, event);
      journal.push(...events);
    };
    const deliverer = new Deliverer({
      targets: targets.all,
      clock: systemClock,
      random: Math.random,
      log: () => undefined,
      settle: async (s) => append(settleNotification(state, s, Date.now())),
    });
    ends.push(() => deliverer.stop());
    append(queueNotifications(state, config.value.routes, { ...rang(), atMs: Date.now() }, ZONE));
    expect(state.pending.size).toBe(2);
    for (const n of state.pending.values()) deliverer.take(n);
    await expect.poll(() => state.pending.size, { timeout: 5_000 }).toBe(0);
    expect(hook.received.map((r) => [r.path, JSON.parse(r.body).subject])).toEqual([
      ['/in', '【紧急】道路积水：解放路下穿（A107）'],
    ]);
    expect(mails).toEqual(['chief@city.example.org']);
    expect(journal.slice(2).map((e) => [e.type, 'delivered' in e.payload && e.payload.delivered])).toEqual([
      ['notification.settled', true],
      ['notification.settled', true],
    ]);
  });
});
