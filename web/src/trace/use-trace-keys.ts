import { isFolded, nextPlace, NODE_ITSELF, placeAt, type Place } from "./trace-rows.ts";
import { hasInside, type TraceIndex } from "./trace-index.ts";
import { panBy, zoomBy, type TimeScale } from "./time-scale.ts";
import type { TraceState } from "./use-trace-state.ts";
import { useKeys } from "../ui/use-keys.ts";

const ZOOM_STEP = 0.6;
const PAN_STEP = 0.25;

/**
 * The keyboard of the waterfall.
 * @param page rows on the screen
 */
export function useTraceKeys(index: TraceIndex, state: TraceState, page: number): void {
  const { rows, cursorRow, cursor } = state;
  const goToRow = (row: number) => {
    const place = placeAt(rows, Math.max(0, Math.min(rows.length - 1, row)));
    if (place !== undefined) state.select(place);
  };
  const goTo = (place: Place | undefined) => {
    if (place === undefined) return;
    if (place.item >= 0 && !state.showItems) state.setShowItems(true);
    state.select(place);
  };
  const rescale = (scale: TimeScale) => state.setScale(scale);
  const zoom = (factor: number) => rescale(zoomBy(state.scale, index.totalNs, factor));
  const pan = (share: number) => rescale(panBy(state.scale, index.totalNs, share));
  useKeys({
    j: () => goToRow(cursorRow + 1),
    ArrowDown: () => goToRow(cursorRow + 1),
    k: () => goToRow(cursorRow - 1),
    ArrowUp: () => goToRow(cursorRow - 1),
    PageDown: () => goToRow(cursorRow + page),
    PageUp: () => goToRow(cursorRow - page),
    Home: () => goToRow(0),
    End: () => goToRow(rows.length - 1),
    ArrowRight: () => openBranch(index, state, goToRow),
    ArrowLeft: () => closeBranch(index, state),
    Enter: () => goToRow(Math.max(0, cursorRow)),
    Escape: state.close,
    l: () => state.setShowItems(!state.showItems),
    e: () => goTo(nextPlace(state.errors, cursor, 1)),
    E: () => goTo(nextPlace(state.errors, cursor, -1)),
    n: () => goTo(nextPlace(state.matches, cursor, 1)),
    N: () => goTo(nextPlace(state.matches, cursor, -1)),
    "=": () => zoom(ZOOM_STEP),
    "+": () => zoom(ZOOM_STEP),
    "-": () => zoom(1 / ZOOM_STEP),
    "0": () => rescale({ fromNs: 0, toNs: index.totalNs }),
    ",": () => pan(-PAN_STEP),
    ".": () => pan(PAN_STEP),
  });
}

/** Right: opens a closed branch, and steps into an open one. */
function openBranch(index: TraceIndex, state: TraceState, goToRow: (row: number) => void): void {
  const { cursor, cursorRow } = state;
  if (cursor === undefined || cursor.item !== NODE_ITSELF || !hasInside(index, cursor.node)) return;
  const key = index.nodes[cursor.node]?.key ?? "";
  if (isFolded(state.folding, key)) state.toggle(cursor.node);
  else goToRow(cursorRow + 1);
}

/** Left: closes an open branch, and steps out of a closed one. */
function closeBranch(index: TraceIndex, state: TraceState): void {
  const { cursor } = state;
  if (cursor === undefined) return;
  const key = index.nodes[cursor.node]?.key ?? "";
  const isOpen =
    cursor.item === NODE_ITSELF && hasInside(index, cursor.node) && !isFolded(state.folding, key);
  if (isOpen) {
    state.toggle(cursor.node);
    return;
  }
  const parent = cursor.item === NODE_ITSELF ? (index.parent[cursor.node] ?? -1) : cursor.node;
  if (parent >= 0) state.select({ node: parent, item: NODE_ITSELF });
}
