import { absoluteRange, type TimeRange } from "../lib/time-range.ts";
import { nanosToMs } from "../lib/nanos.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { formatDuration } from "../lib/format.ts";
import type { TraceIndex, TraceNode } from "./trace-index.ts";

/** How long an operation usually takes around the time of the trace, nanoseconds. */
export interface Typical {
  readonly requests: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
}

/** By what {@link typicalKey} gives. */
export type Typicals = ReadonlyMap<string, Typical>;

/** Operations that are asked about, and how long their names may be together: what an address may hold. */
const KEYS_MAX = 60;
const KEYS_CHARS_MAX = 10_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Of fewer requests nobody can say what is usual. */
const REQUESTS_MIN = 5;
const ENVIRONMENT_CHARS_MAX = 60;

/** As the service names an operation; empty for what is no span. */
function typicalKey(node: TraceNode | undefined): string {
  if (node?.kind !== "span") return "";
  const { serviceName, name, kind } = node.span;
  return JSON.stringify([serviceName, name, kind]);
}

/** @returns the operations with the most spans, the first root's among them */
export function typicalKeys(index: TraceIndex): readonly string[] {
  // Words are made of an operation once, however many spans it has.
  const spansOf = new Map<number, { readonly node: number; count: number }>();
  index.operation.forEach((operation, node) => {
    const known = spansOf.get(operation);
    if (known === undefined) spansOf.set(operation, { node, count: 1 });
    else known.count++;
  });
  const counts = new Map<string, number>();
  for (const { node, count } of spansOf.values()) {
    const key = typicalKey(index.nodes[node]);
    if (key !== "") counts.set(key, (counts.get(key) ?? 0) + count);
  }
  const root = typicalKey(rootOf(index));
  if (root !== "") counts.set(root, Number.POSITIVE_INFINITY);
  const byCount = [...counts].toSorted(([, a], [, b]) => (a === b ? 0 : b - a));
  return fitting(byCount.map(([key]) => key));
}

/** The first ones that an address has room for; a name that would take it all is passed over. */
function fitting(keys: readonly string[]): readonly string[] {
  let room = KEYS_CHARS_MAX;
  const fit = keys.filter((key) => {
    // Written out only where it may fit: a name may be a megabyte.
    const chars = key.length > room ? key.length : encodeURIComponent(key.toWellFormed()).length;
    const fits = chars <= room;
    if (fits) room -= chars;
    return fits;
  });
  return fit.slice(0, KEYS_MAX);
}

/** The hour before the trace ended, the trace among it. */
export function typicalRange(index: TraceIndex): TimeRange {
  const endMs = Math.ceil((nanosToMs(index.traceStart) + index.totalNs / 1e6) / MINUTE_MS);
  return absoluteRange((endMs + 1) * MINUTE_MS - HOUR_MS, (endMs + 1) * MINUTE_MS);
}

export function rootOf(index: TraceIndex): TraceNode | undefined {
  return index.nodes.find((node) => node.kind === "span" && node.span.parentSpanId === "");
}

/** @returns undefined where too few requests are known */
export function typicalOf(typicals: Typicals, node: TraceNode | undefined): Typical | undefined {
  const typical = typicals.get(typicalKey(node));
  return typical !== undefined && typical.requests >= REQUESTS_MIN ? typical : undefined;
}

/** For example "3.2× the usual 310 ms"; where a duration stands among those of its operation. */
export function typicalWords(durationNs: number, { p50Ns, p95Ns }: Typical): string {
  const usual = `p50 ${formatDuration(p50Ns)}, p95 ${formatDuration(p95Ns)}`;
  if (durationNs > p95Ns) return `slower than 95 % (${usual})`;
  if (durationNs > p50Ns) return `slower than half (${usual})`;
  return `as fast as usual (${usual})`;
}

/** @returns ` in production`; nothing for all environments */
export function inWords(environment: string): string {
  return environment === "" ? "" : ` in ${toVisibleLine(environment, ENVIRONMENT_CHARS_MAX)}`;
}
