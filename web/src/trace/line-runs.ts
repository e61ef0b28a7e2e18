import { LineGroups } from "@throughline/query/patterns";
import { isFailure, toSeverity, type Severity } from "../lib/severity.ts";
import type { Steps } from "../lib/slices.ts";
import type { TraceIndex, TraceItem } from "./trace-index.ts";

/** Logs of one span, one after the other, that say the same but for their values; one row stands for them. */
export interface LineRun {
  /** The key of its first line names the run in a URL. */
  readonly key: string;
  /** Item numbers of the node, half-open. */
  readonly first: number;
  readonly end: number;
  /** With placeholders where the lines differ, as the query service writes them. */
  readonly template: string;
  readonly severity: Severity;
}

/** By node, in the order of their lines; nodes without a run are not there. */
export type LineRuns = ReadonlyMap<number, readonly LineRun[]>;

/** Up to this many lines in a row are simply shown. */
export const LINES_SHOWN_MAX = 3;
/** Lines of a trace that are compared; what comes after is shown line by line. */
const LINES_COMPARED_MAX = 100_000;
const STEP_LINES = 1000;

/**
 * Anything else ends a run: a failure, an event, another severity, another service. So the lines stay in the order of
 * time, and the odd one out stays visible.
 */
export function* lineRunSteps(index: TraceIndex): Steps<LineRuns> {
  const runs = new Map<number, readonly LineRun[]>();
  let left = LINES_COMPARED_MAX;
  let sinceYield = 0;
  for (let node = 0; node < index.nodes.length; node++) {
    const items = index.nodes[node]?.items ?? [];
    if (items.length <= LINES_SHOWN_MAX) continue;
    left -= items.length;
    if (left < 0) break;
    const found = runsOf(items);
    if (found.length > 0) runs.set(node, found);
    sinceYield += items.length;
    if (sinceYield < STEP_LINES) continue;
    sinceYield = 0;
    yield;
  }
  return runs;
}

interface Line {
  /** The same for lines that may stand in one run; empty for what stands alone. */
  readonly kind: string;
  readonly number: number;
  readonly severity: Severity;
}

function runsOf(items: readonly TraceItem[]): readonly LineRun[] {
  const groups = new LineGroups();
  const lines = items.map((item): Line => {
    const severity = severityOf(item);
    if (item.kind !== "log" || isFailure(severity) || item.log.body === "")
      return { kind: "", number: -1, severity };
    return {
      kind: `${severity} ${item.log.serviceName}`,
      number: groups.add(item.log.body),
      severity,
    };
  });
  const templates = groups.patterns();
  const templateOf = ({ kind, number }: Line) => (kind === "" ? "" : (templates[number] ?? ""));
  const runs: LineRun[] = [];
  for (let first = 0, end = 1; first < lines.length; first = end, end++) {
    const line = lines[first];
    if (line === undefined || line.kind === "") continue;
    const template = templateOf(line);
    const isLike = (other: Line | undefined) =>
      other !== undefined && other.kind === line.kind && templateOf(other) === template;
    while (isLike(lines[end])) end++;
    if (end - first <= LINES_SHOWN_MAX) continue;
    runs.push({
      key: items[first]?.key ?? "",
      first,
      end,
      template,
      severity: line.severity,
    });
  }
  return runs;
}

function severityOf(item: TraceItem): Severity {
  return item.kind === "log" ? toSeverity(item.log.severityNumber, item.log.severityText) : "UNSET";
}
