/** A server of the faults in a process of its own; its options come as an argument, questions over the channel. */
import type { Observation } from '../../../server/contract/observations.ts';
import { startNode, type NodeOptions, type Observed, type Truth } from './node.ts';

export type NodeQuestion = 'truth' | 'tick' | 'rest' | { readonly observe: readonly Observation[] };
export type NodeAnswer =
  | { readonly url: string }
  | { readonly truth: Truth }
  | { readonly observed: Observed }
  | { readonly done: true };

const answer = (value: NodeAnswer): void => void process.send?.(value);
process.on('disconnect', () => process.exit());
const node = await startNode(JSON.parse(process.argv[2] ?? '{}') as NodeOptions);

async function answerTo(question: NodeQuestion): Promise<NodeAnswer> {
  if (question === 'truth') return { truth: node.truth() };
  if (typeof question === 'object') return { observed: await node.observe(question.observe) };
  if (question === 'tick') node.tick();
  else node.rest();
  return { done: true };
}
process.on('message', (question: NodeQuestion) => void answerTo(question).then(answer));
answer({ url: node.url });
