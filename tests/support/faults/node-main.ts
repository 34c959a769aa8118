/** A server of the schedules in a process of its own; its options come as an argument, questions over the channel. */
import { startNode, type NodeOptions, type Truth } from './node.ts';

export type NodeQuestion = 'truth' | 'tick';
export type NodeAnswer = { readonly url: string } | { readonly truth: Truth } | { readonly ticked: true };

const answer = (value: NodeAnswer): void => void process.send?.(value);
process.on('disconnect', () => process.exit());
const node = await startNode(JSON.parse(process.argv[2] ?? '{}') as NodeOptions);
process.on('message', (question: NodeQuestion) => {
  if (question === 'truth') {
    answer({ truth: node.truth() });
    return;
  }
  node.tick();
  answer({ ticked: true });
});
answer({ url: node.url });
