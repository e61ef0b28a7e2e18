import { ChevronRight, CircleX, ClockAlert, ScrollText } from "lucide-react";
import { useMemo } from "react";
import { formatCount, formatDuration, formatPercent, plural } from "../lib/format.ts";
import { NO_COLOR, type ServiceColor } from "../lib/service-color.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { cx } from "../ui/cx.ts";
import { colorStyle } from "../ui/text.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import { Indent } from "./indent.tsx";
import type { SkewedCall } from "./clock-skew.ts";
import { isOnPath } from "./critical-path.ts";
import { Stretches } from "./stretches.tsx";
import { toBar, toFraction, type TimeScale } from "./time-scale.ts";
import { hasInside, type SpanNode, type TraceItem } from "./trace-index.ts";
import { isFailureItem } from "./trace-rows.ts";
import { typicalWords, type Typical } from "./typical.ts";
import type { RowProps } from "./waterfall-row.tsx";
import styles from "./waterfall.module.css";

interface SpanRowProps extends RowProps {
  readonly current: SpanNode;
}

export function SpanRow(props: SpanRowProps) {
  const { index, node, current, scale, colors, isFolded, shows, typical } = props;
  const { span, isError, items } = current;
  const duration = index.durationNs[node] ?? 0;
  const color = colors.get(span.serviceName) ?? NO_COLOR;
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
        <Pills
          salvaged={current.salvaged}
          lateMs={props.lateMs}
          skew={index.insight.skew.find((call) => call.node === node)}
          spans={isFolded ? (index.subtreeEnd[node] ?? 0) - node - 1 : 0}
          logs={isFolded || !shows.items ? items.filter(({ kind }) => kind === "log").length : 0}
        />
      </span>
      <span
        role="gridcell"
        className={styles.number}
        title={durationTitle(duration / index.totalNs, duration, typical)}
      >
        {formatDuration(duration)}
      </span>
      <SelfTime index={index} node={node} />
      <span role="gridcell" className={styles.timeline}>
        <SpanBar
          scale={scale}
          startNs={index.startNs[node] ?? 0}
          durationNs={duration}
          isError={isError}
          color={color}
        />
        <TypicalTicks scale={scale} startNs={index.startNs[node] ?? 0} typical={typical} />
        {shows.gaps ? <Gaps index={index} node={node} scale={scale} /> : null}
        {shows.path ? (
          <PathLine index={index} node={node} scale={scale} isFolded={isFolded} />
        ) : null}
        <Ticks scale={scale} items={items} />
      </span>
    </>
  );
}

function durationTitle(share: number, durationNs: number, typical: Typical | undefined): string {
  const ofTrace = `${formatPercent(share)} of the trace`;
  return typical === undefined ? ofTrace : `${ofTrace}; ${typicalWords(durationNs, typical)}`;
}

interface PillsProps {
  /** Why the span is not where it asked to be. */
  readonly salvaged: string | undefined;
  readonly lateMs: number | undefined;
  readonly skew: SkewedCall | undefined;
  /** How many are hidden. */
  readonly spans: number;
  readonly logs: number;
}

function Pills({ salvaged, lateMs, skew, spans, logs }: PillsProps) {
  return (
    <>
      {salvaged === undefined ? null : (
        <span className={styles.pill} title={salvaged}>
          moved
        </span>
      )}
      {lateMs === undefined ? null : (
        <span className={styles.pill} title="It came while this page was open">
          arrived {formatDuration(lateMs * 1e6)} late
        </span>
      )}
      {skew === undefined ? null : (
        <span
          className={cx(styles.pill, styles.warnPill)}
          title={`The server starts ${formatDuration(skew.earlyNs)} before its client: the clock of ${toVisibleLine(skew.host)} is early`}
        >
          <ClockAlert size={11} aria-label="clock is early by" /> {formatDuration(skew.earlyNs)}
        </span>
      )}
      {spans > 0 ? <span className={styles.pill}>{plural(spans, "span")}</span> : null}
      {logs > 0 ? (
        <span className={styles.pill} title={plural(logs, "log")}>
          <ScrollText size={11} aria-hidden="true" /> {formatCount(logs)}
        </span>
      ) : null}
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
      data-testid="span-bar"
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

interface TypicalTicksProps {
  readonly scale: TimeScale;
  readonly startNs: number;
  readonly typical: Typical | undefined;
}

/** Where the span would usually have ended: half of its kind by the first mark, 95 % by the second. */
function TypicalTicks({ scale, startNs, typical }: TypicalTicksProps) {
  if (typical === undefined) return null;
  return [typical.p50Ns, typical.p95Ns].map((ns, i) => {
    const at = toFraction(scale, startNs + ns);
    if (at < 0 || at > 1) return null;
    return (
      <span
        key={i === 0 ? "p50" : "p95"}
        aria-hidden="true"
        className={cx(styles.typical, i === 1 && styles.typicalSlow)}
        style={{ left: `${at * 100}%` }}
      />
    );
  });
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

type PartProps = Pick<RowProps, "index" | "node" | "scale">;

/** Own time, where children took some of it; a leaf's is its duration. */
function SelfTime({ index, node }: Omit<PartProps, "scale">) {
  const selfNs = index.insight.own.selfNs[node] ?? 0;
  const isLeaf = (index.subtreeEnd[node] ?? 0) === node + 1;
  return (
    <span role="gridcell" className={styles.self} title="Own time, not covered by its children">
      {isLeaf ? "" : formatDuration(selfNs)}
    </span>
  );
}

/** What the request waited for: the span's own part of it, or all of its branch when that is closed. */
function PathLine({ index, node, scale, isFolded }: PartProps & { readonly isFolded: boolean }) {
  const { path } = index.insight;
  const stretches = useMemo(() => {
    const whole = { fromNs: path.subtreeFromNs[node] ?? 0, toNs: path.subtreeToNs[node] ?? 0 };
    if (isFolded) return [whole];
    const first = path.first[node] ?? 0;
    const count = (path.first[node + 1] ?? 0) - first;
    return Array.from({ length: count }, (_, i) => ({
      fromNs: path.fromNs[first + i] ?? 0,
      toNs: path.toNs[first + i] ?? 0,
    }));
  }, [path, node, isFolded]);
  if (!isOnPath(path, node)) return null;
  return <Stretches className={styles.path} scale={scale} stretches={stretches} />;
}

/** A gap as wide as this share of the screen has room for its words. */
const WORDS_SHARE = 0.2;

/** Long silent stretches of the bar: nothing ran in them that is known, and nothing was logged. */
function Gaps({ index, node, scale }: PartProps) {
  const gaps = index.insight.own.gaps.get(node) ?? [];
  return gaps.map(({ fromNs, toNs }) => {
    const bar = toBar(scale, fromNs, toNs - fromNs);
    if (bar === undefined) return null;
    const words = `unexplained ${formatDuration(toNs - fromNs)}`;
    return (
      <span
        key={fromNs}
        className={styles.gap}
        title={`${words}: no child span and no log in it`}
        style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}
      >
        {bar.width > WORDS_SHARE ? <span>{words}</span> : null}
      </span>
    );
  });
}
