import { CircleX, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { Link } from "wouter";
import { formatDuration, plural, shortId } from "../lib/format.ts";
import { logsHref } from "../lib/url-state.ts";
import { toOneLine } from "../lib/visible-text.ts";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { CopyButton } from "../ui/controls.tsx";
import { useServiceColors } from "../ui/service-colors.tsx";
import { MomentText, Service } from "../ui/text.tsx";
import { ClockNotice } from "./clock-notice.tsx";
import { logsRangeOf } from "./trace-index.ts";
import type { LoadedTrace } from "./load-trace.ts";
import type { TraceModel } from "./trace-model.ts";
import styles from "./trace.module.css";

/** Beside the heading: whether the request failed. */
export function TraceStatus({ index }: { readonly index: TraceModel }) {
  if (index.errorCount === 0) return null;
  return (
    <span className={styles.failed}>
      <CircleX size={14} aria-hidden="true" /> {plural(index.errorCount, "error")}
    </span>
  );
}

interface TraceHeaderProps {
  readonly trace: LoadedTrace;
  readonly index: TraceModel;
}

/** The trace in one line: how long, how much, who, when; and what is missing. */
export function TraceHeader({ trace, index }: TraceHeaderProps) {
  return (
    <section className={styles.facts} aria-label="Trace">
      <dl>
        <Fact name="Duration">
          <b>{trace.spanCount === 0 ? "no span stored" : formatDuration(index.totalNs)}</b>
        </Fact>
        <Fact name="Started">
          <MomentText nanos={index.traceStart} />
        </Fact>
        <Fact name="Spans">{plural(trace.spanCount, "span")}</Fact>
        <Fact name="Logs">
          <Link href={logsHref(logsRangeOf(index), { traceId: index.traceId })}>
            {plural(index.logCount, "log")}
          </Link>
        </Fact>
        <Fact name="Trace id">
          <code title={index.traceId}>{shortId(index.traceId)}</code>
          <CopyButton text={index.traceId} what="trace id" />
        </Fact>
      </dl>
      <TraceServices index={index} />
      <Gaps trace={trace} />
      <ClockNotice calls={index.insight.skew} />
      <BlameLine index={index} />
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt className="visually-hidden">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const SERVICES_MAX = 8;

function TraceServices({ index }: { readonly index: TraceModel }) {
  const colors = useServiceColors(useMemo(() => index.services.map(({ name }) => name), [index]));
  return (
    <ul className={styles.services} aria-label="Services">
      {index.services.slice(0, SERVICES_MAX).map(({ name, spanCount }) => (
        <li key={name} title={plural(spanCount, "span")}>
          <Service name={name} color={colors.get(name)} chip />
        </li>
      ))}
      {index.services.length > SERVICES_MAX ? (
        <li>+{index.services.length - SERVICES_MAX}</li>
      ) : null}
    </ul>
  );
}

const REASON_CHARS_MAX = 140;

/** The failure in one sentence, and the way to where it began. */
function BlameLine({ index }: { readonly index: TraceModel }) {
  const { replace } = useUrl();
  const { blame } = index.insight;
  if (blame === undefined) return null;
  const levels = blame.levelsDown === 0 ? "" : `, ${plural(blame.levelsDown, "level")} down`;
  return (
    <button
      type="button"
      className={styles.blame}
      title="Go to where it began (e)"
      onClick={() => replace({ span: index.nodes[blame.node]?.key, log: undefined })}
    >
      <CircleX size={14} aria-hidden="true" />
      <span>
        {blame.failedRequest ? "failed in " : "error in "}
        <b>
          <OneLine text={blame.service} />
        </b>
        : <OneLine text={toOneLine(blame.reason, REASON_CHARS_MAX)} />
        {levels}
      </span>
    </button>
  );
}

/** What is known to be missing. Silence here means the trace is whole. */
function Gaps({ trace }: { readonly trace: LoadedTrace }) {
  const gaps: string[] = [];
  if (trace.missingParents.length > 0)
    gaps.push(`${plural(trace.missingParents.length, "parent span")} not stored`);
  if (!trace.meta.complete) gaps.push(trace.meta.reason ?? "the trace is cut short");
  if (gaps.length === 0) return null;
  return (
    <p className={styles.gaps}>
      <TriangleAlert size={14} aria-hidden="true" /> {gaps.join("; ")}
    </p>
  );
}
