import { useMemo, useRef } from "react";
import { plural, shortId } from "../lib/format.ts";
import { useServiceColors } from "../ui/service-colors.tsx";
import { ResultFooter } from "../ui/states.tsx";
import type { LoadedTrace } from "./load-trace.ts";
import { MinimapView } from "./minimap-view.tsx";
import { ShareButtons } from "./share-buttons.tsx";
import { TracePanel } from "./trace-panel.tsx";
import { TraceToolbar } from "./trace-toolbar.tsx";
import type { TraceModel } from "./trace-model.ts";
import type { Typicals } from "./typical.ts";
import { useOrigin } from "./use-origin.ts";
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
  const findField = useRef<HTMLInputElement>(null);
  const colors = useServiceColors(useMemo(() => index.services.map(({ name }) => name), [index]));
  return (
    <>
      <TraceToolbar index={index} state={state} findField={findField}>
        <ShareButtons trace={trace} title={`Trace ${shortId(index.traceId)}`} />
      </TraceToolbar>
      <div className={styles.split}>
        <div className={styles.left}>
          <MinimapView index={index} colors={colors} scale={state.scale} onScale={state.setScale} />
          <Waterfall index={index} state={state} colors={colors} typicals={typicals} />
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
      <ResultFooter meta={trace.meta} shown={plural(state.rows.length, "row")} />
    </>
  );
}
