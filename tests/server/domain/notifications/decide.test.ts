import { describe, expect, it } from 'vitest';
import {
  MAX_WAITING,
  queueNotifications,
  settleNotification,
} from '../../../../server/domain/notifications/decide.ts';
import type { NotificationEvent } from '../../../../server/domain/notifications/events.ts';
import { evolveNotifications } from '../../../../server/domain/notifications/evolve.ts';
import type { About, Route } from '../../../../server/domain/notifications/route.ts';
import {
  emptyNotifications,
  type NotificationsState,
} from '../../../../server/domain/notifications/state.ts';
import { UndoLog } from '../../../../server/domain/undo.ts';
import { escalated, rang, T, warned, ZONE } from './news.ts';

const routes: readonly Route[] = [
  { to: [{ target: 'desk', channel: 'webhook' }] },
  { to: [{ target: 'chiefs', channel: 'email' }], priorities: [1] },
];
const apply = (
  state: NotificationsState,
  events: readonly NotificationEvent[],
): readonly NotificationEvent[] => {
  for (const event of events) evolveNotifications(state, event);
  return events;
};
const tell = (
  state: NotificationsState,
  about: About,
  by: readonly Route[] = routes,
): readonly NotificationEvent[] => apply(state, queueNotifications(state, by, about, ZONE));
const empty = (): NotificationsState => emptyNotifications(new UndoLog());
const settle = (state: NotificationsState, id: string): readonly NotificationEvent[] =>
  apply(state, settleNotification(state, { id, delivered: true, attempts: 1 }, T + 1));
const seen = (state: NotificationsState): unknown => [
  new Map(state.pending.entries()),
  new Set(state.settled.keys()),
];

describe('queueing notifications', () => {
  it('AL-142 tells each once, also after it was told', () => {
    const state = empty();
    expect(tell(state, rang())).toHaveLength(2);
    expect([...state.pending.keys()]).toEqual([
      'alarm:deep-water:st-7:107:1:desk',
      'alarm:deep-water:st-7:107:1:chiefs',
    ]);
    expect(tell(state, rang())).toEqual([]);
    settle(state, 'alarm:deep-water:st-7:107:1:desk');
    expect(tell(state, rang())).toEqual([]);
    expect([...state.pending.keys()]).toEqual(['alarm:deep-water:st-7:107:1:chiefs']);
    expect(tell(state, escalated())).toHaveLength(2);
    expect(tell(state, warned())).toHaveLength(1);
  });

  it('AL-142 tells an alarm again when it has rung twice as often', () => {
    const state = empty();
    const told = Array.from({ length: 20 }, (_, i) => i + 1).filter(
      (count) => tell(state, rang({ count })).length > 0,
    );
    expect(told).toEqual([1, 2, 4, 8, 16]);
  });

  it('AL-142 tells an alarm that nobody was told of while another one explained it', () => {
    const state = empty();
    expect(tell(state, rang({ parent: 'dark:s-1' }))).toEqual([]);
    expect(tell(state, rang({ parent: 'dark:s-1', count: 3 }))).toEqual([]);
    expect(tell(state, rang({ count: 3 }))).toHaveLength(2);
  });

  it('AL-142 two servers that read the same journal have the same to tell', () => {
    const [a, b] = [empty(), empty()];
    const events = [
      ...tell(a, rang()),
      ...tell(a, escalated()),
      ...settle(a, 'alarm:deep-water:st-7:107:1:desk'),
    ];
    apply(b, events);
    expect(seen(b)).toEqual(seen(a));
    expect(queueNotifications(b, routes, rang(), ZONE)).toEqual([]);
  });

  it('AL-145 so many wait for one target; the oldest is given up for the newest', () => {
    const undo = new UndoLog();
    const state = emptyNotifications(undo);
    const first = 'alarm:deep-water:st-7:1:1:desk';
    for (let number = 1; number <= MAX_WAITING; number++) {
      const about = { ...rang({ number }), atMs: T + number };
      expect(tell(state, about, [routes[0]!])).toHaveLength(1);
    }
    // The oldest stays the oldest when its end is taken back.
    undo.begin();
    settle(state, first);
    undo.takeBack();
    const other: Route = { to: [{ target: 'other', channel: 'webhook' }] };
    const events = tell(state, rang({ number: 5_000 }), [routes[0]!, other]);
    expect(events.map((e) => [e.type, e.payload.id])).toEqual([
      ['notification.settled', first],
      ['notification.queued', 'alarm:deep-water:st-7:5000:1:desk'],
      ['notification.queued', 'alarm:deep-water:st-7:5000:1:other'],
    ]);
    expect(events[0]!.payload).toEqual({
      id: first,
      atMs: T,
      delivered: false,
      attempts: 0,
      problem: '等待发送的通知过多 Too many are waiting',
    });
    expect([...state.pending.values()].filter((n) => n.target === 'desk')).toHaveLength(MAX_WAITING);
    expect(state.pending.has('alarm:deep-water:st-7:2:1:desk')).toBe(true);
    expect(state.pending.has(first)).toBe(false);
  });
});

describe('settling notifications', () => {
  const id = 'alarm:deep-water:st-7:107:1:desk';

  it('AL-146 settles what waits, once', () => {
    const state = empty();
    tell(state, rang());
    expect(settleNotification(state, { id, delivered: false, attempts: 9, problem: 'no' }, T + 5)).toEqual([
      {
        type: 'notification.settled',
        payload: { id, atMs: T + 5, delivered: false, attempts: 9, problem: 'no' },
      },
    ]);
    expect(settle(state, id)).toHaveLength(1);
    expect(settle(state, id)).toEqual([]);
    expect(settle(state, 'nobody knows it')).toEqual([]);
    expect(state.pending.has(id)).toBe(false);
  });

  it('AL-146 events that come again, or late, change nothing', () => {
    const state = empty();
    const queued = tell(state, rang());
    const settled = settle(state, id);
    const before = seen(state);
    apply(state, [...queued, ...settled, ...queued]);
    expect(seen(state)).toEqual(before);
    apply(state, [
      { type: 'notification.settled', payload: { id: 'unknown', atMs: T, delivered: true, attempts: 1 } },
    ]);
    expect(seen(state)).toEqual(before);
  });

  it('AL-146 what the journal did not take leaves no trace', () => {
    const undo = new UndoLog();
    const state = emptyNotifications(undo);
    tell(state, rang());
    const before = seen(state);
    undo.begin();
    tell(state, escalated());
    settle(state, id);
    expect(seen(state)).not.toEqual(before);
    undo.takeBack();
    expect(seen(state)).toEqual(before);
  });

  it('AL-146 old keys are forgotten, so that memory is bounded, the newest are known', () => {
    const state = empty();
    for (let n = 1; n <= 25_000; n++) {
      const event = { id: `k-${n}`, atMs: T };
      const body = {
        kind: 'alarm',
        subject: { zh: '', en: '' },
        text: { zh: '', en: '' },
        data: {},
      } as const;
      apply(state, [
        { type: 'notification.queued', payload: { ...event, channel: 'webhook', target: 'desk', body } },
        { type: 'notification.settled', payload: { ...event, delivered: true, attempts: 1 } },
      ]);
    }
    expect(state.pending.size).toBe(0);
    expect(state.settled.size).toBeLessThan(20_000);
    expect(state.settled.has('k-25000')).toBe(true);
    expect(state.settled.has('k-15001')).toBe(true);
    expect(state.settled.has('k-1')).toBe(false);
  });
});
