/** A notification that waits to be told. */
import type { PendingNotification } from '../../../server/domain/notifications/state.ts';

export const T = 1_800_000_000_000;

export const pending = (id: string, more: Partial<PendingNotification> = {}): PendingNotification => ({
  id,
  atMs: T,
  channel: 'webhook',
  target: 'desk',
  body: {
    kind: 'alarm',
    subject: { zh: '【紧急】积水：解放路（A107）', en: '[Emergency] Flooding: Jiefang Road (A107)' },
    text: { zh: '对象：解放路\n处置：封闭道路', en: 'Subject: Jiefang Road\nResponse: close the road' },
    data: { number: 107 },
  },
  ...more,
});
