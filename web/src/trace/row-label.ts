import { formatDuration, formatPercent, plural } from "../lib/format.ts";
import { toSeverity } from "../lib/severity.ts";
import { toOneLine } from "../lib/visible-text.ts";
import type { SpanNode, TraceIndex, TraceItem } from "./trace-index.ts";
import { MORE_ITEMS, NODE_ITSELF } from "./trace-rows.ts";

/** What a row says when read aloud, for example "checkout POST /pay, 318 ms, 12 % of trace, error, 3 logs". */
export function rowLabel(index: TraceIndex, node: number, item: number): string {
  const current = index.nodes[node];
  if (current === undefined) return "";
  if (item === MORE_ITEMS) return "More logs of this span";
  if (item !== NODE_ITSELF) {
    const entry = current.items[item];
    return entry === undefined ? "" : itemLabel(entry);
  }
  if (current.kind === "span") return spanLabel(index, current, node);
  if (current.kind === "missing") return `Parent span ${current.parentSpanId} is not stored`;
  return `Logs without a stored span, ${plural(current.items.length, "log")}`;
}

function spanLabel(index: TraceIndex, { span, items, isError }: SpanNode, node: number): string {
  const duration = index.durationNs[node] ?? 0;
  const logs = items.filter(({ kind }) => kind === "log").length;
  return [
    `${span.serviceName} ${toOneLine(span.name, 200)}`,
    formatDuration(duration),
    `${formatPercent(duration / index.totalNs)} of trace`,
    ...(isError ? ["error"] : []),
    ...(logs > 0 ? [plural(logs, "log")] : []),
  ].join(", ");
}

function itemLabel(item: TraceItem): string {
  const at = `after ${formatDuration(item.atNs)}`;
  if (item.kind === "event") return `event ${toOneLine(item.event.name, 200)}, ${at}`;
  const severity = toSeverity(item.log.severityNumber, item.log.severityText).toLowerCase();
  return `${severity} log, ${toOneLine(item.log.body, 200)}, ${at}`;
}
