import {
  groupOf,
  isFolded,
  isGroupFolded,
  isItemPlace,
  isRunFolded,
  MORE_ITEMS,
  nextError,
  nextPlace,
  NODE_ITSELF,
  placeAt,
  runAround,
  runHead,
  runOf,
  SIMILAR_GROUP,
  type Place,
} from "./trace-rows.ts";
import { ALL_OPEN, allClosed, openedTo, shownLevels } from "./levels.ts";
import { hasInside } from "./trace-index.ts";
import type { TraceState } from "./use-trace-state.ts";
import type { TraceModel } from "./trace-model.ts";
import { panBy, zoomBy, type TimeScale } from "./time-scale.ts";

const ZOOM_STEP = 0.6;
const PAN_STEP = 0.25;

/**
 * The keyboard of the waterfall, by `KeyboardEvent.key`.
 * @param page rows on the screen
 */
export function traceKeys(
  index: TraceModel,
  state: TraceState,
  page: number,
): Readonly<Record<string, () => void>> {
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
  return {
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
    Enter: () => {
      if (cursor?.item === MORE_ITEMS) state.unfoldItems(cursor.node);
      else if (cursor !== undefined && runOf(index, cursor) !== undefined) state.toggle(cursor);
      else goToRow(Math.max(0, cursorRow));
    },
    Escape: state.close,
    c: () => state.setShowPath(!state.showPath),
    u: () => state.setShowGaps(!state.showGaps),
    x: () => state.setFolding(ALL_OPEN),
    X: () => state.setFolding(allClosed(index)),
    o: () => state.setFolding(openedTo(index, shownLevels(index, rows) + 1)),
    p: () => state.setFolding(openedTo(index, Math.max(1, shownLevels(index, rows) - 1))),
    l: () => state.setShowItems(!state.showItems),
    e: () => goTo(nextError(index, state.errors, cursor, 1)),
    E: () => goTo(nextError(index, state.errors, cursor, -1)),
    n: () => goTo(nextPlace(state.matches, cursor, 1)),
    N: () => goTo(nextPlace(state.matches, cursor, -1)),
    "=": () => zoom(ZOOM_STEP),
    "+": () => zoom(ZOOM_STEP),
    "-": () => zoom(1 / ZOOM_STEP),
    "0": () => rescale({ fromNs: 0, toNs: index.totalNs }),
    ",": () => pan(-PAN_STEP),
    ".": () => pan(PAN_STEP),
  };
}

/** Right: opens what is closed, and steps into what is open. */
function openBranch(index: TraceModel, state: TraceState, goToRow: (row: number) => void): void {
  const { cursor, cursorRow } = state;
  if (cursor === undefined) return;
  if (cursor.item === MORE_ITEMS) state.unfoldItems(cursor.node);
  else if (isClosed(index, state, cursor)) state.toggle(cursor);
  else if (canClose(index, cursor)) goToRow(cursorRow + 1);
}

/** Left: closes what is open, and steps out of what is closed. */
function closeBranch(index: TraceModel, state: TraceState): void {
  const { cursor } = state;
  if (cursor === undefined) return;
  if (canClose(index, cursor) && !isClosed(index, state, cursor)) {
    state.toggle(cursor);
    return;
  }
  const run = runAround(index, cursor);
  if (run !== undefined) {
    state.select({ node: cursor.node, item: runHead(run) });
    return;
  }
  const isInside = isItemPlace(cursor);
  const group = cursor.item === NODE_ITSELF ? groupOf(index, cursor.node) : undefined;
  const head = group?.members[0];
  const parent = isInside ? cursor.node : (index.parent[cursor.node] ?? -1);
  if (head !== undefined) state.select({ node: head, item: SIMILAR_GROUP });
  else if (parent >= 0) state.select({ node: parent, item: NODE_ITSELF });
}

export function canClose(index: TraceModel, place: Place): boolean {
  const { node, item } = place;
  if (item === SIMILAR_GROUP || runOf(index, place) !== undefined) return true;
  return item === NODE_ITSELF && hasInside(index, node);
}

export function isClosed(
  index: TraceModel,
  { folding }: Pick<TraceState, "folding">,
  place: Place,
): boolean {
  if (!canClose(index, place)) return false;
  const run = runOf(index, place);
  if (run !== undefined) return isRunFolded(folding, run);
  const group = place.item === SIMILAR_GROUP ? groupOf(index, place.node) : undefined;
  return group === undefined ? isFolded(index, folding, place.node) : isGroupFolded(folding, group);
}
