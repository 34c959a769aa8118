/** Tarjan's strongly connected components (SIAM J. Comput. 1972), without recursion: a road network is deep. */
export function stronglyConnected(
  links: readonly { readonly from: number; readonly to: number }[],
): Map<number, number> {
  const out = new Map<number, number[]>();
  for (const { from, to } of links) {
    const list = out.get(from);
    if (list === undefined) out.set(from, [to]);
    else list.push(to);
    if (!out.has(to)) out.set(to, []);
  }
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const component = new Map<number, number>();
  const stack: number[] = [];
  const walk: { node: number; next: number }[] = [];
  let found = 0;
  const enter = (node: number): void => {
    low.set(node, index.size);
    index.set(node, index.size);
    stack.push(node);
    walk.push({ node, next: 0 });
  };
  for (const start of out.keys()) {
    if (index.has(start)) continue;
    enter(start);
    while (walk.length > 0) {
      const top = walk[walk.length - 1]!;
      const to = out.get(top.node)![top.next++];
      if (to !== undefined) {
        if (!index.has(to)) enter(to);
        else if (!component.has(to)) low.set(top.node, Math.min(low.get(top.node)!, index.get(to)!));
        continue;
      }
      walk.pop();
      const parent = walk[walk.length - 1];
      if (parent !== undefined) low.set(parent.node, Math.min(low.get(parent.node)!, low.get(top.node)!));
      if (low.get(top.node) === index.get(top.node)) {
        for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
          component.set(node, found);
          if (node === top.node) break;
        }
        found++;
      }
    }
  }
  return component;
}
