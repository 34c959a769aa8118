/** Who people are to the product: a role says what they may do, a department whose cases they see. */
import { z } from 'zod';
import type { LocalText } from './text.ts';

/**
 * The three administrators are kept apart (三员分立, GB/T 22239): one runs the system, one the accounts, one reads the
 * audit trail; none of them handles cases.
 */
export const roles = [
  'viewer',
  'call-taker',
  'dispatcher',
  'department',
  'supervisor',
  'system-admin',
  'security-admin',
  'audit-admin',
] as const;
export type Role = (typeof roles)[number];

export const roleNames: Readonly<Record<Role, LocalText>> = {
  viewer: { zh: '观察员', en: 'Viewer' },
  'call-taker': { zh: '接警员', en: 'Call taker' },
  dispatcher: { zh: '调度员', en: 'Dispatcher' },
  department: { zh: '部门人员', en: 'Department' },
  supervisor: { zh: '值班长', en: 'Supervisor' },
  'system-admin': { zh: '系统管理员', en: 'System administrator' },
  'security-admin': { zh: '安全管理员', en: 'Security administrator' },
  'audit-admin': { zh: '审计管理员', en: 'Audit administrator' },
};

/** A signed-in person, as screens know them. */
export const person = z.object({
  id: z.string().min(1).max(60),
  name: z.string().min(1).max(60),
  role: z.enum(roles),
  /** The department whose cases, tasks and units are theirs; given for role `department`, allowed for others. */
  department: z.string().max(80).optional(),
});
export type Person = z.infer<typeof person>;

/** Whose eyes a record is prepared for: all with the same role and department see the same. */
export interface Audience {
  readonly role: Role;
  readonly department?: string | undefined;
}
