/** Entry of the fan-out bench's processes; the plan comes as an argument. */
import { runClients } from './fanout-clients.ts';
import type { Plan } from './fanout-plan.ts';
import { runServer } from './fanout-server.ts';

const plan = JSON.parse(process.argv[2] ?? '{}') as Plan;
process.on('disconnect', () => process.exit());
if (plan.role === 'server') await runServer(plan);
else await runClients(plan);
