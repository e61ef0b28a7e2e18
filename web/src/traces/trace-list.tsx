import { CircleX, TriangleAlert } from "lucide-react";
import { memo, useMemo } from "react";
import { Link } from "wouter";
import type { TraceSummary } from "@throughline/query/wire";
import { formatCount, formatDuration, formatExact, plural } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import type { ServiceColor } from "../lib/service-color.ts";
import { traceHref } from "../lib/url-state.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { cx } from "../ui/cx.ts";
import { useServiceColors } from "../ui/service-colors.tsx";
import { MomentText, Service } from "../ui/text.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import { verdictWords } from "../trace/verdict-words.ts";
import { TraceStrip } from "./trace-strip.tsx";
import styles from "./traces.module.css";

interface TraceListProps {
  readonly traces: readonly TraceSummary[];
  /** Nanoseconds of the longest, which has the full bar. */
  readonly longest: number;
  readonly search: string;
  /** In words: `newest first`. */
  readonly order: string;
}

export function TraceList({ traces, longest, search, order }: TraceListProps) {
  const colors = useServiceColors(
    useMemo(() => traces.flatMap(({ services }) => services.map(({ name }) => name)), [traces]),
  );
  return (
    <div role="table" aria-label={`Traces, ${order}`} className={styles.table}>
      <div role="row" className={cx(styles.row, styles.head)}>
        <span role="columnheader">Started</span>
        <span role="columnheader">Request</span>
        <span role="columnheader" className={styles.number}>
          Duration
        </span>
        <span role="columnheader" className={styles.number}>
          Spans
        </span>
        <span role="columnheader" className={styles.number}>
          Logs
        </span>
        <span role="columnheader" className={styles.number}>
          Errors
        </span>
        <span role="columnheader">Services</span>
      </div>
      {traces.map((trace) => (
        <TraceRow
          key={trace.traceId}
          trace={trace}
          longest={longest}
          search={search}
          colors={colors}
        />
      ))}
    </div>
  );
}

interface TraceRowProps extends Omit<TraceListProps, "traces" | "order"> {
  readonly trace: TraceSummary;
  readonly colors: ReadonlyMap<string, ServiceColor>;
}

const TraceRow = memo(function TraceRow({ trace, longest, search, colors }: TraceRowProps) {
  const duration = parseNanos(trace.durationNano);
  const failed = trace.errorCount > 0;
  return (
    <div
      role="row"
      data-testid="trace-row"
      data-trace-id={trace.traceId}
      className={cx(styles.row, styles.body)}
    >
      <span role="cell">
        <MomentText nanos={parseNanos(trace.startTimeUnixNano)} />
      </span>
      <span role="cell" className={styles.request}>
        <Verdict trace={trace} />
        <Link href={traceHref(search, { traceId: trace.traceId })} className={styles.link}>
          <TraceName trace={trace} />
        </Link>
      </span>
      <span role="cell" className={styles.duration}>
        <TraceStrip trace={trace} share={Number(duration) / longest} colors={colors} />
        <span className={styles.durationText}>{formatDuration(duration)}</span>
      </span>
      <Count count={trace.spanCount} />
      <Count count={trace.logCount} />
      <span role="cell" className={cx(styles.number, failed && styles.errors)}>
        {failed ? (
          <>
            <CircleX size={13} aria-hidden="true" /> {formatCount(trace.errorCount)}
          </>
        ) : (
          <span className={styles.none}>0</span>
        )}
      </span>
      <span role="cell" className={styles.services}>
        <ServiceChips services={trace.services} colors={colors} />
      </span>
    </div>
  );
});

/** What speaks against the trace being whole. */
function Verdict({ trace }: { readonly trace: TraceSummary }) {
  const words = verdictWords(trace.verdict).filter(({ isWarning }) => isWarning);
  if (words.length === 0) return null;
  const said = words.map(({ text }) => toVisibleLine(text)).join("; ");
  return (
    <span className={styles.verdict} title={said} data-testid="trace-verdict">
      <TriangleAlert size={13} aria-hidden="true" />
      <span className="visually-hidden">Not whole: {said}. </span>
    </span>
  );
}

function TraceName({ trace }: { readonly trace: TraceSummary }) {
  if (trace.rootName === "" && trace.rootServiceName === "")
    return (
      <span className={styles.noRoot}>
        {trace.spanCount === 0 ? "Logs only, no span stored" : "Root span not stored"}
      </span>
    );
  return (
    <>
      <span className={styles.rootService}>
        <OneLine text={trace.rootServiceName} />
      </span>{" "}
      <OneLine text={trace.rootName} />
    </>
  );
}

function Count({ count }: { readonly count: number }) {
  return (
    <span role="cell" className={styles.number} title={formatExact(count)}>
      {count === 0 ? <span className={styles.none}>0</span> : formatCount(count)}
    </span>
  );
}

const CHIPS_MAX = 4;

function ServiceChips({
  services,
  colors,
}: {
  readonly services: TraceSummary["services"];
  readonly colors: ReadonlyMap<string, ServiceColor>;
}) {
  const shown = services.slice(0, CHIPS_MAX);
  return (
    <>
      {shown.map(({ name, spanCount }) => (
        <span key={name} title={plural(spanCount, "span")}>
          <Service name={name} color={colors.get(name)} chip />
        </span>
      ))}
      {services.length > CHIPS_MAX ? (
        <span
          className={styles.more}
          title={services
            .slice(CHIPS_MAX)
            .map(({ name }) => toVisibleLine(name))
            .join(", ")}
        >
          +{services.length - CHIPS_MAX}
        </span>
      ) : null}
    </>
  );
}
