import type { TraceFinding } from "@throughline/query/wire";
import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { memo, useMemo } from "react";
import { Link } from "wouter";
import { formatCount, formatDuration, plural, shortId } from "../lib/format.ts";
import { logsHref } from "../lib/url-state.ts";
import { toOneLine, toVisibleLine } from "../lib/visible-text.ts";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { CopyButton } from "../ui/controls.tsx";
import { useServiceColors } from "../ui/service-colors.tsx";
import { MomentText, Service } from "../ui/text.tsx";
import { ClockNotice } from "./clock-notice.tsx";
import { logsRangeOf } from "./logs-range.ts";
import type { LoadedTrace } from "./load-trace.ts";
import { inWords, rootOf, typicalOf, typicalWords, type Typicals } from "./typical.ts";
import { verdictWords, type VerdictWords } from "./verdict-words.ts";
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
  readonly typicals: Typicals;
  /** In which they were counted; empty for all. */
  readonly environment: string | undefined;
  /** Why logs and attributes could not be read. */
  readonly problem: string | undefined;
}

/** The trace in one line: how long, how much, who, when; and what is missing. */
export const TraceHeader = memo(function TraceHeader(props: TraceHeaderProps) {
  const { trace, index, typicals, environment, problem } = props;
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
        <TypicalLine index={index} typicals={typicals} environment={environment} />
      </dl>
      <TraceServices index={index} />
      <Verdict trace={trace} index={index} problem={problem} />
      <ClockNotice calls={index.insight.skew} />
      <BlameLine index={index} />
    </section>
  );
});

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

interface VerdictProps {
  readonly trace: LoadedTrace;
  readonly index: TraceModel;
  readonly problem: string | undefined;
}

const FINDINGS_MAX = 3;

/** Whether the trace is whole, and what speaks against it; a click goes to where. */
function Verdict({ trace, index, problem }: VerdictProps) {
  const { replace } = useUrl();
  const words = [
    ...verdictWords(trace.verdict),
    ...(trace.meta.complete || hasFinding(trace, "truncated")
      ? []
      : [note(trace.meta.reason ?? "the trace is cut short")]),
    ...(problem === undefined ? [] : [note(`logs and attributes could not be read: ${problem}`)]),
  ];
  const isWhole = trace.verdict?.complete === true && words.every(({ isWarning }) => !isWarning);
  return (
    <>
      {isWhole ? (
        <span
          className={styles.whole}
          title="Nothing speaks against it: one root, no parent missing"
        >
          <CircleCheck size={14} aria-hidden="true" /> complete
        </span>
      ) : null}
      {words.slice(0, FINDINGS_MAX).map(({ text, title, spanId, isWarning }) => {
        const node = spanId === undefined ? undefined : index.nodeByKey.get(spanId);
        const content = (
          <>
            <TriangleAlert size={14} aria-hidden="true" /> <OneLine text={text} />
          </>
        );
        const className = isWarning ? styles.gaps : styles.noted;
        return node === undefined ? (
          <span key={`${text} ${title}`} className={className} title={title}>
            {content}
          </span>
        ) : (
          <button
            key={`${text} ${title}`}
            type="button"
            className={className}
            title={title}
            onClick={() => replace({ span: index.nodes[node]?.key, log: undefined })}
          >
            {content}
          </button>
        );
      })}
      {words.length > FINDINGS_MAX ? (
        <span
          className={styles.noted}
          title={words
            .slice(FINDINGS_MAX)
            .map(({ text }) => toVisibleLine(text))
            .join("; ")}
        >
          and {words.length - FINDINGS_MAX} more
        </span>
      ) : null}
    </>
  );
}

function note(text: string): VerdictWords {
  return { text, title: "", spanId: undefined, isWarning: true };
}

function hasFinding({ verdict }: LoadedTrace, kind: TraceFinding["kind"]): boolean {
  return verdict?.findings.some((finding) => finding.kind === kind) === true;
}

type TypicalLineProps = Pick<TraceHeaderProps, "index" | "typicals" | "environment">;

/** Where the request stands among its like, and what to do with it next. */
function TypicalLine({ index, typicals, environment = "" }: TypicalLineProps) {
  const root = rootOf(index);
  const typical = typicalOf(typicals, root);
  if (typical === undefined || root === undefined) return null;
  const durationNs = index.durationNs[index.nodeByKey.get(root.key) ?? 0] ?? 0;
  return (
    <Fact name="Compared with usual">
      <span
        className={styles.usual}
        title={`${formatCount(typical.requests)} requests${inWords(environment)} in the hour before it ended`}
      >
        {typicalWords(durationNs, typical)}
      </span>
    </Fact>
  );
}
