import { ArrowLeftRight } from "lucide-react";
import { useState } from "react";
import { formatDuration, plural, shortId } from "../lib/format.ts";
import { parseTraceId, readParam } from "../lib/url-state.ts";
import { absoluteRange, resolveRange } from "../lib/time-range.ts";
import { Page } from "../shell/page.tsx";
import { logsRangeOf } from "../trace/logs-range.ts";
import { SqlLinkIcon } from "../traces/sql-link-icon.tsx";
import type { LoadedTrace } from "../trace/load-trace.ts";
import controls from "../ui/controls.module.css";
import { TextField } from "../ui/controls.tsx";
import { EmptyState, Failed, Loading, ResultFooter } from "../ui/states.tsx";
import { useUrl } from "../ui/use-url.ts";
import { AttributeDiff } from "./attribute-diff.tsx";
import { TYPICAL } from "./compare-href.ts";
import { ComparedTree } from "./compared-tree.tsx";
import { twoTracesSql, usualSql } from "./compared-sql.ts";
import { rankDifferences } from "./differences.ts";
import { RankedDifferences } from "./ranked-differences.tsx";
import { Sides } from "./sides.tsx";
import { useTwoTraces, useTypicalComparison, type Comparison } from "./use-compared.ts";
import styles from "./compare.module.css";

/** Two requests side by side, or one beside what is usual: where the time went. */
export function ComparePage() {
  const { search, push } = useUrl();
  const [a, b] = [readParam(search, "a"), readParam(search, "b")];
  const isTypical = b === TYPICAL || b === "";
  return (
    <Page title={titleOf(a, b)} heading="Compare" hasRange={false}>
      <div className={controls.bar}>
        <IdField label="Trace A" value={a} onCommit={(id) => push({ a: id })} />
        <button
          type="button"
          className={controls.icon}
          aria-label="Swap the two traces"
          title="Swap the two traces"
          disabled={isTypical || a === ""}
          onClick={() => push({ a: b, b: a })}
        >
          <ArrowLeftRight size={15} aria-hidden="true" />
        </button>
        <IdField
          label="Trace B"
          value={isTypical ? "" : b}
          onCommit={(id) => push({ b: id === "" ? TYPICAL : id })}
        />
        <button
          type="button"
          className={controls.button}
          aria-pressed={isTypical}
          onClick={() => push({ b: TYPICAL })}
        >
          What is usual
        </button>
      </div>
      {a === "" ? (
        <NothingToCompare />
      ) : isTypical ? (
        <WithTypical key={a} a={a} />
      ) : (
        <WithTrace key={`${a} ${b}`} a={a} b={b} />
      )}
    </Page>
  );
}

function titleOf(a: string, b: string): string {
  if (a === "") return "Compare";
  return `${shortId(a)} and ${b === TYPICAL || b === "" ? "usual" : shortId(b)} · Compare`;
}

interface IdFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onCommit: (id: string) => void;
}

function IdField({ label, value, onCommit }: IdFieldProps) {
  return (
    <TextField
      mono
      label={label}
      value={value}
      placeholder="trace id or traceparent"
      widthPx={290}
      check={(typed) =>
        parseTraceId(typed) === undefined ? "A trace id has 32 hexadecimal digits." : undefined
      }
      onCommit={(typed) => onCommit(parseTraceId(typed) ?? "")}
    />
  );
}

function NothingToCompare() {
  return (
    <EmptyState title="Which traces?">
      <p>
        Paste a trace id above; it is compared with what its operations usually take. Paste a second
        one to compare the two. The page of a trace has a link that fills in the first.
      </p>
    </EmptyState>
  );
}

function WithTypical({ a }: { readonly a: string }) {
  const [nowMs] = useState(() => Date.now());
  return <ComparedTraces comparison={useTypicalComparison(a, nowMs)} />;
}

function WithTrace({ a, b }: { readonly a: string; readonly b: string }) {
  return <ComparedTraces comparison={useTwoTraces(a, b)} />;
}

const RANKED_MAX = 10;

/** @returns `, A 2 s longer` */
function wholeDifference(a: LoadedTrace, b: LoadedTrace): string {
  const ns = a.model.totalNs - b.model.totalNs;
  if (ns === 0) return "";
  return `, A ${formatDuration(Math.abs(ns))} ${ns > 0 ? "longer" : "shorter"}`;
}

type Compared = Extract<Comparison, { kind: "compared" }>;

/** The range of a statement has both traces in it, or is the one in which what is usual was counted. */
function comparedSql({ a, b, usualRange, usualEnvironment }: Compared) {
  const { traceId } = a.model;
  if (b === undefined)
    return { sql: usualSql(traceId, usualEnvironment), range: usualRange ?? logsRangeOf(a.model) };
  const ends = [a, b].map(({ model }) => resolveRange(logsRangeOf(model), Date.now()));
  const range = absoluteRange(
    Math.min(...ends.map(({ fromMs }) => fromMs)),
    Math.max(...ends.map(({ toMs }) => toMs)),
  );
  return { sql: twoTracesSql(traceId, b.model.traceId), range };
}

function ComparedTraces({ comparison }: { readonly comparison: Comparison }) {
  if (comparison.kind === "loading") return <Loading what="the traces" />;
  if (comparison.kind === "failed")
    return <Failed error={comparison.error} onRetry={comparison.retry} />;
  const { a, b, rows, meta } = comparison;
  const only = (side: "a" | "b") =>
    rows.filter((row) => row[side] !== undefined && row[side === "a" ? "b" : "a"] === undefined);
  return (
    <>
      <Sides {...comparison} />
      <div className={styles.body}>
        <ComparedTree rows={rows} isUsual={b === undefined} />
        <aside className={styles.aside} aria-labelledby="what-differs">
          <h2 id="what-differs" className="visually-hidden">
            What differs
          </h2>
          <RankedDifferences
            rows={rankDifferences(rows, RANKED_MAX)}
            traceA={a.model.traceId}
            traceB={b?.model.traceId}
          />
          {b === undefined ? null : <AttributeDiff a={a} b={b} />}
        </aside>
      </div>
      <ResultFooter
        meta={meta}
        shown={
          b === undefined
            ? plural(rows.length, "span")
            : `${plural(rows.length, "aligned span")}: ${only("a").length} only in A, ${only("b").length} only in B${wholeDifference(a, b)}`
        }
      >
        <SqlLinkIcon {...comparedSql(comparison)} what="the comparison" />
      </ResultFooter>
    </>
  );
}
