/** The pages that show what {@link hostileSpans} and {@link hostileLogs} send. */
import { ENVIRONMENT, HOSTILE, SERVICES } from "./hostile-texts.ts";

/** What it is, where, and a selector of what it has when it is there. */
type HostilePage = readonly [what: string, path: string, ready: string];

/** A filter's, or a column's, text that is this and nothing else. */
const words = (text: string) => encodeURIComponent(JSON.stringify(text));

/** @returns the query parameters of the minutes around a moment, unix milliseconds */
export function rangeAround(ms: number): string {
  return new URLSearchParams({
    from: new Date(ms - 60_000).toISOString(),
    to: new Date(ms + 60_000).toISOString(),
  }).toString();
}

/** @param nowMs when the first trace began; @param traceIds of the plain and of the long one */
export function hostilePages(
  nowMs: number,
  [plain, long]: readonly [string, string],
): readonly HostilePage[] {
  const inRange = rangeAround(nowMs);
  const service = `/services/${encodeURIComponent(SERVICES.callee)}?${inRange}`;
  return [
    ["traces", `/traces?${inRange}`, '[data-testid="trace-row"]'],
    ["groups of traces", `/traces?${inRange}&group=name`, '[data-testid="group-row"]'],
    [
      "groups by a key that is markup",
      `/traces?${inRange}&group=${words(HOSTILE.image)}`,
      '[data-testid="group-row"]',
    ],
    [
      "what differs in a part of the heatmap",
      `/traces?${inRange}&sel=${nowMs - 120_000}-${nowMs + 120_000}_1-45000000&differs=on`,
      '[aria-label="Differences, largest first"]',
    ],
    ["logs", `/logs?${inRange}`, '[data-testid="log-row"]'],
    [
      "a table of logs",
      `/logs?${inRange}&view=table&col=${words(HOSTILE.reversed)}&col=long.words`,
      '[data-testid="log-row"]',
    ],
    ["patterns of logs", `/logs?${inRange}&view=patterns`, '[data-testid="pattern-row"]'],
    [
      "logs of a value that turns the order",
      `/logs?${inRange}&v=1&q=${words(HOSTILE.reversed)}`,
      '[data-testid="log-row"]',
    ],
    [
      "nothing found of such a value",
      `/traces?${inRange}&v=1&q=service:${words(HOSTILE.reversed)}`,
      'main :text("No traces match these filters")',
    ],
    [
      "services of an environment",
      `/services?${inRange}&environment=${encodeURIComponent(ENVIRONMENT)}`,
      "tbody tr",
    ],
    ["a service", service, 'tbody th:has-text("<iframe")'],
    [
      "an operation of a service",
      `${service}&operation=${encodeURIComponent(`POST ${HOSTILE.svg}`)}`,
      "[aria-current=true]",
    ],
    ["the map of services", `/map?${inRange}`, '[data-testid="map-node"]'],
    ["the table of the map", `/map?${inRange}&view=table`, '[data-testid="map-call"]'],
    ["two traces compared", `/compare?a=${plain}&b=${long}`, '[data-testid="compared-row"]'],
    ["a table of a trace", `/trace/${plain}?view=table`, '[data-testid="totals-row"]'],
  ];
}
