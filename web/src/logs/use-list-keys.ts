import { useState } from "react";
import { useKeys } from "../ui/use-keys.ts";

interface ListKeys {
  readonly count: number;
  /** -1 for none. */
  readonly selected: number;
  readonly page: number;
  /** -1 for no row. */
  readonly onSelect: (row: number) => void;
}

/** The keys that go through a list: the rows are selected one after another. */
export function useListKeys({ count, selected, page, onSelect }: ListKeys): void {
  // Closing the details keeps the place: the next key goes on from there.
  const [last, setLast] = useState(0);
  const go = (row: number) => {
    const target = Math.max(0, Math.min(count - 1, row));
    setLast(target);
    onSelect(target);
  };
  const move = (step: number) => () => go(selected < 0 ? last : selected + step);
  useKeys({
    j: move(1),
    ArrowDown: move(1),
    k: move(-1),
    ArrowUp: move(-1),
    PageDown: move(page),
    PageUp: move(-page),
    Home: () => go(0),
    End: () => go(count - 1),
    Enter: () => go(selected < 0 ? last : selected),
    Escape: () => onSelect(-1),
  });
}
