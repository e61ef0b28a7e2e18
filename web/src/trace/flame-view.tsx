import { useEffect, useMemo, useRef, useState, type MouseEvent } from "react";
import { formatDuration, formatPercent } from "../lib/format.ts";
import type { ServiceColor } from "../lib/service-color.ts";
import { toOneLine } from "../lib/visible-text.ts";
import { useResolvedTheme } from "../ui/theme.ts";
import { useKeys } from "../ui/use-keys.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { FLAME_ROW_PX, paintFlame, spanAt } from "./flame-paint.ts";
import { layOutFlame } from "./flame-layout.ts";
import type { TraceModel } from "./trace-model.ts";
import { NODE_ITSELF } from "./trace-rows.ts";
import type { TraceState } from "./use-trace-state.ts";
import styles from "./flame.module.css";

interface FlameViewProps {
  readonly index: TraceModel;
  readonly state: TraceState;
  readonly colors: ReadonlyMap<string, ServiceColor>;
}

/** The trace as a flame graph on one canvas. Arrow keys walk through it; the table says the same in words. */
export function FlameView({ index, state, colors }: FlameViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useResolvedTheme();
  const layout = useMemo(() => layOutFlame(index), [index]);
  const [hovered, setHovered] = useState(-1);
  const { scale, cursor, select } = state;
  const current = cursor?.node ?? -1;
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    let frame = 0;
    const paint = () => {
      frame = 0;
      if (canvas.current !== null)
        paintFlame(canvas.current, { index, layout, scale, colors, current }, element);
    };
    const ask = () => {
      if (frame === 0) frame = requestAnimationFrame(paint);
    };
    ask();
    element.addEventListener("scroll", ask, { passive: true });
    const observer = new ResizeObserver(ask);
    observer.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener("scroll", ask);
      observer.disconnect();
    };
  }, [index, layout, scale, colors, current, theme]);
  const show = (node: number) => {
    if (index.nodes[node]?.kind !== "span") return;
    select({ node, item: NODE_ITSELF });
    bringIntoView(scroller.current, layout.row[node] ?? 0);
  };
  useFlameKeys(index, state, show);
  const nodeAt = (event: MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const row = Math.floor((event.clientY - box.top) / FLAME_ROW_PX);
    return spanAt({ index, layout, scale }, x, row, box.width);
  };
  return (
    <div className={styles.flame}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
      <div
        ref={scroller}
        className={styles.scroll}
        tabIndex={0}
        role="group"
        aria-label="Flame graph"
      >
        {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the keys work on the whole page */}
        <div
          className={styles.space}
          style={{ height: layout.rowCount * FLAME_ROW_PX }}
          data-testid="flame"
          onClick={(event) => show(nodeAt(event))}
          onMouseMove={(event) => setHovered(nodeAt(event))}
          onMouseLeave={() => setHovered(-1)}
        >
          <canvas ref={canvas} aria-hidden="true" />
        </div>
      </div>
      <FlameWords index={index} node={hovered >= 0 ? hovered : current} />
    </div>
  );
}

/** What is pointed at, or selected, in words. */
function FlameWords({ index, node }: { readonly index: TraceModel; readonly node: number }) {
  const current = index.nodes[node];
  const durationNs = index.durationNs[node] ?? 0;
  return (
    <p className={styles.words} role="status">
      {current?.kind === "span" ? (
        <>
          <b>
            <OneLine text={current.span.serviceName} />
          </b>{" "}
          <OneLine text={toOneLine(current.span.name, 200)} /> · {formatDuration(durationNs)},{" "}
          {formatPercent(durationNs / index.totalNs)} of the trace
          {current.isError ? " · error" : ""}
        </>
      ) : (
        "Arrow keys: up to the caller, down to the first call, left and right between calls"
      )}
    </p>
  );
}

function useFlameKeys(index: TraceModel, state: TraceState, show: (node: number) => void): void {
  const current = state.cursor?.node ?? -1;
  const first = index.nodes.findIndex(({ kind }) => kind === "span");
  const step = (to: number) => show(current < 0 ? first : to);
  const sibling = (direction: 1 | -1) => {
    const parent = index.parent[current] ?? -1;
    let at = direction === 1 ? (index.subtreeEnd[current] ?? -1) : current - 1;
    if (direction === -1) while (at > parent && index.parent[at] !== parent) at--;
    return at !== parent && index.parent[at] === parent ? at : current;
  };
  useKeys({
    ArrowUp: () => step(index.parent[current] ?? -1),
    ArrowDown: () => step((index.subtreeEnd[current] ?? 0) > current + 1 ? current + 1 : current),
    ArrowLeft: () => step(sibling(-1)),
    ArrowRight: () => step(sibling(1)),
    Enter: () => step(current),
    Escape: state.close,
  });
}

function bringIntoView(element: HTMLDivElement | null, row: number): void {
  if (element === null) return;
  const top = row * FLAME_ROW_PX;
  if (top < element.scrollTop) element.scrollTop = top;
  const bottom = top + FLAME_ROW_PX;
  if (bottom > element.scrollTop + element.clientHeight)
    element.scrollTop = bottom - element.clientHeight;
}
