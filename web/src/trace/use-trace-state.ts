import { useMemo, useState } from "react";
import {
  formatFolding,
  readFolding,
  readParam,
  toggleFolding,
  type Folding,
} from "../lib/url-state.ts";
import { useUrl } from "../ui/use-url.ts";
import { formatZoom, parseZoom, type TimeScale } from "./time-scale.ts";
import type { TraceIndex } from "./trace-index.ts";
import {
  buildRows,
  errorPlaces,
  findPlaces,
  findSelection,
  NODE_ITSELF,
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
  const [lastCursor, setLastCursor] = useState<Place>();
  const zoom = readParam(search, "z");
  const { totalNs } = index;
  const scale = useMemo(() => parseZoom(zoom, totalNs), [zoom, totalNs]);
  const find = readParam(search, "find");
  const more = readParam(search, "more");
  const showItems = readParam(search, "logs") !== "off";
  const selected = useMemo(() => findSelection(index, selection), [index, selection]);
  const cursor = selected ?? lastCursor;
  const { rows, folding } = useRows(index, {
    fold: readParam(search, "fold"),
    more,
    showItems,
    selected,
  });
  const matches = useMemo(() => findPlaces(index, find), [index, find]);
  const errors = useMemo(() => errorPlaces(index), [index]);
  const select = (place: Place) => setSelection(toSelection(index, place));
  const setFolding = (next: Folding) => replace({ fold: formatFolding(next) });
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
    close: () => {
      setLastCursor(cursor);
      setSelection({});
    },
    toggle: (node) => {
      const key = index.nodes[node]?.key;
      if (key === undefined) return;
      // What folding hides cannot stay selected.
      if (selected !== undefined && isInside(index, node, selected))
        select({ node, item: NODE_ITSELF });
      setFolding(toggleFolding(folding, key));
    },
    setFolding,
    setShowItems: (show) => replace({ logs: show ? undefined : "off" }),
    unfoldItems: (node) => {
      const key = index.nodes[node]?.key ?? "";
      replace({ more: more === "" ? key : `${more}.${key}` });
    },
    setScale: (next) => replace({ z: formatZoom(next, index.totalNs) }),
    setFind: (text) => replace({ find: text }),
  };
}

interface RowParameters {
  /** As in the URL. */
  readonly fold: string;
  readonly more: string;
  readonly showItems: boolean;
  readonly selected: Place | undefined;
}

/** The visible rows. Whatever is selected is among them, folded or not. */
function useRows(index: TraceIndex, { fold, more, showItems, selected }: RowParameters) {
  const folding = useMemo(() => {
    const asked = readFolding(`fold=${fold}`);
    return selected === undefined ? asked : reveal(index, asked, selected);
  }, [index, fold, selected]);
  const unfolded = useMemo(() => {
    const keys = new Set(more.split(".").filter((key) => key !== ""));
    if (selected === undefined || selected.item < 0) return keys;
    // A selected log is shown even where its span shows only some.
    return keys.add(index.nodes[selected.node]?.key ?? "");
  }, [index, more, selected]);
  const rows = useMemo(
    () => buildRows(index, { folding, showItems, unfolded }),
    [index, folding, showItems, unfolded],
  );
  return { rows, folding };
}

function isInside(index: TraceIndex, node: number, place: Place): boolean {
  if (place.node === node) return place.item !== NODE_ITSELF;
  return place.node > node && place.node < (index.subtreeEnd[node] ?? 0);
}
