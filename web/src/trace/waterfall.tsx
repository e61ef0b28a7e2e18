import { useEffect, useId, useMemo } from "react";
import { useLocation } from "wouter";
import type { ServiceColor } from "../lib/service-color.ts";
import { useFixedRows } from "../ui/use-fixed-rows.ts";
import { useKeys } from "../ui/use-keys.ts";
import { aroundPlaceHref } from "./around.ts";
import { clickRow } from "./click-row.ts";
import { ColumnSplitter, useNameWidth } from "./column-splitter.tsx";
import { scaleTicks, toFraction } from "./time-scale.ts";
import { TimeRuler } from "./time-ruler.tsx";
import { typicalOf, type Typicals } from "./typical.ts";
import type { TraceModel } from "./trace-model.ts";
import { NODE_ITSELF } from "./trace-rows.ts";
import { useAnchoredRows } from "./use-anchored-rows.ts";
import type { TraceState } from "./use-trace-state.ts";
import { isClosed, traceKeys } from "./trace-keys.ts";
import { ROW_PX, WaterfallRow, type Shows } from "./waterfall-row.tsx";
import styles from "./waterfall.module.css";

const HEADER_PX = 28;
const TICKS_MAX = 7;

interface WaterfallProps {
  readonly index: TraceModel;
  readonly state: TraceState;
  readonly colors: ReadonlyMap<string, ServiceColor>;
  readonly typicals: Typicals;
  /** Milliseconds that spans came late by, by their key. */
  readonly arrivals: ReadonlyMap<string, number>;
}

/** The tree and its bars. Only the rows on screen exist; the grid's own numbers tell a screen reader about the rest. */
export function Waterfall(props: WaterfallProps) {
  const { index, state } = props;
  const { rows, scale, cursorRow } = state;
  const { ref, first, end, page, scrollTo } = useFixedRows(rows.length, ROW_PX, HEADER_PX);
  const id = useId();
  const [nameWidth, setNameWidth] = useNameWidth();
  const ticks = useMemo(() => scaleTicks(scale, TICKS_MAX), [scale]);
  const [, navigate] = useLocation();
  useKeys({
    ...traceKeys(index, state, page),
    a: () => {
      const { cursor } = state;
      const href = cursor === undefined ? undefined : aroundPlaceHref(index, cursor);
      if (href !== undefined) navigate(href);
    },
  });
  useAnchoredRows(ref, { index, rows }, cursorRow);
  useKeptInView(state, scrollTo);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys work on the whole page
    <div
      ref={ref}
      className={styles.grid}
      style={{ "--name-width": `${nameWidth}%` }}
      role="treegrid"
      aria-label="Spans and logs of the trace"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={cursorRow < 0 ? undefined : `${id}-${cursorRow}`}
      tabIndex={0}
      onClick={(event) => clickRow(event, index, state)}
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
        <ShownRows {...props} id={id} first={first} end={end} />
      </div>
    </div>
  );
}

interface ShownRowsProps extends WaterfallProps {
  readonly id: string;
  /** Half-open. */
  readonly first: number;
  readonly end: number;
}

function ShownRows({ index, state, colors, typicals, arrivals, id, first, end }: ShownRowsProps) {
  const { rows, scale, cursorRow } = state;
  const matches = useMemo(
    () => new Set(state.matches.map(({ node, item }) => `${node}/${item}`)),
    [state.matches],
  );
  const shows = useMemo<Shows>(
    () => ({ items: state.showItems, path: state.showPath, gaps: state.showGaps }),
    [state.showItems, state.showPath, state.showGaps],
  );
  const shown = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  return shown.map((row) => {
    const node = rows.node[row] ?? 0;
    const item = rows.item[row] ?? NODE_ITSELF;
    const key = `${node}/${item}`;
    return (
      <WaterfallRow
        key={key}
        id={`${id}-${row}`}
        index={index}
        node={node}
        item={item}
        row={row}
        scale={scale}
        colors={colors}
        typical={item === NODE_ITSELF ? typicalOf(typicals, index.nodes[node]) : undefined}
        lateMs={arrivals.get(index.nodes[node]?.key ?? "")}
        isFolded={isClosed(index, state, { node, item })}
        isSelected={row === cursorRow && state.isOpen}
        isCursor={row === cursorRow}
        isMatch={matches.has(key)}
        shows={shows}
      />
    );
  });
}

/** Scrolls to the cursor when it moves, and only then: folding above it changes its row's number, too. */
function useKeptInView(state: TraceState, scrollTo: (row: number) => void): void {
  const { cursorRow, cursor } = state;
  const { node, item } = cursor ?? {};
  useEffect(() => {
    if (node !== undefined) scrollTo(cursorRow);
    // oxlint-disable-next-line react/exhaustive-deps -- see above
  }, [node, item, scrollTo]);
}
