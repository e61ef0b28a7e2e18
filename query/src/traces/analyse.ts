/** Where the time of a request went: critical path, own times, and both by service. */
import { findCriticalPath, longestRoot } from "../trace-analysis/critical-path.ts";
import { measureSelfTime } from "../trace-analysis/self-time.ts";
import type { SpanTimes } from "../trace-analysis/span-times.ts";
import type { Span, TraceAnalysis } from "../wire.ts";
import type { VerdictSpans } from "./verdict.ts";

export function analyse(times: VerdictSpans, spans: readonly Span[]): TraceAnalysis {
  const { parent } = times.forest;
  const table: SpanTimes = {
    parent,
    startNs: times.startNs,
    durationNs: times.durationNs,
    isAsync: (position) =>
      times.kindOf(position) === "Consumer" && times.kindOf(parent[position] ?? -1) === "Producer",
  };
  const root = longestRoot(table);
  const path = findCriticalPath(table, root);
  const selfNs = measureSelfTime(table);
  const services = new Map<string, ServiceShare>();
  const segments: { position: number; fromNs: number; toNs: number }[] = [];
  spans.forEach((span, position) => {
    const share = services.get(span.serviceName) ?? newShare();
    services.set(span.serviceName, share);
    share.spanCount += 1;
    if (span.status.code === "Error") share.errorCount += 1;
    share.selfNs += selfNs[position] ?? 0;
    for (let at = path.first[position] ?? 0; at < (path.first[position + 1] ?? 0); at++) {
      const [fromNs, toNs] = [path.fromNs[at] ?? 0, path.toNs[at] ?? 0];
      share.criticalNs += toNs - fromNs;
      segments.push({ position, fromNs, toNs });
    }
  });
  return {
    durationNano: String(times.durationNs[root] ?? 0),
    criticalPath: segments
      .sort((a, b) => a.fromNs - b.fromNs)
      .map(({ position, fromNs, toNs }) => ({
        spanId: times.spanIdOf(position),
        fromNano: String(fromNs),
        toNano: String(toNs),
      })),
    services: [...services]
      .sort(([, a], [, b]) => b.criticalNs - a.criticalNs || b.selfNs - a.selfNs)
      .map(([name, { spanCount, errorCount, selfNs: own, criticalNs }]) => ({
        name,
        spanCount,
        errorCount,
        selfNano: String(own),
        criticalNano: String(criticalNs),
      })),
    selfNanoBySpanId: Object.fromEntries(
      spans.map((span, position) => [span.spanId, String(selfNs[position] ?? 0)]),
    ),
  };
}

interface ServiceShare {
  spanCount: number;
  errorCount: number;
  selfNs: number;
  criticalNs: number;
}

function newShare(): ServiceShare {
  return { spanCount: 0, errorCount: 0, selfNs: 0, criticalNs: 0 };
}
