import { plural } from "../lib/format.ts";
import { Indent } from "./indent.tsx";
import { Toggle } from "./span-row.tsx";
import { hasInside, type MissingNode, type UnattachedNode } from "./trace-index.ts";
import type { RowProps } from "./waterfall-row.tsx";
import styles from "./waterfall.module.css";

/** Where a parent should be that was never received. */
export function MissingRow({
  index,
  node,
  isFolded,
  current,
}: RowProps & { readonly current: MissingNode }) {
  return (
    <>
      <span role="gridcell" className={styles.name}>
        <Indent depth={index.depth[node] ?? 0} />
        <Toggle canOpen={hasInside(index, node)} isFolded={isFolded} />
        <span
          className={styles.missing}
          title={`Span ${current.parentSpanId} was not received, not sampled, or is older than the retention.`}
        >
          parent span {current.parentSpanId.slice(0, 8)} is not stored
        </span>
      </span>
      <span role="gridcell" />
      <span role="gridcell" className={styles.self} />
      <span role="gridcell" />
    </>
  );
}

/** The logs of the trace whose span is not stored, or that name none. */
export function UnattachedRow({
  index,
  node,
  isFolded,
  current,
}: RowProps & { readonly current: UnattachedNode }) {
  return (
    <>
      <span role="gridcell" className={styles.name}>
        <Toggle canOpen={hasInside(index, node)} isFolded={isFolded} />
        <span className={styles.groupName}>Logs without a stored span</span>
        <span className={styles.pill}>{plural(current.items.length, "log")}</span>
      </span>
      <span role="gridcell" />
      <span role="gridcell" className={styles.self} />
      <span role="gridcell" />
    </>
  );
}
