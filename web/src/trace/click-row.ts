import { canClose, isClosed } from "./trace-keys.ts";
import type { TraceModel } from "./trace-model.ts";
import { MORE_ITEMS, placeAt, runOf } from "./trace-rows.ts";
import type { TraceState } from "./use-trace-state.ts";

/** React's event and the browser's own. */
type Click = Pick<MouseEvent, "target" | "detail">;

/** One listener for all rows: a click selects, on the chevron or twice it opens and closes. */
export function clickRow(
  event: Click,
  index: TraceModel,
  state: Pick<TraceState, "rows" | "folding" | "toggle" | "select" | "unfoldItems">,
): void {
  if (!(event.target instanceof Element)) return;
  const row = Number(event.target.closest<HTMLElement>("[data-row]")?.dataset["row"] ?? -1);
  const place = placeAt(state.rows, row);
  if (place === undefined) return;
  const isToggle = event.target.closest("[data-toggle]") !== null || event.detail === 2;
  if (place.item === MORE_ITEMS) state.unfoldItems(place.node);
  else if (isToggle && canClose(index, place)) state.toggle(place);
  else {
    if (runOf(index, place) !== undefined && isClosed(index, state, place)) state.toggle(place);
    state.select(place);
  }
}
