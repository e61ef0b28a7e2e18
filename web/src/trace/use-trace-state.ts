import { useCallback, useEffect, useMemo, useRef } from "react";
import { formatFolding, readFolding, toggleFolding, type Folding } from "../lib/url-state.ts";
import { useUrl } from "../ui/use-url.ts";
import { formatZoom, parseZoom, type TimeScale } from "./time-scale.ts";
import type { TraceIndex } from "./trace-index.ts";
import {
  buildRows,
  errorPlaces,
  findPlaces,
  findSelection,
  reveal,
  rowOf,
  toSelection,
  type Place,
  type TraceRows,
} from "./trace-rows.ts";
import { useSelection } from "./use-selection.ts";

export interface TraceState {
  readonly rows: TraceRows;
  readonly folding: Folding;
  readonly showItems: boolean;
  readonly scale: TimeScale;
  readonly find: string;
  readonly matches: readonly Place[];
  readonly errors: readonly Place[];
  /** Where the keyboard is. */
  readonly cursor: Place | undefined;
  /** -1 when the cursor is nowhere. */
  readonly cursorRow: number;
  /** Whether details of the cursor's row are shown. */
  readonly isOpen: boolean;
  /** Selects a place, opening what hides it. */
  readonly select: (place: Place) => void;
  readonly close: () => void;
  readonly toggle: (node: number) => void;
  readonly setFolding: (folding: Folding) => void;
  readonly setShowItems: (show: boolean) => void;
  readonly unfoldItems: (node: number) => void;
  readonly setScale: (scale: TimeScale) => void;
  readonly setFind: (text: string) => void;
}

/** The trace page's state, all of it read from the URL, and the ways to change it. */
export function useTraceState(index: TraceIndex): TraceState {
  const { search, replace } = useUrl();
  const [selection, setSelection] = useSelection();
  const params = new URLSearchParams(search);
  const showItems = params.get("logs") !== "off";
  const find = params.get("find") ?? "";
  const moreParam = params.get("more") ?? "";
  const foldParam = params.get("fold") ?? "";
  const scale = parseZoom(params.get("z"), index.totalNs);
  const cursorAfterClose = useRef<Place>(undefined);
  const selected = useMemo(() => findSelection(index, selection), [index, selection]);
  useEffect(() => {
    if (selected !== undefined) cursorAfterClose.current = selected;
  }, [selected]);
  const cursor = selected ?? cursorAfterClose.current;

  const folding = useMemo(() => {
    const asked = readFolding(`fold=${foldParam}`);
    return selected === undefined ? asked : reveal(index, asked, selected);
  }, [index, foldParam, selected]);
  const unfolded = useMemo(() => {
    const keys = new Set(moreParam.split(".").filter((key) => key !== ""));
    // A selected log is shown even where its span shows only some.
    const key =
      selected !== undefined && selected.item >= 0 ? index.nodes[selected.node]?.key : undefined;
    return key === undefined ? keys : keys.add(key);
  }, [index, moreParam, selected]);
  const rows = useMemo(
    () => buildRows(index, { folding, showItems, unfolded }),
    [index, folding, showItems, unfolded],
  );
  const matches = useMemo(() => findPlaces(index, find), [index, find]);
  const errors = useMemo(() => errorPlaces(index), [index]);

  const setFolding = useCallback(
    (next: Folding) => replace({ fold: formatFolding(next) }),
    [replace],
  );
  const select = useCallback(
    (place: Place) => setSelection(toSelection(index, place)),
    [index, setSelection],
  );
  const toggle = useCallback(
    (node: number) => {
      const key = index.nodes[node]?.key;
      if (key === undefined) return;
      // What the toggle hides cannot stay selected.
      if (selected !== undefined && isInside(index, node, selected)) select({ node, item: -1 });
      setFolding(toggleFolding(folding, key));
    },
    [index, folding, selected, select, setFolding],
  );
  return {
    rows,
    folding,
    showItems,
    scale,
    find,
    matches,
    errors,
    cursor,
    cursorRow: cursor === undefined ? -1 : rowOf(rows, index, cursor),
    isOpen: selected !== undefined,
    select,
    close: () => setSelection({}),
    toggle,
    setFolding,
    setShowItems: (show) => replace({ logs: show ? undefined : "off" }),
    unfoldItems: (node) => {
      const key = index.nodes[node]?.key ?? "";
      replace({ more: moreParam === "" ? key : `${moreParam}.${key}` });
    },
    setScale: (next) => replace({ z: formatZoom(next, index.totalNs) }),
    setFind: (text) => replace({ find: text }),
  };
}

function isInside(index: TraceIndex, node: number, place: Place): boolean {
  if (place.node === node) return place.item !== -1;
  return place.node > node && place.node < (index.subtreeEnd[node] ?? 0);
}
