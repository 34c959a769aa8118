/** All targets that the configuration names. */
import { openEmail } from './email.ts';
import type { NotifyConfig } from './notify-config.ts';
import type { Target } from './target.ts';
import { webhookTarget, type WayOut } from './webhook.ts';

export interface Targets {
  readonly all: readonly Target[];
  /** Closes what is kept open between messages. */
  close(): void;
}

export function openTargets(config: NotifyConfig, out: Omit<WayOut, 'allow'>): Targets {
  const way = { ...out, allow: config.allow };
  const email = config.email === null ? null : openEmail(config.email, way);
  return {
    all: [...config.webhooks.map((w) => webhookTarget(w, way)), ...(email?.targets ?? [])],
    close: () => email?.close(),
  };
}
