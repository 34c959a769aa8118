/** j and k move in the list that was used last; each list registers how. */
type Move = (step: 1 | -1) => void;
const lists: Move[] = [];

/** Makes a list the one that j and k move in; answers how to take it away. */
export function registerList(move: Move): () => void {
  lists.push(move);
  return () => {
    const at = lists.lastIndexOf(move);
    if (at >= 0) lists.splice(at, 1);
  };
}

/** A list the pointer or focus is in comes first. */
export function preferList(move: Move): void {
  const at = lists.lastIndexOf(move);
  if (at < 0 || at === lists.length - 1) return;
  lists.splice(at, 1);
  lists.push(move);
}

export const moveInList = (step: 1 | -1): void => lists.at(-1)?.(step);
