/** j and k move in the list that was used last; each list registers how. */
export interface FocusList {
  readonly move: (step: 1 | -1) => void;
  /** A list in a tab behind another is not meant. */
  readonly inSight: () => boolean;
}
const lists: FocusList[] = [];

/** Makes a list the one that j and k move in; answers how to take it away. */
export function registerList(list: FocusList): () => void {
  lists.push(list);
  return () => {
    const at = lists.lastIndexOf(list);
    if (at >= 0) lists.splice(at, 1);
  };
}

/** A list the pointer or focus is in comes first. */
export function preferList(list: FocusList): void {
  const at = lists.lastIndexOf(list);
  if (at < 0 || at === lists.length - 1) return;
  lists.splice(at, 1);
  lists.push(list);
}

export const moveInList = (step: 1 | -1): void => lists.findLast((list) => list.inSight())?.move(step);
