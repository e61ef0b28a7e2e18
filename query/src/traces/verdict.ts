/**
 * What can be said about the wholeness of a trace from what is stored of it. Each finding is something seen, with the
 * service to look at first where the spans around the gap tell it. Linear but for the gaps, of which the first
 * `GAPS_MAX` are looked into.
 */
import { SpanFlag } from "../trace-columns/format.ts";
import type { ClockSkew, TraceFinding, TraceVerdict } from "../wire.ts";
import type { Forest } from "./forest.ts";
import type { StoredWindow } from "./trace-window.ts";

/** Spans in reading order; by position. */
export interface VerdictSpans {
  readonly forest: Forest;
  /** Nanoseconds since the trace's start. */
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  readonly serviceOf: (position: number) => string;
  readonly kindOf: (position: number) => string;
  readonly spanIdOf: (position: number) => string;
}

export interface VerdictInput {
  readonly spans: VerdictSpans;
  readonly logCount: number;
  readonly window: StoredWindow | undefined;
  /** Why the answer is not all of the trace. */
  readonly incomplete: readonly string[];
  readonly skew: readonly ClockSkew[];
}

/** Missing parents that are looked into, and circles that are listed; the others are counted. */
const GAPS_MAX = 50;
/** Spans that are stored this much later than the trace's own length explains are late. */
const LATE_SECONDS = 30;

export function judge(input: VerdictInput): TraceVerdict {
  const { spans } = input;
  const findings: TraceFinding[] = [];
  if (spans.startNs.length === 0 && input.logCount > 0) findings.push({ kind: "no_spans" });
  if (input.incomplete.length > 0) {
    findings.push({ kind: "truncated", reason: input.incomplete.join(" ") });
  }
  findings.push(...missingParents(spans), ...shapeFindings(spans.forest, spans));
  const lateSeconds = latenessOf(input.window);
  if (lateSeconds > LATE_SECONDS) findings.push({ kind: "late", lateSeconds });
  const whole = findings.every((finding) => finding.kind === "late");
  const { missingParents: gaps, cuts } = spans.forest;
  const leftOut = Math.max(0, gaps.length - GAPS_MAX) + Math.max(0, cuts.length - GAPS_MAX);
  return {
    complete: whole,
    findings,
    ...(leftOut === 0 ? {} : { findingsLeftOut: leftOut }),
    skew: [...input.skew],
  };
}

/** Puts the name of who was called into the findings that a caller is known for. */
export function namePeers(
  verdict: TraceVerdict,
  peerOf: (spanId: string) => string | undefined,
): TraceVerdict {
  const findings = verdict.findings.map((finding) => {
    if (finding.kind !== "missing_parent" || finding.callerSpanId === undefined) return finding;
    const peer = peerOf(finding.callerSpanId);
    if (peer === undefined || peer === "") return finding;
    if (finding.suspectedService !== undefined) return { ...finding, peer };
    return { ...finding, peer, suspectedService: peer, because: "peer_of_caller" as const };
  });
  return { ...verdict, findings };
}

function missingParents(spans: VerdictSpans): TraceFinding[] {
  const { forest } = spans;
  const children = forest.missingParents.map((): { first: number; count: number } => ({
    first: -1,
    count: 0,
  }));
  forest.parent.forEach((parent, position) => {
    const gap = children[-2 - parent];
    if (gap === undefined) return;
    if (gap.count === 0) gap.first = position;
    gap.count += 1;
  });
  return forest.missingParents.slice(0, GAPS_MAX).map((parentSpanId, i) => {
    const { first = -1, count = 0 } = children[i] ?? {};
    return {
      kind: "missing_parent",
      parentSpanId,
      childCount: count,
      firstChildSpanId: spans.spanIdOf(first),
      ...suspect(spans, first),
    };
  });
}

type Suspect = Pick<
  Extract<TraceFinding, { kind: "missing_parent" }>,
  "suspectedService" | "because" | "callerSpanId"
>;

/**
 * A server's or consumer's parent runs in whoever called it: the innermost stored span of another service that was going
 * on. Any other span's parent runs in the same process.
 */
function suspect(spans: VerdictSpans, child: number): Suspect {
  const kind = spans.kindOf(child);
  const isEntry = kind === "Server" || kind === "Consumer";
  const around = enclosing(spans, child);
  const caller = around.caller < 0 ? {} : { callerSpanId: spans.spanIdOf(around.caller) };
  if (!isEntry) {
    return { suspectedService: spans.serviceOf(child), because: "in_process_child", ...caller };
  }
  if (around.foreign < 0) return {};
  return {
    suspectedService: spans.serviceOf(around.foreign),
    because: "enclosing_span",
    ...caller,
  };
}

/**
 * The shortest spans that were going on when the child began: of another service, and of those the ones that called
 * somebody whose answer nobody stored. -1 where there is none.
 */
function enclosing(spans: VerdictSpans, child: number): { foreign: number; caller: number } {
  const at = spans.startNs[child] ?? 0;
  const service = spans.serviceOf(child);
  const hasChild = (position: number) => spans.forest.parent[position + 1] === position;
  let foreign = -1;
  let caller = -1;
  const shorter = (a: number, b: number) =>
    b < 0 || (spans.durationNs[a] ?? 0) < (spans.durationNs[b] ?? 0);
  for (let i = 0; i < spans.startNs.length; i++) {
    const start = spans.startNs[i] ?? 0;
    if (i === child || start > at || start + (spans.durationNs[i] ?? 0) < at) continue;
    if (spans.serviceOf(i) === service) continue;
    if (shorter(i, foreign)) foreign = i;
    const kind = spans.kindOf(i);
    const calls = kind === "Client" || kind === "Producer";
    if (calls && !hasChild(i) && shorter(i, caller)) caller = i;
  }
  return { foreign, caller };
}

function shapeFindings(forest: Forest, spans: VerdictSpans): TraceFinding[] {
  const findings: TraceFinding[] = [];
  const cutIds = forest.cuts.map(([position]) => spans.spanIdOf(position));
  if (cutIds.length > 0) findings.push({ kind: "circle", spanIds: cutIds.slice(0, GAPS_MAX) });
  if (forest.repeated > 0) {
    findings.push({ kind: "repeated_span_ids", spanCount: forest.repeated });
  }
  let roots = 0;
  forest.parent.forEach((parent, position) => {
    if (parent === -1 && ((forest.flags[position] ?? 0) & SpanFlag.cutFromCircle) === 0) roots += 1;
  });
  if (roots > 1) findings.push({ kind: "several_roots", rootCount: roots });
  if (roots === 0 && forest.parent.length > 0) findings.push({ kind: "no_root" });
  return findings;
}

/** Seconds between the first and the last storing of spans that the trace's own length does not explain. */
function latenessOf(window: StoredWindow | undefined): number {
  if (window === undefined || window.storedFirstSeconds === 0) return 0;
  const storing = window.storedLastSeconds - window.storedFirstSeconds;
  return Math.max(0, storing - (window.endSeconds - window.startSeconds));
}
