/** Pure: results as text, one column per run. */
import type { Percentiles, Result } from "./result.ts";

const MIB = 1024 ** 2;

const ROWS: readonly (readonly [string, (result: Result) => string])[] = [
  ["accepted, records/s", (result) => thousands(result.acceptedPerSecond)],
  ["stored meanwhile, records/s", (result) => thousands(result.storedPerSecond)],
  ["refused / failed requests", (result) => `${result.refusedRequests} / ${result.failedRequests}`],
  ["ack p50 / p95 / p99 / max, ms", (result) => latency(result.ackMs)],
  ["same, from when it was due", (result) => latency(result.dueMs)],
  ["CPU µs/record: receiving thread", (result) => result.collectorMicrosPerRecord.main.toFixed(2)],
  ["  encoding threads", (result) => result.collectorMicrosPerRecord.encode.toFixed(2)],
  ["  disk threads", (result) => result.collectorMicrosPerRecord.disk.toFixed(2)],
  ["  garbage collection, compiler", (result) => result.collectorMicrosPerRecord.other.toFixed(2)],
  ["  collector in all", (result) => result.collectorMicrosPerRecord.sum.toFixed(2)],
  ["  engine, per stored record", (result) => result.engineMicrosPerRecord.toFixed(2)],
  [
    "cores: collector / engine / load / others",
    ({ cores }) =>
      [cores.collector, cores.engine, cores.load, cores.others]
        .map((x) => x.toFixed(2))
        .join(" / "),
  ],
  ["resident max: collector, MiB", (result) => mib(result.collectorResidentMaxBytes)],
  ["resident max: engine, MiB", (result) => mib(result.engineResidentMaxBytes)],
  [
    "waiting at 10 % / 50 % / end, records",
    (result) => result.waitingRecords.map(thousands).join(" / "),
  ],
  [
    "all stored after, s",
    ({ drainSeconds }) =>
      drainSeconds === undefined ? "not within the time" : drainSeconds.toFixed(1),
  ],
  ["parts: most / at the end", ({ parts }) => `${parts.max} / ${parts.end}`],
  ["stored - accepted", ({ difference }) => String(difference)],
];

export interface NamedResult {
  readonly name: string;
  readonly result: Result;
}

/** A Markdown table that can also be read as it is. */
export function formatTable(results: readonly NamedResult[]): string {
  const lines = [
    ["", ...results.map(({ name }) => name)],
    ...ROWS.map(([title, cell]) => [title, ...results.map(({ result }) => cell(result))]),
  ];
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(3, ...lines.map((line) => (line[column] ?? "").length)),
  );
  const [head, ...rest] = lines.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [head, rule, ...rest].join("\n");
}

/** What each takes of processor time for a record, collector and engine together, and how often the first goes into it. */
export function formatRatios([first, ...others]: readonly NamedResult[]): string {
  if (first === undefined) return "";
  const micros = ({ result }: NamedResult) =>
    result.collectorMicrosPerRecord.sum + result.engineMicrosPerRecord;
  return [
    `${first.name}: ${micros(first).toFixed(1)} µs of processor time per record, collector and engine`,
    ...others.map((other) => {
      const accepted = first.result.acceptedPerSecond / other.result.acceptedPerSecond;
      const spent = micros(other) / micros(first);
      return `${other.name}: ${micros(other).toFixed(1)} µs, ${spent.toFixed(2)} times as much; ${first.name} accepted ${accepted.toFixed(2)} times as many`;
    }),
  ].join("\n");
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString("en-US").replaceAll(",", " ");
}

function latency({ p50, p95, p99, max }: Percentiles): string {
  return [p50, p95, p99, max].map((value) => value.toFixed(1)).join(" / ");
}

function mib(bytes: number): string {
  return String(Math.round(bytes / MIB));
}
