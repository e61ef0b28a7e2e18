/**
 * One trace as lines of a terminal: what called what on the left, when and for how long on the right, and every log where it
 * happened. Each line is as wide as the terminal or shorter.
 */
import { counted, formatDuration, formatTime } from "./format.ts";
import { inert } from "./inert-text.ts";
import type { Palette } from "./palette.ts";
import { severityBand } from "./severity.ts";
import { fit, truncate, widthOf } from "./text-width.ts";
import {
  type Guide,
  type ShownLog,
  type ShownSpan,
  type ShownTrace,
  type TraceRow,
  traceRows,
} from "./trace-rows.ts";
import { verdictLines } from "./verdict-lines.ts";

export interface WaterfallOptions {
  /** Columns; at least 40 are used. */
  readonly width: number;
  readonly palette: Palette;
}

const WIDTH_MIN = 40;
const WIDTH_MAX = 200;
const DURATION_COLUMNS = 9;
const INDENT = 3;

interface Layout {
  readonly width: number;
  readonly tree: number;
  readonly bar: number;
  readonly palette: Palette;
  readonly start: bigint;
  readonly total: bigint;
  readonly criticalPath: ReadonlySet<string>;
}

/** Between the bar and the duration. */
const CRITICAL = "•";

/** @returns the lines, made as they are asked for */
export function* waterfall(trace: ShownTrace, options: WaterfallOptions): Generator<string> {
  const layout = layoutOf(trace, options);
  yield* heading(trace, layout);
  if (trace.spans.length > 0) yield scale(layout);
  for (const row of traceRows(trace)) {
    yield row.kind === "span" ? spanLine(row, layout) : logLine(row.log, row.guide, layout);
  }
  if (trace.logs.length > 0) {
    if (trace.spans.length > 0) yield "";
    yield layout.palette.faint("logs of no stored span");
    for (const log of trace.logs) yield logLine(log, undefined, layout);
  }
  yield* notes(trace, layout);
}

function layoutOf(trace: ShownTrace, { width: wanted, palette }: WaterfallOptions): Layout {
  const width = Math.min(Math.max(wanted, WIDTH_MIN), WIDTH_MAX);
  const bar = Math.max(10, Math.floor(width * 0.3));
  const { start, end } = extentOf(trace);
  const { criticalPath = new Set() } = trace;
  // A column on each side of the bar, and the duration.
  const tree = width - bar - DURATION_COLUMNS - 2;
  return { width, tree, bar, palette, start, total: end - start, criticalPath };
}

/** Of the spans; of the logs where there are none. */
function extentOf(trace: ShownTrace): { readonly start: bigint; readonly end: bigint } {
  let start: bigint | undefined;
  let end = 0n;
  const include = (from: bigint, to: bigint): void => {
    start = start === undefined || from < start ? from : start;
    end = to > end ? to : end;
  };
  for (const span of trace.spans) {
    const from = BigInt(span.startTimeUnixNano);
    include(from, from + BigInt(span.durationNano));
  }
  if (start === undefined) {
    for (const { timeUnixNano } of trace.logs) include(BigInt(timeUnixNano), BigInt(timeUnixNano));
  }
  return { start: start ?? 0n, end: start === undefined ? 0n : end };
}

function* heading(trace: ShownTrace, { palette, start, total }: Layout): Generator<string> {
  const errors = trace.spans.filter(({ status }) => status.code === "Error").length;
  const logs = trace.spans.reduce((sum, span) => sum + span.logs.length, trace.logs.length);
  const services = new Set(trace.spans.map(({ serviceName }) => serviceName)).size;
  const facts = [
    ...(trace.spans.length > 0 ? [formatDuration(total), counted(trace.spans.length, "span")] : []),
    ...(services > 1 ? [counted(services, "service")] : []),
    counted(logs, "log"),
    ...(trace.verdict?.complete === true ? ["complete"] : []),
  ].join(" · ");
  yield `${palette.title(inert(trace.traceId))}  ${palette.faint(`${formatTime(String(start))} UTC`)}`;
  const wrong = [
    ...(errors > 0 ? [counted(errors, "error")] : []),
    ...(trace.verdict?.complete === false ? ["not whole"] : []),
  ];
  yield palette.faint(facts) + wrong.map((each) => ` · ${palette.failed(each)}`).join("");
  yield "";
}

function scale({ palette, tree, bar, total }: Layout): string {
  const end = formatDuration(total);
  return palette.faint(`${" ".repeat(tree + 1)}0${end.padStart(bar - 1)}`);
}

function spanLine(row: Extract<TraceRow, { kind: "span" }>, layout: Layout): string {
  const { span, parent, guide, last } = row;
  const { palette, tree } = layout;
  const branch = parent === undefined ? "" : last ? "└─ " : "├─ ";
  const lead = indented(guide, tree) + branch;
  const room = tree - widthOf(lead);
  const failed = span.status.code === "Error";
  const mark = failed ? " ✗" : "";
  // The name of the service only where it changes.
  const service = parent?.serviceName === span.serviceName ? "" : inert(`${span.serviceName} `);
  const shownService = truncate(service, Math.max(0, room - mark.length));
  const name = truncate(inert(span.name), room - widthOf(shownService) - mark.length);
  const blank = " ".repeat(Math.max(0, room - widthOf(shownService) - widthOf(name) - mark.length));
  const text = `${palette.service(span.serviceName, shownService)}${name}${palette.failed(mark)}${blank}`;
  const took = formatDuration(BigInt(span.durationNano)).padStart(DURATION_COLUMNS);
  const critical = layout.criticalPath.has(span.spanId) ? CRITICAL : " ";
  return `${palette.faint(lead)}${text} ${barOf(span, layout)}${critical}${failed ? palette.failed(took) : took}`;
}

function barOf(span: ShownSpan, { bar, start, total, palette }: Layout): string {
  const scaled = (nanos: bigint): number =>
    total === 0n ? 0 : Number((nanos * BigInt(bar * 100)) / total) / 100;
  const from = Math.min(Math.floor(scaled(BigInt(span.startTimeUnixNano) - start)), bar - 1);
  const length = Math.min(Math.max(1, Math.round(scaled(BigInt(span.durationNano)))), bar - from);
  const drawn = (length === 1 ? "╸" : "━").repeat(length);
  const painted =
    span.status.code === "Error" ? palette.failed(drawn) : palette.service(span.serviceName, drawn);
  return `${" ".repeat(from)}${painted}${" ".repeat(bar - from - length)}`;
}

function logLine(log: ShownLog, guide: Guide | undefined, layout: Layout): string {
  const { palette, width, tree, start } = layout;
  const band = severityBand(log.severityNumber, log.severityText);
  const lead = indented(guide, tree);
  const label = (band === "UNSET" ? "·" : band).padEnd(5);
  const after = formatDuration(BigInt(log.timeUnixNano) - start);
  const offset = after.startsWith("-") ? after : after === "0 ns" ? "+0" : `+${after}`;
  const room = width - widthOf(lead) - label.length - 2 - Math.max(DURATION_COLUMNS, offset.length);
  const body = fit(inert(log.body.trimEnd() || log.eventName), room);
  const right = palette.faint(offset.padStart(DURATION_COLUMNS));
  return `${palette.faint(lead)}${palette.severity(band, label)} ${body} ${right}`;
}

/** Deep rows keep the innermost levels, after the count of those that were left out: a name must stay readable. */
function indented(innermost: Guide | undefined, tree: number): string {
  const levels = Math.max(2, Math.floor(tree / 2 / INDENT));
  let lines = "";
  let guide = innermost;
  for (let level = 0; level < levels && guide !== undefined; level += 1) {
    lines = (guide.goesOn ? "│" : " ").padEnd(INDENT) + lines;
    guide = guide.outer;
  }
  return guide === undefined ? lines : `⋯${guide.depth} ${lines}`;
}

function* notes(trace: ShownTrace, { palette }: Layout): Generator<string> {
  const lines = [
    ...((trace.criticalPath?.size ?? 0) > 0
      ? [`${CRITICAL} on the critical path: what the request waited for`]
      : []),
    ...(trace.verdict === undefined ? gapLines(trace) : verdictLines(trace.verdict)),
  ];
  if (lines.length > 0) yield "";
  for (const line of lines) yield palette.faint(line);
}

/** What can be said without a verdict. */
function gapLines(trace: ShownTrace): readonly string[] {
  const missing = trace.missingParents.length;
  const twice = trace.duplicateSpanIds?.length ?? 0;
  return [
    ...(missing > 0
      ? [`${counted(missing, "parent span")} not stored: not arrived yet, or not sampled`]
      : []),
    ...(twice > 0 ? [`${counted(twice, "span id")} stored more than once`] : []),
  ];
}
