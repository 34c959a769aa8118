/** A list that draws only the rows in sight (TanStack Virtual), with one chosen row that j, k and arrows move. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type ReactNode } from 'react';

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
}

interface ListHandle {
  readonly move: (step: 1 | -1) => void;
  readonly inSight: () => boolean;
}

export function VirtualList<T>(props: VirtualListProps<T>) {
  const { items, rowPx, label, keyOf, chosen, onChoose, renderRow, register, prefer } = props;
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
  const [handle] = useState<ListHandle>(() => ({
    move(step) {
      const now = latest.current;
      if (now.items.length === 0) return;
      const at = now.items.findIndex((item) => now.keyOf(item) === now.chosen);
      const next = at < 0 ? (step > 0 ? 0 : now.items.length - 1) : at + step;
      const to = Math.max(0, Math.min(now.items.length - 1, next));
      now.virtual.scrollToIndex(to, { align: 'auto' });
      now.onChoose(now.items[to]!);
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
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        handle.move(event.key === 'ArrowDown' ? 1 : -1);
      }}
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
              aria-selected={isChosen}
              aria-setsize={items.length}
              aria-posinset={v.index + 1}
              className="cb-row"
              style={{ height: rowPx, transform: `translateY(${v.start}px)` }}
              onClick={() => onChoose(item)}
            >
              {renderRow(item)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
