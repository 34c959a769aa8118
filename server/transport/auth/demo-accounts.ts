/**
 * The people of the demo: one of each role, two where two consoles are worth watching, and one for each department that
 * answers calls. They have no password; only the demo lets them in.
 */
import { demoColleagues, demoConsoleTokens } from '../../contract/accounts.ts';
import type { Department } from '../../contract/city-pack.ts';
import type { Role } from '../../contract/roles.ts';
import type { Account, Accounts } from '../../live/ports.ts';

export const DEMO_PREFIX = 'demo-';

const staff: readonly (readonly [id: string, name: string, role: Role])[] = [
  ['demo-dispatcher', '王调度', 'dispatcher'],
  ['demo-dispatcher-2', '赵调度', 'dispatcher'],
  ['demo-call-taker', '李接警', 'call-taker'],
  ['demo-call-taker-2', '周接警', 'call-taker'],
  ['demo-supervisor', '孙值班长', 'supervisor'],
  ['demo-viewer', '钱观察', 'viewer'],
  ['demo-system-admin', '郑系统', 'system-admin'],
  ['demo-security-admin', '谢安全', 'security-admin'],
  ['demo-audit-admin', '韩审计', 'audit-admin'],
];
const colleagues: typeof staff = [
  [demoColleagues.dispatcher.id, demoColleagues.dispatcher.name, 'dispatcher'],
  [demoColleagues.supervisor.id, demoColleagues.supervisor.name, 'supervisor'],
];
/** Departments that are sent to calls, in the order of the sign-in page. */
const people: readonly (readonly [kind: Department['kind'], name: string])[] = [
  ['police', '陈民警'],
  ['fire', '刘消防'],
  ['ambulance', '杨急救'],
  ['traffic-police', '黄交警'],
  ['urban-management', '吴城管'],
  ['water', '徐水务'],
  ['power', '朱供电'],
  ['transport', '马交通'],
  ['environment', '何环保'],
  ['health', '郭卫健'],
  ['housing', '罗住建'],
  ['emergency', '梁应急'],
  ['port', '宋港务'],
];

/**
 * Puts the demo's accounts into the store and answers the ids of those that open by one click. What an administrator of
 * the demo disabled stays so; one that is as it should be is left alone, with its sessions.
 */
export async function putDemoAccounts(
  accounts: Accounts,
  departments: readonly Department[],
): Promise<readonly string[]> {
  const wanted = [
    ...[...staff, ...colleagues].map(([id, name, role]) => ({ id, name, role })),
    ...people.flatMap(([kind, name]) => {
      const department = departments.find((d) => d.kind === kind)?.id;
      return department === undefined
        ? []
        : [{ id: `${DEMO_PREFIX}${kind}`, name, role: 'department' as const, department }];
    }),
  ];
  for (const account of wanted) {
    const there = await accounts.get(account.id);
    if (there !== null && isSame(there, account)) continue;
    await accounts.put({
      ...account,
      passwordHash: null,
      disabled: there?.disabled ?? false,
      failures: 0,
      lockedUntilMs: null,
    });
  }
  const simulated = new Set(Object.values(demoConsoleTokens));
  return wanted.map(({ id }) => id).filter((id) => !simulated.has(id));
}

const isSame = (a: Account, b: Pick<Account, 'id' | 'name' | 'role' | 'department'>): boolean =>
  a.name === b.name && a.role === b.role && a.department === b.department && a.passwordHash === null;
