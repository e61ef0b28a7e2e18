/**
 * Spans and logs of one trace become one thing: a forest in reading order, every log inside its span. Nothing stored is
 * left out and nothing loops, whatever the ids say: `forest.ts` has the rules.
 */
import { compareDecimal } from "../params/nanos.ts";
import { SpanFlag } from "../trace-columns/format.ts";
import type { LogRecord, Span } from "../wire.ts";
import { type Forest, growForest } from "./forest.ts";
import { numberTexts } from "./numbered-ids.ts";

export interface Assembled {
  /** Depth-first from the roots, siblings by (start, span id). */
  readonly spans: Span[];
  /** Logs that belong to no stored span, oldest first. */
  readonly logs: LogRecord[];
  /** Parent ids that no stored span has, in the order of their first child. */
  readonly missingParents: readonly string[];
  /** Span ids that more than one span has, in reading order. */
  readonly duplicateSpanIds: string[];
  readonly forest: Forest;
}

/** @param spans fresh objects: their `logs` are filled in here */
export function assemble(spans: readonly Span[], logs: readonly LogRecord[]): Assembled {
  const rows = spans.toSorted(compareStart);
  const forest = growForest(
    numberTexts(
      rows.map((span) => span.spanId),
      rows.map((span) => span.parentSpanId),
    ),
  );
  const ordered = Array.from(forest.order, (row) => rows[row]).filter((span) => span !== undefined);
  return {
    spans: ordered,
    logs: placeLogs(logs, new Map(ordered.map((span) => [span.spanId, span]))),
    missingParents: forest.missingParents,
    duplicateSpanIds: ordered
      .filter((_, i) => ((forest.flags[i] ?? 0) & SpanFlag.repeatedId) !== 0)
      .map((span) => span.spanId),
    forest,
  };
}

/** Root first in time; the rest of the order only makes it total. Of one id the first is kept. */
function compareStart(a: Span, b: Span): number {
  return (
    compareDecimal(a.startTimeUnixNano, b.startTimeUnixNano) ||
    compareText(a.spanId, b.spanId) ||
    compareKept(a, b)
  );
}

/** The order of `kept-first` in `sql/traces.sql`, so that a list counts the same span that the trace shows. */
function compareKept(a: Span, b: Span): number {
  return (
    compareDecimal(b.durationNano, a.durationNano) ||
    Number(a.parentSpanId !== "") - Number(b.parentSpanId !== "") ||
    compareText(a.serviceName, b.serviceName) ||
    compareText(a.name, b.name) ||
    compareText(b.status.code, a.status.code) ||
    // Nothing that a list counts differs any more; this only makes the choice the same every time.
    compareText(a.parentSpanId, b.parentSpanId) ||
    compareText(a.kind, b.kind) ||
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Puts each log into its span. @returns those without one */
function placeLogs(logs: readonly LogRecord[], byId: ReadonlyMap<string, Span>): LogRecord[] {
  const loose: LogRecord[] = [];
  const ordered = logs.toSorted(
    (a, b) => compareDecimal(a.timeUnixNano, b.timeUnixNano) || compareText(a.body, b.body),
  );
  for (const log of ordered) {
    const span = log.spanId === "" ? undefined : byId.get(log.spanId);
    (span?.logs ?? loose).push(log);
  }
  return loose;
}
