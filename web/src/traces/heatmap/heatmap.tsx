import { RotateCw } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useHeatmap } from "../../api/asking.ts";
import { formatDuration, formatExact } from "../../lib/format.ts";
import type { TimeRange } from "../../lib/time-range.ts";
import controls from "../../ui/controls.module.css";
import { cx } from "../../ui/cx.ts";
import { type Heat, toHeat } from "./heat.ts";
import { HeatPlot } from "./heat-plot.tsx";
import { HeatTable } from "./heat-table.tsx";
import styles from "./heatmap.module.css";
import { SelectForm } from "./select-form.tsx";
import { type HeatSelection, zoomBounds } from "./selection.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { SqlLinkIcon } from "../sql-link-icon.tsx";
import { heatmapSql } from "../spans-sql.ts";
import { roundDuration } from "./words.ts";
import { useInEnvironment } from "../../ui/use-environment.ts";
import type { DurationBounds } from "../../lib/filter-edit.ts";

interface LatencyHeatmapProps {
  /** The filter. */
  readonly q: string;
  readonly range: TimeRange;
  readonly selection: HeatSelection | undefined;
  /** Whether the comparison of the selection is open. */
  readonly isComparing: boolean;
  readonly onSelect: (selection: HeatSelection | undefined) => void;
  readonly onZoom: (selection: HeatSelection, bounds: DurationBounds) => void;
  readonly onCompare: () => void;
}

/** How long the spans took that meet the filter, over time. */
export function LatencyHeatmap(props: LatencyHeatmapProps) {
  const { q, range, selection, onSelect, onZoom } = props;
  const asked = useInEnvironment(q, "traces");
  const query = useHeatmap(q, range);
  const { data } = query;
  const heat = useMemo(() => (data === undefined ? undefined : toHeat(data)), [data]);
  if (query.isError)
    return (
      <Frame caption={<span role="alert">Not counted: {query.error.message}</span>}>
        <div className={styles.nothing}>
          <button type="button" className={controls.button} onClick={() => void query.refetch()}>
            <RotateCw size={13} aria-hidden="true" /> Try again
          </button>
        </div>
      </Frame>
    );
  if (heat === undefined)
    return (
      <Frame caption={<span>Counting spans…</span>}>
        <div className={styles.nothing} />
      </Frame>
    );
  const caption =
    selection === undefined ? (
      <>
        <Legend heat={heat} reason={data?.meta.reason} />
        {heat.spans === 0 ? null : <SelectForm heat={heat} onSelect={onSelect} />}
        {heat.spans === 0 ? null : <HeatTable heat={heat} />}
        <SqlLinkIcon sql={heatmapSql(asked)} range={range} what="the heatmap" />
      </>
    ) : (
      <SelectionBar
        heat={heat}
        selection={selection}
        onZoom={() => onZoom(selection, zoomBounds(heat, selection))}
        onCompare={props.isComparing ? undefined : props.onCompare}
        onClear={() => onSelect(undefined)}
      />
    );
  return (
    <Frame caption={caption} isOld={query.isPlaceholderData}>
      {heat.spans === 0 ? (
        <div className={styles.nothing}>No span here</div>
      ) : (
        <HeatPlot heat={heat} selection={selection} onSelect={onSelect} />
      )}
    </Frame>
  );
}

interface FrameProps {
  readonly caption: ReactNode;
  readonly children: ReactNode;
  /** Another answer is on its way. */
  readonly isOld?: boolean;
}

function Frame({ caption, children, isOld = false }: FrameProps) {
  return (
    <figure
      className={cx(styles.figure, isOld && styles.old)}
      aria-label="Durations of spans over time"
      aria-busy={isOld}
    >
      <figcaption className={styles.caption}>{caption}</figcaption>
      {children}
    </figure>
  );
}

/** The chart in words: exact counts, and what its marks mean. */
function Legend({ heat, reason }: { readonly heat: Heat; readonly reason: string | undefined }) {
  const [first, last] = [heat.bands[0], heat.bands.at(-1)];
  return (
    <>
      <span>
        <b>{formatExact(heat.spans)}</b> spans
      </span>
      {heat.errors === 0 ? null : (
        <span className={styles.legendErrors}>
          <i aria-hidden="true" /> {formatExact(heat.errors)} with errors
        </span>
      )}
      {first === undefined || last === undefined ? null : (
        <span className={styles.wide}>
          {formatDuration(first.fromNs)} to {formatDuration(last.toNs)}, a column is{" "}
          {roundDuration(heat.bucketMs * 1e6)}
        </span>
      )}
      {heat.spans === 0 ? null : (
        <span className={styles.ramp}>
          1 <i aria-hidden="true" /> {formatExact(heat.spansMax)} a cell
        </span>
      )}
      {reason === undefined ? null : <span className={styles.cut}>{reason}</span>}
      <span className={styles.grow} />
    </>
  );
}
