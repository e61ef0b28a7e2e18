/** Spool and inserter on a real disk, for tests that end them in the middle and begin again. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { insertColumns } from "@throughline/schemas";
import type { ClickHouseClient, TableName } from "@throughline/schemas";
import { pino } from "pino";
import { type Clock, MACHINE_CLOCK } from "../../clock.ts";
import type { EncodedBlock, SealedSegment } from "../../contract.ts";
import { DEFAULT_LIMITS } from "../../limits.ts";
import type { InsertLimits, SpoolLimits } from "../../limits.ts";
import { nodeDisk } from "../../spool/disk.ts";
import { createSpoolTelemetry } from "../../spool/spool-telemetry.ts";
import { Spool } from "../../spool/spool.ts";
import { createCollectorMetrics } from "../../telemetry/metrics.ts";
import { tableName } from "../find-stored.ts";
import { INSERT_SETTINGS } from "../insert-settings.ts";
import { Inserter } from "../inserter.ts";

/** Yesterday: older rows would soon be dropped by the tables' TTL, today's would reach into the future. */
const DAY = Math.floor(Date.now() / 86_400_000) - 1;

export function newSpoolDirectory(): string {
  return mkdtempSync(join(tmpdir(), "throughline-insert-"));
}

/**
 * Rows made by ClickHouse itself, in its own Native format: one block. Row n is the nth millisecond of the day of
 * service n % 3, and its text holds n.
 */
export async function makeBlock(
  client: ClickHouseClient,
  table: TableName,
  { first, rows }: { readonly first: number; readonly rows: number },
): Promise<EncodedBlock> {
  const dayStart = new Date(DAY * 86_400_000).toISOString().slice(0, 19).replace("T", " ");
  const values: Record<string, string> = {
    Timestamp: `toDateTime64('${dayStart}', 9, 'UTC') + toIntervalMillisecond(number)`,
    TimeUnix: `toDateTime64('${dayStart}', 9, 'UTC') + toIntervalMillisecond(number)`,
    ServiceName: "concat('service-', toString(number % 3))",
    SpanName: "'GET /cart'",
    SpanKind: "'Server'",
    Body: "concat('line ', toString(number))",
    MetricName: "'requests'",
    Attributes: "map('n', toString(number))",
    LogAttributes: "map('n', toString(number), 'a', 'b')",
    TraceId: "hex(sipHash128(intDiv(number, 10)))",
    SpanId: "hex(sipHash64(number))",
    Duration: "number",
  };
  const columns = insertColumns(table).map(({ name, type }) => {
    const value = values[name] ?? `defaultValueOfTypeName('${type}')`;
    return `CAST(${value}, '${type}') AS \`${name}\``;
  });
  const { stream } = await client.exec({
    query: `SELECT ${columns.join(", ")} FROM numbers(${first}, ${rows}) FORMAT Native`,
  });
  return { signal: signalOf(table), table, day: DAY, rows, bytes: await buffer(stream) };
}

function signalOf(table: TableName): EncodedBlock["signal"] {
  if (table === "otel_logs") return "logs";
  return table === "otel_traces" ? "traces" : "metrics";
}

/** A machine whose wall clock is wrong by so much. */
export function clockAhead(byMs: number): Clock {
  return { ...MACHINE_CLOCK, unixMs: () => Date.now() + byMs };
}

interface SpoolOpening {
  readonly limits?: Partial<SpoolLimits>;
  readonly clock?: Clock;
  readonly insertSettings?: Readonly<Record<string, string>>;
  readonly onSealed?: (segment: SealedSegment) => void;
  readonly isServerAway?: () => boolean;
}

export async function openSpool(directory: string, opening: SpoolOpening = {}) {
  const metrics = createCollectorMetrics();
  const sealed: SealedSegment[] = [];
  const spool = await Spool.open({
    directory,
    disk: nodeDisk,
    clock: opening.clock ?? MACHINE_CLOCK,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    limits: { ...DEFAULT_LIMITS.spool, ...opening.limits },
    columnsOf: (table) => insertColumns(tableName({ table })).map((column) => column.name),
    insertSettings: opening.insertSettings ?? INSERT_SETTINGS,
    telemetry: createSpoolTelemetry(metrics),
    logger: pino({ level: "silent" }),
    isServerAway: opening.isServerAway ?? (() => false),
    onSealed: opening.onSealed ?? ((segment) => sealed.push(segment)),
  });
  return { spool, metrics, sealed };
}

/** Spool and inserter together, as the pipeline wires them. */
export async function startStore(
  directory: string,
  { client, database }: { readonly client: ClickHouseClient; readonly database: string },
  opening: SpoolOpening & { readonly insert?: Partial<InsertLimits> } = {},
) {
  const metrics = createCollectorMetrics();
  const inserter = new Inserter({
    client,
    database,
    release: (id) => store.spool.release(id),
    quarantine: (id, reason) => store.spool.quarantine(id, reason),
    recovered: () => store.spool.isRecovered,
    limits: { ...DEFAULT_LIMITS.insert, ...opening.insert },
    clock: opening.clock ?? MACHINE_CLOCK,
    metrics,
    logger: pino({ level: "silent" }),
  });
  const store = await openSpool(directory, {
    ...opening,
    isServerAway: () => !inserter.server.reachable,
    onSealed: (segment) => inserter.enqueue(segment),
  });
  inserter.start();
  return { ...store, inserter };
}

export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 20_000) {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
