import { CircleX } from "lucide-react";
import { Link } from "wouter";
import type { Span } from "@throughline/query/wire";
import { formatDuration, formatPercent } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import { toSeverity } from "../lib/severity.ts";
import { logsHref, traceHref, tracesHref } from "../lib/url-state.ts";
import { Id } from "../ui/log-details.tsx";
import {
  AttributePairs,
  Beginning,
  CopyAll,
  FoldedSection,
  LongText,
  Pair,
  Pairs,
  Section,
  SidePanel,
} from "../ui/panel.tsx";
import { MomentText, Service, SeverityBadge } from "../ui/text.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import { useUrl } from "../ui/use-url.ts";
import styles from "../ui/panel.module.css";
import { aroundSpanHref } from "./around.ts";
import { AttributeList, PinnedAttributes } from "./attribute-list.tsx";
import { logsRangeOf } from "./logs-range.ts";
import type { SpanNode } from "./trace-index.ts";
import type { TracePanelProps } from "./trace-panel.tsx";

interface SpanPanelProps extends TracePanelProps {
  readonly node: SpanNode;
  /** Its attributes are still on their way. */
  readonly pending?: boolean;
  /** Why they could not be had. */
  readonly problem?: string | undefined;
}

/** Everything a span holds; what failed comes first. */
export function SpanPanel(props: SpanPanelProps) {
  const { index, place, node, colors, onSelect, onClose, pending = false, problem } = props;
  const { span } = node;
  const { search } = useUrl();
  return (
    <SidePanel
      label="Span"
      over={
        <>
          <Service name={span.serviceName} color={colors.get(span.serviceName)} />
          <span>{span.kind.toLowerCase()}</span>
          {node.isError ? (
            <span className={styles.error}>
              <CircleX size={13} aria-hidden="true" /> error
            </span>
          ) : null}
        </>
      }
      title={<OneLine text={span.name} />}
      onClose={onClose}
    >
      <Failure span={span} />
      <Section
        title="Span"
        aside={
          <Link href={aroundSpanHref(span)} title="a">
            Logs of <OneLine text={span.serviceName} /> ±30 s
          </Link>
        }
      >
        <SpanFacts index={index} number={place.node} node={node} />
      </Section>
      <PinnedAttributes index={index} attributes={span.attributes} resource={span.resource} />
      <SpanLogs node={node} nodeNumber={place.node} index={index} onSelect={onSelect} />
      <Section
        title="Attributes"
        count={Object.keys(span.attributes).length}
        aside={
          <Link href={tracesHref(search, { service: span.serviceName, operation: span.name })}>
            Traces like this
          </Link>
        }
      >
        {pending ? <p className={styles.count}>Loading…</p> : null}
        {problem === undefined ? null : <p role="alert">{problem}</p>}
        <AttributeList index={index} attributes={span.attributes} kind="attribute" />
      </Section>
      <SpanLinks span={span} />
      <SpanEvents span={span} />
      <FoldedSection title="Resource" count={Object.keys(span.resource).length}>
        <AttributeList index={index} attributes={span.resource} kind="resource" />
      </FoldedSection>
      <ScopeSection span={span} />
    </SidePanel>
  );
}

/** A longer name may be cut in the title. */
const TITLE_CHARS = 90;

interface SpanFactsProps {
  readonly index: TracePanelProps["index"];
  readonly number: number;
  readonly node: SpanNode;
}

function SpanFacts({ index, number, node }: SpanFactsProps) {
  const { span } = node;
  return (
    <Pairs>
      {span.name.length > TITLE_CHARS ? (
        <Pair name="name" copy={span.name}>
          <LongText text={span.name} />
        </Pair>
      ) : null}
      <Pair name="duration">
        {formatDuration(parseNanos(span.durationNano))}{" "}
        <span className={styles.count}>
          {formatPercent((index.durationNs[number] ?? 0) / index.totalNs)} of trace
        </span>
      </Pair>
      {(index.subtreeEnd[number] ?? 0) > number + 1 ? (
        <Pair name="own time">
          {formatDuration(index.insight.own.selfNs[number] ?? 0)}{" "}
          <span className={styles.count}>not in children</span>
        </Pair>
      ) : null}
      <Pair name="started">
        <MomentText nanos={parseNanos(span.startTimeUnixNano)} />
      </Pair>
      <Pair name="since trace start">+{formatDuration(index.startNs[number] ?? 0)}</Pair>
      <Pair name="status">{span.status.code}</Pair>
      <Id name="span id" id={span.spanId} />
      <Id name="parent id" id={span.parentSpanId} />
      {node.salvaged === undefined ? null : <Pair name="note">{node.salvaged}</Pair>}
    </Pairs>
  );
}

const STACK_CHARS_MAX = 20_000;

/** The exception, or the status message where none was recorded. */
function Failure({ span }: { readonly span: Span }) {
  const exception = span.events.find(({ name }) => name === "exception")?.attributes;
  if (exception === undefined && span.status.message === "") return null;
  const stack = exception?.["exception.stacktrace"] ?? "";
  const message = exception?.["exception.message"] ?? span.status.message;
  return (
    <section className={styles.section}>
      <div className={styles.exception}>
        <strong>
          <CircleX size={14} aria-hidden="true" />
          <OneLine
            text={
              exception?.["exception.type"] ?? (span.status.code === "Error" ? "Error" : "Status")
            }
          />
        </strong>
        <LongText text={message} />
        {stack === "" ? null : (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus
          <pre tabIndex={0} aria-label="Stack trace" data-own-keys="">
            <Beginning text={stack} charsMax={STACK_CHARS_MAX} />
          </pre>
        )}
        {stack.length > STACK_CHARS_MAX ? <CopyAll text={stack} /> : null}
      </div>
    </section>
  );
}

const LOGS_SHOWN = 12;

interface SpanLogsProps {
  readonly node: SpanNode;
  readonly nodeNumber: number;
  readonly index: TracePanelProps["index"];
  readonly onSelect: TracePanelProps["onSelect"];
}

function SpanLogs({ node, nodeNumber, index, onSelect }: SpanLogsProps) {
  const logs = node.items.flatMap((item, number) =>
    item.kind === "log" ? [{ item, number }] : [],
  );
  if (logs.length === 0) return null;
  return (
    <Section
      title="Logs"
      count={logs.length}
      aside={
        <Link
          href={logsHref(logsRangeOf(index), { traceId: index.traceId, spanId: node.span.spanId })}
        >
          Open in logs
        </Link>
      }
    >
      <ul className={styles.items}>
        {logs.slice(0, LOGS_SHOWN).map(({ item, number }) => (
          <li key={item.key}>
            <button type="button" onClick={() => onSelect({ node: nodeNumber, item: number })}>
              <SeverityBadge
                severity={toSeverity(item.log.severityNumber, item.log.severityText)}
              />
              <span className={styles.body}>
                <OneLine text={item.log.body} />
              </span>
              <span className={styles.at}>+{formatDuration(item.atNs)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function SpanLinks({ span }: { readonly span: Span }) {
  const { search } = useUrl();
  if (span.links.length === 0) return null;
  return (
    <Section title="Links" count={span.links.length}>
      {span.links.map((link, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- two links may be equal
        <div key={i} className={styles.event}>
          <Link href={traceHref(search, { traceId: link.traceId, span: link.spanId })}>
            trace {link.traceId.slice(0, 8)}, span {link.spanId.slice(0, 8)}
          </Link>
          {Object.keys(link.attributes).length === 0 ? null : (
            <AttributePairs attributes={link.attributes} />
          )}
        </div>
      ))}
    </Section>
  );
}

function SpanEvents({ span }: { readonly span: Span }) {
  const events = span.events.filter(({ name }) => name !== "exception");
  if (events.length === 0) return null;
  const start = parseNanos(span.startTimeUnixNano);
  return (
    <Section title="Events" count={events.length}>
      {events.map((event, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- two events may be equal
        <div key={i} className={styles.event}>
          <h4>
            <OneLine text={event.name} />
            <span className={styles.count}>
              {whenWords(parseNanos(event.timeUnixNano) - start)}
            </span>
          </h4>
          <AttributePairs attributes={event.attributes} />
        </div>
      ))}
    </Section>
  );
}

/** Clocks that disagree, and events that were collected before, put some in front of their span. */
function whenWords(sinceStartNs: bigint): string {
  if (sinceStartNs < 0n) return `${formatDuration(-sinceStartNs)} before the span`;
  return `+${formatDuration(sinceStartNs)} into the span`;
}

function ScopeSection({ span }: { readonly span: Span }) {
  return (
    <FoldedSection title="Scope">
      <Pairs>
        <Pair name="name">
          {span.scopeName === "" ? "none" : <OneLine text={span.scopeName} />}
        </Pair>
        <Pair name="version">
          {span.scopeVersion === "" ? "none" : <OneLine text={span.scopeVersion} />}
        </Pair>
        <Pair name="trace state">
          {span.traceState === "" ? "none" : <LongText text={span.traceState} />}
        </Pair>
      </Pairs>
    </FoldedSection>
  );
}
