/** What a verdict says, a line each: what is missing of a trace, and whose clock is wrong. */
import type { TraceFinding, TraceVerdict } from "@throughline/query/wire";
import { counted, formatDuration } from "./format.ts";
import { inert } from "./inert-text.ts";

/** Of one kind; the others are counted. */
const LINES_MAX = 5;

/** @returns nothing for a trace that nothing was found against */
export function verdictLines({ findings, skew }: TraceVerdict): readonly string[] {
  const gaps = findings.filter((finding) => finding.kind === "missing_parent");
  const others = findings.filter((finding) => finding.kind !== "missing_parent");
  return [
    ...few(gaps.map(lineOf), "missing parents"),
    ...others.map(lineOf),
    ...few(skew.map(skewLine), "clocks"),
  ];
}

function few(lines: readonly string[], noun: string): readonly string[] {
  if (lines.length <= LINES_MAX) return lines;
  return [...lines.slice(0, LINES_MAX), `and ${lines.length - LINES_MAX} more ${noun}`];
}

function lineOf(finding: TraceFinding): string {
  switch (finding.kind) {
    case "missing_parent":
      return `span ${inert(finding.parentSpanId)}, parent of ${counted(finding.childCount, "span")}, is not stored${suspectOf(finding)}`;
    case "several_roots":
      return `${finding.rootCount} spans have no parent`;
    case "no_root":
      return "no span without a parent is stored";
    case "circle":
      return `${counted(finding.spanIds.length, "circle")} of spans that are each other's parents`;
    case "repeated_span_ids":
      return `${counted(finding.spanCount, "span")} left out: another has the same id`;
    case "late":
      return `the last spans were stored ${finding.lateSeconds} s later than the trace's length explains`;
    case "truncated":
      return "a limit cut the trace";
    case "no_spans":
      return "no span is stored: not sampled, or not arrived yet";
  }
}

function suspectOf(finding: Extract<TraceFinding, { kind: "missing_parent" }>): string {
  const { suspectedService: service } = finding;
  return service === undefined || service === ""
    ? ""
    : `; ${inert(service)} probably did not send it`;
}

function skewLine({
  clock,
  callCount,
  earlyNano,
  offsetNano,
}: TraceVerdict["skew"][number]): string {
  const early = formatDuration(BigInt(earlyNano));
  const offset = formatDuration(BigInt(offsetNano));
  return `the clock of ${inert(clock)} is behind its callers' by up to ${early} in ${counted(callCount, "call")}; --fix-skew adds ${offset}`;
}
