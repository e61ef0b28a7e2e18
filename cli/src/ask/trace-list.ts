/** A list of traces: two lines each in a narrow terminal, one where there is room. */
import type { TraceSummary } from "@throughline/query/wire";
import { counted, formatDuration, formatTime } from "./format.ts";
import { inert } from "./inert-text.ts";
import type { Palette } from "./palette.ts";
import { fit, truncate } from "./text-width.ts";

export interface ListOptions {
  /** Columns; undefined where nothing is cut: a file, a pipe. */
  readonly width: number | undefined;
  readonly palette: Palette;
}

const ONE_LINE_MIN = 120;
const TIME_COLUMNS = 23;
const DURATION_COLUMNS = 8;
const ID_COLUMNS = 32;

export function traceLines(trace: TraceSummary, options: ListOptions): readonly string[] {
  const { width, palette } = options;
  const id = inert(trace.traceId);
  const time = palette.faint(formatTime(trace.startTimeUnixNano));
  const took = formatDuration(BigInt(trace.durationNano)).padStart(DURATION_COLUMNS);
  const counts = countsOf(trace);
  const name = nameOf(trace);
  const facts = trace.errorCount > 0 ? palette.failed(counts) : palette.faint(counts);
  const fixed = TIME_COLUMNS + DURATION_COLUMNS + 2;
  if (width === undefined) {
    return [`${id} ${time} ${took} ${paintedName(trace, name, palette)} ${facts}`];
  }
  const room = width - fixed - counts.length - 1;
  if (width >= ONE_LINE_MIN) {
    const cut = fit(name, room - ID_COLUMNS - 1);
    return [`${id} ${time} ${took} ${paintedName(trace, cut, palette)} ${facts}`];
  }
  const services = trace.services.map((one) => inert(`${one.name} ${one.spanCount}`)).join(", ");
  return [
    `${time} ${took} ${paintedName(trace, fit(name, room), palette)} ${facts}`,
    `  ${id}  ${palette.faint(truncate(services, width - ID_COLUMNS - 4))}`,
  ];
}

function countsOf({ spanCount, errorCount }: TraceSummary): string {
  return errorCount > 0
    ? `✗ ${errorCount} of ${counted(spanCount, "span")}`
    : counted(spanCount, "span");
}

function nameOf(trace: TraceSummary): string {
  if (trace.rootName === "" && trace.rootServiceName === "") return "(no root span yet)";
  return inert(`${trace.rootServiceName} ${trace.rootName}`);
}

/** Colours the service's part of a name that may have been cut. */
function paintedName(trace: TraceSummary, name: string, palette: Palette): string {
  const service = inert(trace.rootServiceName);
  if (service === "" || !name.startsWith(service)) return name;
  return palette.service(trace.rootServiceName, service) + name.slice(service.length);
}
