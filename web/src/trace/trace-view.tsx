import { useMemo, useRef } from "react";
import { plural, shortId } from "../lib/format.ts";
import { useServiceColors } from "../ui/service-colors.tsx";
import { useUrl } from "../ui/use-url.ts";
import { ResultFooter } from "../ui/states.tsx";
import type { LoadedTrace } from "./load-trace.ts";
import { CallsView } from "./calls-view.tsx";
import { FlameView } from "./flame-view.tsx";
import { MinimapView } from "./minimap-view.tsx";
import { ShareButtons } from "./share-buttons.tsx";
import { SpanTable } from "./span-table.tsx";
import { readView } from "./trace-view-names.ts";
import { TracePanel } from "./trace-panel.tsx";
import { TraceToolbar } from "./trace-toolbar.tsx";
import type { TraceModel } from "./trace-model.ts";
import type { Typicals } from "./typical.ts";
import { useOrigin } from "./use-origin.ts";
import { useArrivals } from "./use-arrivals.ts";
import { useTraceState } from "./use-trace-state.ts";
import { Waterfall } from "./waterfall.tsx";
import styles from "./trace.module.css";

interface TraceViewProps {
  readonly index: TraceModel;
  /** As it came. */
  readonly trace: LoadedTrace;
  readonly typicals: Typicals;
}

/** The waterfall with its tools, its map and the details beside it. */
export function TraceView({ index, trace, typicals }: TraceViewProps) {
  useOrigin(index);
  const state = useTraceState(index);
  const arrivals = useArrivals(trace);
  const view = readView(useUrl().search);
  const findField = useRef<HTMLInputElement>(null);
  const colors = useServiceColors(useMemo(() => index.services.map(({ name }) => name), [index]));
  return (
    <>
      <TraceToolbar index={index} state={state} view={view} findField={findField}>
        <ShareButtons trace={trace} title={`Trace ${shortId(index.traceId)}`} />
      </TraceToolbar>
      <div className={styles.split}>
        <div className={styles.left}>
          <MinimapView index={index} colors={colors} scale={state.scale} onScale={state.setScale} />
          {view === "waterfall" ? (
            <Waterfall
              index={index}
              state={state}
              colors={colors}
              typicals={typicals}
              arrivals={arrivals}
            />
          ) : null}
          {view === "flame" ? <FlameView index={index} state={state} colors={colors} /> : null}
          {view === "map" ? <CallsView index={index} colors={colors} /> : null}
          {view === "table" ? <SpanTable index={index} colors={colors} /> : null}
        </div>
        {state.isOpen && state.cursor !== undefined ? (
          <TracePanel
            index={index}
            place={state.cursor}
            colors={colors}
            isLight={trace.columns !== undefined}
            onSelect={state.select}
            onClose={state.close}
          />
        ) : null}
      </div>
      <ResultFooter
        meta={trace.meta}
        shown={
          view === "waterfall" ? plural(state.rows.length, "row") : plural(trace.spanCount, "span")
        }
      >
        <span role="status">
          {arrivals.size === 0
            ? ""
            : `${plural(arrivals.size, "span")} arrived while this was open`}
        </span>
      </ResultFooter>
    </>
  );
}
