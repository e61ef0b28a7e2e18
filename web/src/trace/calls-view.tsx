import { useMemo } from "react";
import { boxOf, toSpots } from "../map/geometry.ts";
import type { ServiceColor } from "../lib/service-color.ts";
import { CallsDrawing, type DrawnCalls } from "./calls-drawing.tsx";
import { CallsTable } from "./calls-table.tsx";
import { findCalls } from "./trace-calls.ts";
import type { TraceModel } from "./trace-model.ts";
import styles from "./calls.module.css";

interface CallsViewProps {
  readonly index: TraceModel;
  readonly colors: ReadonlyMap<string, ServiceColor>;
}

/** Room for what is said of the calls. */
const GAP_PX = 156;

/** The trace as services and their calls: drawn, and the same in a table. */
export function CallsView({ index, colors }: CallsViewProps) {
  const drawn = useMemo<DrawnCalls>(() => {
    const found = findCalls(index);
    const spots = toSpots(
      found.services.map(({ name }) => name),
      found.calls.map(({ from, to }) => [from, to]),
      GAP_PX,
    );
    return { ...found, spots, box: boxOf(spots.all, { width: 0, height: 0 }) };
  }, [index]);
  return (
    <div className={styles.view}>
      <CallsDrawing drawn={drawn} index={index} colors={colors} />
      <CallsTable drawn={drawn} index={index} colors={colors} />
    </div>
  );
}
