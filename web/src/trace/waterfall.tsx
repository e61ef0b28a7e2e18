import { useEffect, useId, useMemo, type MouseEvent } from "react";
import type { ServiceColor } from "../lib/service-color.ts";
import { useFixedRows } from "../ui/use-fixed-rows.ts";
import { useUrl } from "../ui/use-url.ts";
import { ColumnSplitter, useNameWidth } from "./column-splitter.tsx";
import { scaleTicks, toFraction } from "./time-scale.ts";
import { TimeRuler } from "./time-ruler.tsx";
import { hasInside, type TraceIndex } from "./trace-index.ts";
import { isFolded, MORE_ITEMS, NODE_ITSELF, placeAt } from "./trace-rows.ts";
import type { TraceState } from "./use-trace-state.ts";
import { useTraceKeys } from "./use-trace-keys.ts";
import { WaterfallRow } from "./waterfall-row.tsx";
import styles from "./waterfall.module.css";

export const ROW_PX = 24;
const HEADER_PX = 28;
const TICKS_MAX = 7;

interface WaterfallProps {
  readonly index: TraceIndex;
  readonly state: TraceState;
  readonly colors: ReadonlyMap<string, ServiceColor>;
}

/** The tree and its bars. Only the rows on screen exist; the grid's own numbers tell a screen reader about the rest. */
export function Waterfall({ index, state, colors }: WaterfallProps) {
  const { rows, scale, cursorRow } = state;
  const view = useFixedRows(rows.length, ROW_PX, HEADER_PX);
  const id = useId();
  const { search } = useUrl();
  const [nameWidth, setNameWidth] = useNameWidth();
  const ticks = useMemo(() => scaleTicks(scale, TICKS_MAX), [scale.fromNs, scale.toNs]);
  const matches = useMemo(
    () => new Set(state.matches.map(({ node, item }) => `${node}/${item}`)),
    [state.matches],
  );
  useTraceKeys(index, state, view.page);
  useKeptInView(state, view.scrollTo);
  const onClick = (event: MouseEvent) => {
    if (!(event.target instanceof Element)) return;
    const row = Number(event.target.closest<HTMLElement>("[data-row]")?.dataset["row"] ?? -1);
    const place = placeAt(rows, row);
    if (place === undefined) return;
    const onToggle = event.target.closest("[data-toggle]") !== null;
    if (place.item === MORE_ITEMS) state.unfoldItems(place.node);
    else if (onToggle || event.detail === 2) toggleAt(place.node);
    else state.select(place);
  };
  const toggleAt = (node: number) => {
    if (hasInside(index, node)) state.toggle(node);
  };
  const shown = Array.from(
    { length: Math.max(0, view.end - view.first) },
    (_, i) => view.first + i,
  );
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys work on the whole page
    <div
      ref={view.ref}
      className={styles.grid}
      style={{ "--name-width": `${nameWidth}%` }}
      role="treegrid"
      aria-label="Spans and logs of the trace"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={cursorRow < 0 ? undefined : `${id}-${cursorRow}`}
      tabIndex={0}
      onClick={onClick}
    >
      <TimeRuler scale={scale} ticks={ticks}>
        <ColumnSplitter percent={nameWidth} onChange={setNameWidth} />
      </TimeRuler>
      <div role="rowgroup" className={styles.rows} style={{ height: rows.length * ROW_PX }}>
        <div className={styles.lines} aria-hidden="true">
          {ticks.map((ns) => (
            <span key={ns} style={{ left: `${toFraction(scale, ns) * 100}%` }} />
          ))}
        </div>
        {shown.map((row) => {
          const node = rows.node[row] ?? 0;
          const item = rows.item[row] ?? NODE_ITSELF;
          return (
            <WaterfallRow
              key={`${node}/${item}`}
              id={`${id}-${row}`}
              index={index}
              node={node}
              item={item}
              row={row}
              scale={scale}
              colors={colors}
              search={search}
              isFolded={isFolded(state.folding, index.nodes[node]?.key ?? "")}
              isSelected={row === cursorRow && state.isOpen}
              isCursor={row === cursorRow}
              isMatch={matches.has(`${node}/${item}`)}
              showsItems={state.showItems}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Scrolls to the cursor when it moves: to the middle at first and after a jump, by one row otherwise. */
function useKeptInView(
  state: TraceState,
  scrollTo: (row: number, align: "nearest" | "center") => void,
): void {
  const { cursorRow, cursor } = state;
  const { node, item } = cursor ?? {};
  useEffect(() => {
    if (node !== undefined) scrollTo(cursorRow, "center");
    // The row's number changes with folding above it; only a move of the cursor itself should scroll.
    // oxlint-disable-next-line react/exhaustive-deps -- see above
  }, [node, item, scrollTo]);
}
