import { ChevronRight, CircleX, ScrollText } from "lucide-react";
import { formatCount, formatDuration, formatPercent, plural } from "../lib/format.ts";
import type { ServiceColor } from "../lib/service-color.ts";
import { cx } from "../ui/cx.ts";
import { colorStyle } from "../ui/text.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import { Indent } from "./indent.tsx";
import { toBar, toFraction, type TimeScale } from "./time-scale.ts";
import { hasInside, type SpanNode, type TraceItem } from "./trace-index.ts";
import { isFailureItem } from "./trace-rows.ts";
import type { RowProps } from "./waterfall-row.tsx";
import styles from "./waterfall.module.css";

interface SpanRowProps extends RowProps {
  readonly current: SpanNode;
}

const NO_COLOR: ServiceColor = { index: 0, hatched: false };

export function SpanRow({
  index,
  node,
  current,
  scale,
  colors,
  isFolded,
  showsItems,
}: SpanRowProps) {
  const { span, isError, items } = current;
  const duration = index.durationNs[node] ?? 0;
  const color = colors.get(span.serviceName) ?? NO_COLOR;
  const hidden = isFolded ? (index.subtreeEnd[node] ?? 0) - node - 1 : 0;
  const hiddenLogs =
    isFolded || !showsItems ? items.filter(({ kind }) => kind === "log").length : 0;
  return (
    <>
      <span role="gridcell" className={styles.name} style={colorStyle(color)}>
        <Indent depth={index.depth[node] ?? 0} />
        <Toggle canOpen={hasInside(index, node)} isFolded={isFolded} />
        <span className={cx(styles.swatch, color.hatched && styles.hatched)} aria-hidden="true" />
        {isError ? (
          <span className={styles.errorMark}>
            <CircleX size={13} aria-label="error" />
          </span>
        ) : null}
        <span className={styles.service}>
          <OneLine text={span.serviceName} />
        </span>
        <span className={styles.spanName}>
          <OneLine text={span.name} />
        </span>
        {current.salvaged === undefined ? null : (
          <span className={styles.pill} title={current.salvaged}>
            moved
          </span>
        )}
        {hidden > 0 ? <span className={styles.pill}>{plural(hidden, "span")}</span> : null}
        {hiddenLogs > 0 ? (
          <span className={styles.pill} title={plural(hiddenLogs, "log")}>
            <ScrollText size={11} aria-hidden="true" /> {formatCount(hiddenLogs)}
          </span>
        ) : null}
      </span>
      <span
        role="gridcell"
        className={styles.number}
        title={`${formatPercent(duration / index.totalNs)} of the trace`}
      >
        {formatDuration(duration)}
      </span>
      <span role="gridcell" className={styles.timeline}>
        <SpanBar
          scale={scale}
          startNs={index.startNs[node] ?? 0}
          durationNs={duration}
          isError={isError}
          color={color}
        />
        <Ticks scale={scale} items={items} />
      </span>
    </>
  );
}

interface ToggleProps {
  readonly canOpen: boolean;
  readonly isFolded: boolean;
}

/** The mouse's way to open and close; the row itself says it to a screen reader, the arrow keys do it. */
export function Toggle({ canOpen, isFolded }: ToggleProps) {
  if (!canOpen) return <span className={styles.toggle} />;
  return (
    <span className={cx(styles.toggle, styles.canToggle)} data-toggle="" aria-hidden="true">
      <ChevronRight size={14} className={cx(!isFolded && styles.open)} />
    </span>
  );
}

interface SpanBarProps {
  readonly scale: TimeScale;
  readonly startNs: number;
  readonly durationNs: number;
  readonly isError: boolean;
  readonly color: ServiceColor;
}

function SpanBar({ scale, startNs, durationNs, isError, color }: SpanBarProps) {
  const bar = toBar(scale, startNs, durationNs);
  if (bar === undefined) {
    const isLater = startNs > scale.fromNs;
    return (
      <span className={cx(styles.outside, isLater && styles.outsideRight)} aria-hidden="true" />
    );
  }
  return (
    <span
      aria-hidden="true"
      className={cx(
        styles.bar,
        color.hatched && styles.hatched,
        isError && styles.errorBar,
        bar.openStart && styles.openStart,
        bar.openEnd && styles.openEnd,
      )}
      style={{ ...colorStyle(color), left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}
    />
  );
}

const TICKS_MAX = 60;

/** Where on the bar something was logged; failures are taller and red, and survive when there are too many. */
function Ticks({
  scale,
  items,
}: {
  readonly scale: TimeScale;
  readonly items: readonly TraceItem[];
}) {
  if (items.length === 0) return null;
  const ranked =
    items.length > TICKS_MAX
      ? items.toSorted((a, b) => Number(isFailureItem(b)) - Number(isFailureItem(a)))
      : items;
  return ranked.slice(0, TICKS_MAX).map((item) => {
    const at = toFraction(scale, item.atNs);
    if (at < 0 || at > 1) return null;
    return (
      <span
        key={item.key}
        aria-hidden="true"
        className={cx(styles.mark, isFailureItem(item) && styles.failureMark)}
        style={{ left: `${at * 100}%` }}
      />
    );
  });
}
