import { formatDuration, formatPercent, plural } from "../lib/format.ts";
import { toSeverity } from "../lib/severity.ts";
import { toOneLine, toVisibleLine } from "../lib/visible-text.ts";
import { isOnPath } from "./critical-path.ts";
import type { LineRun } from "./line-runs.ts";
import type { SpanNode, TraceItem, TraceNode } from "./trace-index.ts";
import type { TraceModel } from "./trace-model.ts";
import { groupOf, MORE_ITEMS, NODE_ITSELF, runOf, SIMILAR_GROUP } from "./trace-rows.ts";

/** What a row says when read aloud, for example "checkout POST /pay, 318 ms, 12 % of trace, error, 3 logs". */
export function rowLabel(index: TraceModel, node: number, item: number): string {
  const current = index.nodes[node];
  if (current === undefined) return "";
  if (item === MORE_ITEMS) return "More logs of this span";
  if (item === SIMILAR_GROUP) return groupLabel(index, current, node);
  const run = runOf(index, { node, item });
  if (run !== undefined) return runLabel(run);
  if (item !== NODE_ITSELF) {
    const entry = current.items[item];
    return entry === undefined ? "" : itemLabel(entry);
  }
  if (current.kind === "span") return spanLabel(index, current, node);
  if (current.kind === "missing") return `Parent span ${current.parentSpanId} is not stored`;
  return `Logs without a stored span, ${plural(current.items.length, "log")}`;
}

function spanLabel(index: TraceModel, { span, items, isError }: SpanNode, node: number): string {
  const duration = index.durationNs[node] ?? 0;
  const logs = items.filter(({ kind }) => kind === "log").length;
  return [
    toVisibleLine(`${span.serviceName} ${toOneLine(span.name, 200)}`),
    formatDuration(duration),
    `${formatPercent(duration / index.totalNs)} of trace`,
    ...(isError ? ["error"] : []),
    ...(logs > 0 ? [plural(logs, "log")] : []),
    ...(isOnPath(index.insight.path, node) ? ["on critical path"] : []),
    ...(index.insight.own.gaps.get(node) ?? []).map(
      ({ fromNs, toNs }) => `unexplained ${formatDuration(toNs - fromNs)}`,
    ),
  ].join(", ");
}

function groupLabel(index: TraceModel, current: TraceNode, node: number): string {
  const group = groupOf(index, node);
  if (group === undefined || current.kind !== "span") return "";
  return [
    `${group.members.length} times ${toVisibleLine(`${current.span.serviceName} ${toOneLine(current.span.name, 200)}`)}`,
    `median ${formatDuration(group.p50Ns)}`,
    `longest ${formatDuration(group.maxNs)}`,
  ].join(", ");
}

function runLabel({ first, end, severity, template }: LineRun): string {
  return `${end - first} similar ${severity.toLowerCase()} logs, ${toVisibleLine(template, 200)}`;
}

function itemLabel(item: TraceItem): string {
  const at = `after ${formatDuration(item.atNs)}`;
  if (item.kind === "event") return `event ${toVisibleLine(item.event.name, 200)}, ${at}`;
  const severity = toSeverity(item.log.severityNumber, item.log.severityText).toLowerCase();
  return `${severity} log, ${toVisibleLine(item.log.body, 200)}, ${at}`;
}
