import { randomBytes } from "node:crypto";
import { totalmem } from "node:os";
import {
  createClickHouseClient,
  insertColumns,
  TABLE_NAMES,
  type ClickHouseConnection,
} from "@throughline/schemas";
import type { Logger } from "pino";
import { MACHINE_CLOCK } from "./clock.ts";
import { giveBackStartMemory, tuneGarbageCollection } from "./garbage-collection.ts";
import type { CollectorLimits } from "./limits.ts";
import { startPipeline } from "./pipeline.ts";
import type { Surroundings } from "./pipeline.ts";
import { nodeDisk } from "./spool/disk.ts";
import { createCollectorMetrics } from "./telemetry/metrics.ts";

export interface CollectorOptions {
  /** Where both receivers listen. */
  readonly host: string;
  /** 0 takes a free port; so does `httpPort`. */
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Taken beside `httpPort`, with the same answers, for Zipkin reporters that have its port in their defaults. */
  readonly zipkinPort?: number | undefined;
  /** Created when missing; belongs to one collector at a time. */
  readonly spoolDir: string;
  /**
   * YAML or JSON with the log levels that applications are told, read again when it changes; absent: none are told. The file need
   * neither exist nor be right: telemetry is taken all the same.
   */
  readonly agentConfigFile?: string;
  /** YAML with filters, sampling, attribute rules and redaction; absent: the redaction that is shipped. */
  readonly rulesFile?: string | undefined;
  /** Secret key for rules that hash; '' for none. */
  readonly redactionKey?: string | undefined;
  /** Pages that may send from a browser: exact origins, `loopback`, `*`; default `loopback`. */
  readonly corsOrigins?: readonly string[];
  /** Need not answer: what arrives waits in the spool. */
  readonly clickhouse: ClickHouseConnection;
  readonly limits: CollectorLimits;
  readonly logger: Logger;
}

export interface Collector {
  /** `host:port` of OTLP/gRPC. */
  readonly grpcAddress: string;
  /** `host:port` of OTLP/HTTP, `/healthz`, `/readyz`, `/metrics`, `/api/refusals` and `/api/config`. */
  readonly httpAddress: string;
  /** Answers what is in flight, inserts what ClickHouse takes within `drainTimeoutMs`, leaves the rest on disk. */
  stop(): Promise<void>;
  /** Reads the rules file again, as its change does. Never throws; the log says what came of it. */
  reloadRules(why: string): void;
}

/**
 * Resolves when both ports take data and what an earlier process left in the spool is on its way.
 * @throws RulesError when the rules file is not right, ListenError when a port is taken, SpoolError when the spool directory is
 */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  tuneGarbageCollection();
  const metrics = createCollectorMetrics();
  const pipeline = await startPipeline({ ...options, metrics, surroundings: machine });
  giveBackStartMemory();
  return pipeline;
}

/** A container's limit where there is one, else what the machine has. */
function machineMemoryBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** This process's own disk, clock, randomness and network. */
const machine: Surroundings = {
  disk: nodeDisk,
  clock: MACHINE_CLOCK,
  nanoClock: () => BigInt(Date.now()) * 1_000_000n,
  randomBytes,
  connect: (connection, { insert }) =>
    createClickHouseClient(connection, "collector", {
      requestTimeoutMs: insert.insertTimeoutMs,
      // One more for each: what is asked about an INSERT must not wait for it.
      connectionsMax: 2 * insert.lanesMax + 1,
    }),
  columnsOf,
  memoryBytes: machineMemoryBytes(),
  encoderWorkerUrl: new URL("./encode/encoder-worker.ts", import.meta.url),
};

const COLUMN_NAMES = new Map<string, readonly string[]>(
  TABLE_NAMES.map((table) => [table, insertColumns(table).map((column) => column.name)]),
);

function columnsOf(table: string): readonly string[] {
  const columns = COLUMN_NAMES.get(table);
  if (columns === undefined) throw new Error(`no such table: ${table}`);
  return columns;
}
