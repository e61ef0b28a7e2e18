import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import type { TraceModel } from "./trace-model.ts";
import { placeAt, rowOf, type TraceRows } from "./trace-rows.ts";
import { ROW_PX } from "./waterfall-row.tsx";

export interface ShownTrace {
  readonly index: TraceModel;
  readonly rows: TraceRows;
}

/**
 * Where a row of the trace as it was stands in the trace as it is, now that logs or late spans have come.
 * @returns -1 when neither it nor what it was inside of is shown
 */
export function rowAfter(before: ShownTrace, after: ShownTrace, row: number): number {
  const place = placeAt(before.rows, row);
  const old = place === undefined ? undefined : before.index.nodes[place.node];
  if (place === undefined || old === undefined) return -1;
  const node = after.index.nodeByKey.get(old.key);
  if (node === undefined) return -1;
  const key = old.items[place.item]?.key;
  const item = after.index.nodes[node]?.items.findIndex((other) => other.key === key) ?? -1;
  return rowOf(after.rows, after.index, { node, item: key === undefined ? place.item : item });
}

/** What comes later never moves what the reader is looking at: the cursor's row where it is on screen, else the topmost. */
export function useAnchoredRows(
  ref: RefObject<HTMLDivElement | null>,
  shown: ShownTrace,
  cursorRow: number,
): void {
  const last = useRef({ ...shown, cursorRow });
  const hasScrolled = useRef(false);
  const { index, rows } = shown;
  useEffect(() => {
    const scrolled = () => (hasScrolled.current = true);
    const element = ref.current;
    element?.addEventListener("scroll", scrolled, { passive: true, once: true });
    return () => element?.removeEventListener("scroll", scrolled);
  }, [ref]);
  useLayoutEffect(() => {
    const before = last.current;
    last.current = { index, rows, cursorRow };
    const element = ref.current;
    if (element === null || before.index === index) return;
    // Where nobody has been anywhere nothing has to stay; asking where the list stands would lay the page out.
    if (!hasScrolled.current && before.cursorRow < 0) return;
    const top = Math.floor(element.scrollTop / ROW_PX);
    const bottom = top + element.clientHeight / ROW_PX;
    const hasCursor = before.cursorRow >= top && before.cursorRow < bottom;
    // At the very top the beginning of the request is what is looked at.
    if (!hasCursor && element.scrollTop === 0) return;
    const anchor = hasCursor ? before.cursorRow : top;
    const row = rowAfter(before, { index, rows }, anchor);
    if (row >= 0) element.scrollTop += (row - anchor) * ROW_PX;
  }, [ref, index, rows, cursorRow]);
}
