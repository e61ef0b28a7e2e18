import { useMemo, useState } from "react";
import {
  formatFolding,
  readFolding,
  readParam,
  toggleFolding,
  type Folding,
} from "../lib/url-state.ts";
import { useUrl } from "../ui/use-url.ts";
import { hides } from "./hidden-by.ts";
import { formatZoom, parseZoom, type TimeScale } from "./time-scale.ts";
import type { TraceModel } from "./trace-model.ts";
import {
  buildRows,
  errorPlaces,
  findSelection,
  foldKey,
  reveal,
  rowOf,
  runOf,
  toSelection,
  type Place,
  type Selection,
  type TraceRows,
} from "./trace-rows.ts";
import { useFind } from "./use-find.ts";
import { useSelection } from "./use-selection.ts";

export interface TraceState {
  readonly rows: TraceRows;
  readonly folding: Folding;
  readonly showItems: boolean;
  readonly showPath: boolean;
  readonly showGaps: boolean;
  readonly scale: TimeScale;
  readonly find: string;
  readonly matches: readonly Place[];
  /** False while the trace is still looked through. */
  readonly isFound: boolean;
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
  /** Opens or closes a branch, or the group that a place heads. */
  readonly toggle: (place: Place) => void;
  readonly setFolding: (folding: Folding) => void;
  readonly setShowItems: (show: boolean) => void;
  readonly setShowPath: (show: boolean) => void;
  readonly setShowGaps: (show: boolean) => void;
  readonly unfoldItems: (node: number) => void;
  readonly setScale: (scale: TimeScale) => void;
  readonly setFind: (text: string) => void;
}

/** The trace page's state, all of it read from the URL, and the ways to change it. */
export function useTraceState(index: TraceModel): TraceState {
  const { search, replace } = useUrl();
  const [selection, setSelection] = useSelection();
  const [lastSelection, setLastSelection] = useState<Selection>({});
  const zoom = readParam(search, "z");
  const { totalNs } = index;
  const scale = useMemo(() => parseZoom(zoom, totalNs), [zoom, totalNs]);
  const find = readParam(search, "find");
  const more = readParam(search, "more");
  const showItems = readParam(search, "logs") !== "off";
  const selected = useMemo(() => findSelection(index, selection), [index, selection]);
  const last = useMemo(() => findSelection(index, lastSelection), [index, lastSelection]);
  const cursor = selected ?? last;
  const { rows, folding } = useRows(index, {
    fold: readParam(search, "fold"),
    more,
    showItems,
    selected,
  });
  const { matches, isWhole: isFound } = useFind(index, find);
  const errors = useMemo(() => errorPlaces(index), [index]);
  const select = (place: Place) => setSelection(toSelection(index, place));
  const setFolding = (next: Folding) => replace({ fold: formatFolding(next) });
  return {
    rows,
    folding,
    showItems,
    showPath: readParam(search, "critical") !== "off",
    showGaps: readParam(search, "gaps") !== "off",
    scale,
    find,
    matches,
    isFound,
    errors,
    cursor,
    cursorRow: cursor === undefined ? -1 : rowOf(rows, index, cursor),
    isOpen: selected !== undefined,
    select,
    close: () => {
      setLastSelection(selection);
      setSelection({});
    },
    toggle: (place) => {
      const key = foldKey(index, place);
      if (key === undefined) return;
      // What folding hides cannot stay selected.
      if (selected !== undefined && hides(index, place, selected)) select(place);
      setFolding(toggleFolding(folding, key));
    },
    setFolding,
    setShowItems: (show) => replace({ logs: show ? undefined : "off" }),
    setShowPath: (show) => replace({ critical: show ? undefined : "off" }),
    setShowGaps: (show) => replace({ gaps: show ? undefined : "off" }),
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
function useRows(index: TraceModel, { fold, more, showItems, selected }: RowParameters) {
  const asked = useMemo(() => readFolding(`fold=${fold}`), [fold]);
  // The same object where nothing has to be opened: then the rows stay, and selecting costs nothing.
  const folding = useMemo(
    () => (selected === undefined ? asked : reveal(index, asked, selected)),
    [index, asked, selected],
  );
  // A selected log is shown even where its span shows only some.
  const shownOf =
    selected !== undefined && (selected.item >= 0 || runOf(index, selected) !== undefined)
      ? index.nodes[selected.node]?.key
      : "";
  const unfolded = useMemo(
    () => new Set([...more.split("."), shownOf ?? ""].filter((key) => key !== "")),
    [more, shownOf],
  );
  const rows = useMemo(
    () => buildRows(index, { folding, showItems, unfolded }),
    [index, folding, showItems, unfolded],
  );
  return { rows, folding };
}
