import { Link } from "wouter";
import { formatExact, formatPercent, plural } from "../lib/format.ts";
import { NO_COLOR, type ServiceColor } from "../lib/service-color.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { curve, NODE, type Box, type Spot, type Spots } from "../map/geometry.ts";
import { cx } from "../ui/cx.ts";
import { colorStyle } from "../ui/text.tsx";
import { useUrl } from "../ui/use-url.ts";
import { callHref, serviceSpansHref } from "./calls-links.ts";
import type { CalledService, CallsBetween, TraceCalls } from "./trace-calls.ts";
import type { TraceModel } from "./trace-model.ts";
import styles from "./calls.module.css";

export interface DrawnCalls extends TraceCalls {
  readonly spots: Spots;
  readonly box: Box;
}

export interface CallsPartProps {
  readonly drawn: DrawnCalls;
  readonly index: TraceModel;
  readonly colors: ReadonlyMap<string, ServiceColor>;
}

/** One unit is one pixel, so that words keep their size; a larger map is scrolled. */
export function CallsDrawing({ drawn, index, colors }: CallsPartProps) {
  const { box } = drawn;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus
    <div
      className={styles.area}
      tabIndex={0}
      role="group"
      aria-label="Map of the trace"
      data-own-keys=""
    >
      <svg
        className={styles.svg}
        viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
        width={box.width}
        height={box.height}
      >
        <g aria-hidden="true">
          {drawn.calls.map((calls) => (
            <CallsLine key={nameOf(calls)} calls={calls} drawn={drawn} />
          ))}
        </g>
        {drawn.services.map((service) => (
          <ServiceNode
            key={service.name}
            service={service}
            spot={drawn.spots.of(service.name)}
            color={colors.get(service.name) ?? NO_COLOR}
          />
        ))}
        {drawn.calls.map((calls) => (
          <CallsLabel key={nameOf(calls)} calls={calls} drawn={drawn} index={index} />
        ))}
      </svg>
    </div>
  );
}

export function nameOf({ from, to }: CallsBetween): string {
  return JSON.stringify([from, to]);
}

const WIDTH_MIN_PX = 1.5;
const WIDTH_MAX_PX = 8;

interface LineProps {
  readonly calls: CallsBetween;
  readonly drawn: DrawnCalls;
}

/** As wide as the share of the trace's time in which one of the calls ran. */
function CallsLine({ calls, drawn }: LineProps) {
  const line = lineOf(drawn, calls);
  return (
    <path
      d={line.path}
      className={calls.errorCount > 0 ? styles.failingLine : styles.callLine}
      strokeWidth={WIDTH_MIN_PX + (WIDTH_MAX_PX - WIDTH_MIN_PX) * calls.timeShare}
    />
  );
}

function lineOf({ spots }: DrawnCalls, { from, to }: CallsBetween) {
  return curve(spots.of(from), spots.of(to), spots.between(from, to));
}

const NAME_CHARS_MAX = 18;
const EDGE_PX = 6;

interface ServiceNodeProps {
  readonly service: CalledService;
  readonly spot: Spot;
  readonly color: ServiceColor;
}

/** A service with its part of the work; a link to its spans. */
function ServiceNode({ service, spot, color }: ServiceNodeProps) {
  const { search } = useUrl();
  const { name, spanCount, errorCount, selfShare } = service;
  const { width, height } = NODE;
  const failed = errorCount === 0 ? "" : `✕ ${formatExact(errorCount)}`;
  return (
    <Link
      href={serviceSpansHref(search, name)}
      className={styles.node}
      data-testid="call-node"
      aria-label={`${name === "" ? "unknown service" : toVisibleLine(name)}, ${plural(spanCount, "span")}, ${plural(errorCount, "error")}, ${formatPercent(selfShare)} of the work: find its spans`}
    >
      <g transform={`translate(${spot.x} ${spot.y})`} style={colorStyle(color)}>
        <rect className={styles.outline} width={width} height={height} rx={6} />
        <rect className={styles.swatch} x={12} y={13} width={8} height={8} rx={2} />
        {/* Cut where something else begins: letters are not of one width. */}
        <svg
          x={26}
          width={width - 26 - (failed === "" ? EDGE_PX : failed.length * 7 + 14)}
          height={height}
        >
          <text className={styles.serviceName} y={21}>
            {name === "" ? "unknown service" : toVisibleLine(name, NAME_CHARS_MAX)}
          </text>
        </svg>
        <text className={styles.figures} x={12} y={37}>
          {plural(spanCount, "span")} · {formatPercent(selfShare)} of the work
        </text>
        {failed === "" ? null : (
          <text className={styles.failedText} x={width - 12} y={21} textAnchor="end">
            {failed}
          </text>
        )}
        <rect
          className={styles.work}
          x={1}
          y={height - 4}
          width={Math.max(0, (width - 2) * selfShare)}
          height={3}
          rx={1.5}
        />
      </g>
    </Link>
  );
}

interface LabelProps extends LineProps {
  readonly index: TraceModel;
}

/** How many calls and how much of the time; a link to the longest of them. */
function CallsLabel({ calls, drawn, index }: LabelProps) {
  const { search } = useUrl();
  const { x, y } = lineOf(drawn, calls);
  const failed = calls.errorCount === 0 ? "" : ` ✕ ${formatExact(calls.errorCount)}`;
  const words = `${plural(calls.calls, "call")} · ${formatPercent(calls.timeShare)}`;
  const width = (words.length + failed.length) * 5.9 + 18;
  return (
    <Link
      href={callHref(search, index, calls)}
      className={styles.node}
      data-testid="call-label"
      aria-label={`${toVisibleLine(calls.from)} calls ${toVisibleLine(calls.to)}: ${plural(calls.calls, "call")}, ${plural(calls.errorCount, "error")}, ${formatPercent(calls.timeShare)} of the time. Open the longest`}
    >
      <g transform={`translate(${x} ${y})`}>
        <rect
          className={cx(styles.labelBox, failed !== "" && styles.failingBox)}
          x={-width / 2}
          y={-12}
          width={width}
          height={24}
          rx={12}
        />
        <text className={styles.labelText} textAnchor="middle" y={4}>
          {words}
          <tspan className={styles.failedText}>{failed}</tspan>
        </text>
      </g>
    </Link>
  );
}
