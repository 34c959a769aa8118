/** A list that draws only the rows in sight (TanStack Virtual), with one chosen row that j, k and arrows move. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type ReactNode } from 'react';

/**
 * What a person does to mark rows: one on or off, from the anchor to one, all, none. `only`: one was chosen by a plain
 * click. Rows by their index, -1 where none is chosen.
 */
export type MarkAct =
  | { readonly how: 'toggle' | 'only'; readonly at: number }
  | { readonly how: 'range'; readonly from: number; readonly to: number }
  | { readonly how: 'all' | 'none' };

export interface VirtualListProps<T> {
  readonly items: readonly T[];
  readonly rowPx: number;
  readonly label: string;
  readonly keyOf: (item: T) => string;
  readonly chosen: string | null;
  readonly onChoose: (item: T) => void;
  readonly renderRow: (item: T) => ReactNode;
  /** Told how to move the choice, so that keys of the whole screen can; answers how to stop. */
  readonly register: (handle: ListHandle) => () => void;
  readonly prefer: (handle: ListHandle) => void;
  /** Makes it a list in which several can be marked. */
  readonly marking?: {
    readonly has: (item: T) => boolean;
    readonly any: boolean;
    readonly act: (act: MarkAct) => void;
  };
}

interface ListHandle {
  readonly move: (step: 1 | -1) => unknown;
  readonly inSight: () => boolean;
}

export function VirtualList<T>(props: VirtualListProps<T>) {
  const { items, rowPx, label, keyOf, chosen, onChoose, renderRow, register, prefer, marking } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => keyOf(items[index]!),
    overscan: 6,
  });
  const latest = useRef({ items, chosen, onChoose, virtual, keyOf });
  latest.current = { items, chosen, onChoose, virtual, keyOf };
  const [handle] = useState(() => ({
    /** Answers where it went; -1 where there is nothing. */
    move(step: 1 | -1): number {
      const now = latest.current;
      if (now.items.length === 0) return -1;
      const at = now.items.findIndex((item) => now.keyOf(item) === now.chosen);
      const next = at < 0 ? (step > 0 ? 0 : now.items.length - 1) : at + step;
      const to = Math.max(0, Math.min(now.items.length - 1, next));
      now.virtual.scrollToIndex(to, { align: 'auto' });
      now.onChoose(now.items[to]!);
      return to;
    },
    inSight: () => (scroller.current?.getClientRects().length ?? 0) > 0,
  }));
  useEffect(() => register(handle), [register, handle]);
  useEffect(() => {
    // A tab that was behind another comes back scrolled to its top; the list stays where it was.
    const box = scroller.current;
    if (!box) return undefined;
    let seen = box.clientHeight > 0;
    const observer = new ResizeObserver(() => {
      const now = box.clientHeight > 0;
      if (now && !seen) box.scrollTop = latest.current.virtual.scrollOffset ?? 0;
      seen = now;
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const chosenAt = chosen === null ? -1 : items.findIndex((item) => keyOf(item) === chosen);
  const onKey = (event: React.KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : null;
    if (step !== null) {
      const to = handle.move(step);
      if (event.shiftKey && to >= 0) marking?.act({ how: 'range', from: chosenAt, to });
    } else if (marking && event.key === ' ') marking.act({ how: 'toggle', at: chosenAt });
    else if (marking && event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey))
      marking.act({ how: 'all' });
    else if (marking?.any && event.key === 'Escape') {
      marking.act({ how: 'none' });
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };
  const onClick = (event: React.MouseEvent, item: T, at: number): void => {
    onChoose(item);
    if (event.shiftKey) marking?.act({ how: 'range', from: chosenAt, to: at });
    else marking?.act({ how: event.ctrlKey || event.metaKey ? 'toggle' : 'only', at });
  };
  return (
    <div
      ref={scroller}
      className="cb-list"
      role="listbox"
      aria-label={label}
      aria-activedescendant={chosenAt >= 0 ? `${label}-${chosenAt}` : undefined}
      tabIndex={0}
      onFocus={() => prefer(handle)}
      onPointerDown={() => prefer(handle)}
      aria-multiselectable={marking ? true : undefined}
      onKeyDown={onKey}
    >
      <div className="cb-list-space" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((v) => {
          const item = items[v.index]!;
          const isChosen = keyOf(item) === chosen;
          return (
            <div
              key={v.key}
              id={`${label}-${v.index}`}
              role="option"
              aria-selected={marking ? marking.has(item) : isChosen}
              data-chosen={isChosen}
              aria-setsize={items.length}
              aria-posinset={v.index + 1}
              className="cb-row"
              style={{ height: rowPx, transform: `translateY(${v.start}px)` }}
              onClick={(event) => onClick(event, item, v.index)}
            >
              {renderRow(item)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
