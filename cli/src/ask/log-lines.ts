/** Log records as lines. Bodies are whole: the terminal wraps, a file keeps all. */
import type { LogRecord } from "@throughline/query/wire";
import { formatTime } from "./format.ts";
import { inert, inertLines } from "./inert-text.ts";
import type { Palette } from "./palette.ts";
import { severityBand } from "./severity.ts";

/** `2026-11-20 12:10:00.151 ERROR payment Deadlock found`; further lines of the body are indented under the first. */
export function logLines(log: LogRecord, palette: Palette): readonly string[] {
  const band = severityBand(log.severityNumber, log.severityText);
  const label = palette.severity(band, (band === "UNSET" ? "-" : band).padEnd(5));
  const service = palette.service(log.serviceName, inert(log.serviceName || "-"));
  const body = log.body === "" ? log.eventName : log.body;
  const [first = "", ...more] = inertLines(body);
  return [
    `${palette.faint(formatTime(log.timeUnixNano))} ${label} ${service} ${first}`,
    ...more.map((line) => `    ${line}`),
  ];
}
