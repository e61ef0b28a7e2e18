import { formatDuration } from "../lib/format.ts";
import { cx } from "../ui/cx.ts";
import { SeverityBadge } from "../ui/text.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import text from "../ui/text.module.css";
import { Indent } from "./indent.tsx";
import type { LineRun } from "./line-runs.ts";
import { Toggle } from "./span-row.tsx";
import { Stretches } from "./stretches.tsx";
import type { TraceNode } from "./trace-index.ts";
import type { RowProps } from "./waterfall-row.tsx";
import styles from "./waterfall.module.css";

interface RunRowProps extends RowProps {
  readonly run: LineRun;
  readonly current: TraceNode;
}

/** About a pixel. */
const LINE_WIDTH = 26;

/** Lines that say the same, as one: how many, what, from when to when, and where each stands on the time axis. */
export function RunRow({ index, node, run, current, scale, isFolded }: RunRowProps) {
  const lines = current.items.slice(run.first, run.end);
  const [firstNs, lastNs] = [lines[0]?.atNs ?? 0, lines.at(-1)?.atNs ?? 0];
  return (
    <>
      <span role="gridcell" className={cx(styles.name, text[run.severity])}>
        <Indent depth={(index.depth[node] ?? 0) + 1} />
        <Toggle canOpen isFolded={isFolded} />
        <SeverityBadge severity={run.severity} />
        <span className={cx(styles.times, styles.runTimes)}>× {lines.length}</span>
        <span className={styles.message}>
          <OneLine text={run.template} />
        </span>
      </span>
      <span
        role="gridcell"
        className={cx(styles.number, styles.offset)}
        title={`The first after ${formatDuration(firstNs)}, the last after ${formatDuration(lastNs)}`}
      >
        {firstNs < 0 ? "" : "+"}
        {formatDuration(firstNs)}
      </span>
      <span role="gridcell" className={styles.self} />
      <span role="gridcell" className={cx(styles.timeline, text[run.severity])}>
        <Stretches
          className={styles.runLines}
          scale={scale}
          widthMin={LINE_WIDTH}
          stretches={lines.map(({ atNs }) => ({ fromNs: atNs, toNs: atNs }))}
        />
      </span>
    </>
  );
}
