import { memo } from "react";
import type { ServiceColor } from "../lib/service-color.ts";
import { cx } from "../ui/cx.ts";
import { GroupRow } from "./group-row.tsx";
import { ItemRow, MoreRow } from "./item-row.tsx";
import { RunRow } from "./run-row.tsx";
import { MissingRow, UnattachedRow } from "./placeholder-rows.tsx";
import { SpanRow } from "./span-row.tsx";
import type { TimeScale } from "./time-scale.ts";
import { hasInside } from "./trace-index.ts";
import type { Typical } from "./typical.ts";
import type { TraceModel } from "./trace-model.ts";
import { groupOf, MORE_ITEMS, NODE_ITSELF, runOf, SIMILAR_GROUP } from "./trace-rows.ts";
import { rowLabel } from "./row-label.ts";
import styles from "./waterfall.module.css";

/** What rows show besides names and bars. */
export interface Shows {
  readonly items: boolean;
  readonly path: boolean;
  readonly gaps: boolean;
}

export interface RowProps {
  readonly id: string;
  readonly index: TraceModel;
  readonly node: number;
  /** As in {@link TraceRows}. */
  readonly item: number;
  readonly row: number;
  readonly scale: TimeScale;
  readonly colors: ReadonlyMap<string, ServiceColor>;
  /** How long the span's operation usually takes, where that is known. */
  readonly typical: Typical | undefined;
  /** Of a span that came while the trace was open. */
  readonly lateMs: number | undefined;
  readonly isFolded: boolean;
  readonly isSelected: boolean;
  readonly isCursor: boolean;
  readonly isMatch: boolean;
  readonly shows: Shows;
}

export const ROW_PX = 24;

/** One row of any kind: its place, its role in the tree, and what it says when read aloud. */
export const WaterfallRow = memo(function WaterfallRow(props: RowProps) {
  const { index, node, item, row } = props;
  const isNode = item === NODE_ITSELF;
  const isGroup = item === SIMILAR_GROUP;
  const isRun = runOf(index, { node, item }) !== undefined;
  const level = (index.depth[node] ?? 0) + (isNode || isGroup ? 1 : 2);
  const current = index.nodes[node];
  return (
    <div
      id={props.id}
      role="row"
      aria-rowindex={row + 2}
      aria-level={level}
      aria-selected={props.isSelected}
      aria-label={rowLabel(index, node, item)}
      {...(isNode ? treeAttributes(props) : {})}
      {...(isGroup || isRun ? { "aria-expanded": !props.isFolded } : {})}
      {...testAttributes(props)}
      data-row={row}
      className={cx(
        styles.row,
        styles.body,
        props.isSelected && styles.selected,
        props.isCursor && styles.cursor,
        props.isMatch && styles.match,
        current?.kind === "span" && current.isError && isNode && styles.errorRow,
      )}
      style={{ transform: `translateY(${row * ROW_PX}px)` }}
    >
      <RowContent {...props} />
    </div>
  );
});

function treeAttributes({ index, node, isFolded }: RowProps) {
  return {
    "aria-posinset": index.position[node],
    "aria-setsize": index.siblings[node],
    ...(hasInside(index, node) ? { "aria-expanded": !isFolded } : {}),
  };
}

/** Hooks for tests: which span a row belongs to. */
function testAttributes({ index, node, item }: RowProps) {
  const current = index.nodes[node];
  const spanId = current?.kind === "span" ? current.span.spanId : "";
  if (item === MORE_ITEMS) return { "data-testid": "more-row", "data-span-id": spanId };
  if (item === SIMILAR_GROUP) return { "data-testid": "similar-row", "data-span-id": spanId };
  if (runOf(index, { node, item }) !== undefined)
    return { "data-testid": "lines-row", "data-span-id": spanId };
  if (item !== NODE_ITSELF) {
    const isLog = current?.items[item]?.kind === "log";
    return { "data-testid": isLog ? "trace-log-row" : "trace-event-row", "data-span-id": spanId };
  }
  return {
    "data-testid": current?.kind === "span" ? "span-row" : `${current?.kind}-row`,
    "data-span-id": spanId,
  };
}

function RowContent(props: RowProps) {
  const current = props.index.nodes[props.node];
  if (current === undefined) return null;
  if (props.item === MORE_ITEMS) return <MoreRow {...props} />;
  if (props.item === SIMILAR_GROUP) {
    const group = groupOf(props.index, props.node);
    return group === undefined ? null : <GroupRow {...props} group={group} />;
  }
  const run = runOf(props.index, props);
  if (run !== undefined) return <RunRow {...props} run={run} current={current} />;
  if (props.item !== NODE_ITSELF) {
    const item = current.items[props.item];
    return item === undefined ? null : <ItemRow {...props} entry={item} />;
  }
  if (current.kind === "span") return <SpanRow {...props} current={current} />;
  if (current.kind === "missing") return <MissingRow {...props} current={current} />;
  return <UnattachedRow {...props} current={current} />;
}
