import { CircleX } from "lucide-react";
import { Link } from "wouter";
import { formatDuration, plural, shortId } from "../lib/format.ts";
import { describeRange, type TimeRange } from "../lib/time-range.ts";
import { traceHref } from "../lib/url-state.ts";
import { longestRoot } from "../trace/critical-path.ts";
import type { LoadedTrace } from "../trace/load-trace.ts";
import { inWords } from "../trace/typical.ts";
import { MomentText, Service } from "../ui/text.tsx";
import { useNow } from "../ui/use-now.ts";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import styles from "./compare.module.css";

interface SidesProps {
  readonly a: LoadedTrace;
  readonly b: LoadedTrace | undefined;
  readonly usualRange: TimeRange | undefined;
  readonly usualEnvironment: string;
}

/** What is compared with what. */
export function Sides({ a, b, usualRange, usualEnvironment }: SidesProps) {
  const nowMs = useNow();
  return (
    <div className={styles.sides}>
      <TraceSide letter="A" trace={a} />
      {b === undefined ? (
        <section className={styles.side} aria-label="Compared with">
          <span className={styles.letterB}>B</span>
          <b>What is usual</b>
          <span className={styles.muted}>
            p50 and p95 of each operation{inWords(usualEnvironment)}
            {usualRange === undefined ? "" : `, ${describeRange(usualRange, nowMs)}`}
          </span>
        </section>
      ) : (
        <TraceSide letter="B" trace={b} />
      )}
    </div>
  );
}

interface TraceSideProps {
  readonly letter: "A" | "B";
  readonly trace: LoadedTrace;
}

function TraceSide({ letter, trace }: TraceSideProps) {
  const { search } = useUrl();
  const { model } = trace;
  const root = model.nodes[longestRoot(model)];
  return (
    <section className={styles.side} aria-label={`Trace ${letter}`}>
      <span className={letter === "A" ? styles.letterA : styles.letterB}>{letter}</span>
      {root?.kind === "span" ? (
        <>
          <Service name={root.span.serviceName} />
          <Link href={traceHref(search, { traceId: model.traceId })}>
            <OneLine text={root.span.name} />
          </Link>
        </>
      ) : (
        <Link href={traceHref(search, { traceId: model.traceId })}>{shortId(model.traceId)}</Link>
      )}
      <b>{formatDuration(model.totalNs)}</b>
      <span className={styles.muted}>{plural(trace.spanCount, "span")}</span>
      {model.errorCount === 0 ? null : (
        <span className={styles.failed}>
          <CircleX size={13} aria-hidden="true" /> {plural(model.errorCount, "error")}
        </span>
      )}
      <MomentText nanos={model.traceStart} />
    </section>
  );
}
