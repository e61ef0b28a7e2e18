/**
 * The map of the collector. A request's way, stage by stage, and the only file that knows them all:
 *
 *   receive/   a transport hands over a whole body                        grpc-receiver.ts, http-receiver.ts
 *   admit/     one budget for everything in flight                        admission.ts
 *   encode/    worker threads make ClickHouse blocks of it                encoder-pool.ts
 *   spool/     blocks are written to segments and synced; then the answer spool.ts
 *   insert/    sealed segments go to ClickHouse, exactly once             inserter.ts
 *
 * Parts are started from the disk outwards and stopped in reverse: first nothing arrives any more, then what has
 * arrived is synced and answered, then as much as ClickHouse takes in time is inserted. The rest waits on disk.
 */
import type { ClickHouseClient, ClickHouseConnection } from "@throughline/schemas";
import type { Logger } from "pino";
import { createAdmission } from "./admit/admission.ts";
import { NO_AGENT_CONFIG } from "./agent-config/agent-config.ts";
import { followAgentConfig } from "./agent-config/follow-agent-config.ts";
import type { Clock } from "./clock.ts";
import type { AgentConfigSource } from "./contract.ts";
import { EncoderPool } from "./encode/encoder-pool.ts";
import { createHealth } from "./health.ts";
import { createIngest } from "./ingest.ts";
import { INSERT_SETTINGS } from "./insert/insert-settings.ts";
import { Inserter } from "./insert/inserter.ts";
import type { CollectorLimits } from "./limits.ts";
import { startGrpcReceiver } from "./receive/grpc-receiver.ts";
import { startHttpReceiver } from "./receive/http-receiver.ts";
import type { Receiver } from "./receive/receiver.ts";
import { RefusalLog } from "./receive/refusal-log.ts";
import { RulesFile } from "./rules/rules-file.ts";
import { RunningParts } from "./running-parts.ts";
import { lockDirectory } from "./spool/directory-lock.ts";
import type { Disk } from "./spool/disk.ts";
import { fitToMemory } from "./spool/fit-to-memory.ts";
import { createSpoolTelemetry } from "./spool/spool-telemetry.ts";
import { Spool } from "./spool/spool.ts";
import type { CollectorMetrics } from "./telemetry/metrics.ts";

export interface PipelineOptions {
  readonly host: string;
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Absent: Zipkin's spans are taken on `httpPort` only. */
  readonly zipkinPort?: number | undefined;
  readonly spoolDir: string;
  /** Absent: applications are told nothing. */
  readonly agentConfigFile?: string;
  readonly rulesFile?: string | undefined;
  readonly redactionKey?: string | undefined;
  readonly corsOrigins?: readonly string[];
  readonly clickhouse: ClickHouseConnection;
  readonly limits: CollectorLimits;
  readonly logger: Logger;
  readonly metrics: CollectorMetrics;
  readonly surroundings: Surroundings;
}

/** What is outside of the process, passed in. */
export interface Surroundings {
  readonly disk: Disk;
  readonly clock: Clock;
  /** Nanoseconds since 1970. */
  readonly nanoClock: () => bigint;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly connect: (connection: ClickHouseConnection, limits: CollectorLimits) => ClickHouseClient;
  readonly columnsOf: (table: string) => readonly string[];
  /** Memory of the machine, or of the container that this process runs in. */
  readonly memoryBytes: number;
  readonly encoderWorkerUrl: URL;
}

export interface Pipeline {
  readonly grpcAddress: string;
  readonly httpAddress: string;
  stop(): Promise<void>;
  reloadRules(why: string): void;
}

/** @throws ListenError, SpoolError or the disk's own error; nothing is left running then */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const parts = new RunningParts(options.logger);
  try {
    const store = await startStore(options, parts);
    const { pool, rules } = startEncoderPool(options, parts);
    const agentConfig = await startAgentConfig(options, parts);
    const receivers = await startReceivers(options, { ...store, pool, agentConfig, parts });
    return {
      grpcAddress: receivers.grpc.address,
      httpAddress: receivers.http.address,
      stop: () => parts.stop(),
      reloadRules: (why) => rules.reload(why),
    };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

interface Store {
  readonly spool: Spool;
  readonly inserter: Inserter;
}

/** Spool and inserter, which hand segments to each other. */
async function startStore(options: PipelineOptions, parts: RunningParts): Promise<Store> {
  const { limits, logger, metrics, spoolDir, surroundings } = options;
  const { disk, clock, randomBytes, columnsOf } = surroundings;
  await disk.makeDirectory(spoolDir);
  const lock = lockDirectory(spoolDir);
  parts.add("spool directory", () => lock.release());

  const client = surroundings.connect(options.clickhouse, limits);
  parts.add("ClickHouse client", () => client.close());

  const inserter = new Inserter({
    client,
    database: options.clickhouse.database,
    release: (id) => spool.release(id),
    quarantine: (id, reason) => spool.quarantine(id, reason),
    recovered: () => spool.isRecovered,
    limits: limits.insert,
    clock,
    metrics,
    logger,
  });
  const spool = await Spool.open({
    directory: spoolDir,
    disk,
    clock,
    randomBytes,
    limits: fitToMemory(limits.spool, surroundings.memoryBytes),
    columnsOf,
    insertSettings: INSERT_SETTINGS,
    telemetry: createSpoolTelemetry(metrics),
    logger,
    isServerAway: () => !inserter.server.reachable,
    onSealed: (segment) => inserter.enqueue(segment),
  });
  parts.add("inserter", () => inserter.stop());
  inserter.start();

  const ticker = setInterval(() => void spool.tick(), Math.ceil(limits.spool.segmentAgeMs / 10));
  const watcher = setInterval(() => void spool.noticeQuarantine(), QUARANTINE_LOOK_MS);
  parts.add("spool", async () => {
    clearInterval(ticker);
    clearInterval(watcher);
    await spool.close();
    await inserter.drain(limits.insert.drainTimeoutMs);
  });
  return { spool, inserter };
}

/** A look is one directory listing, and none while the quarantine is empty. */
const QUARANTINE_LOOK_MS = 1000;

/** The pool, and the rules that its workers run. */
function startEncoderPool(
  options: PipelineOptions,
  parts: RunningParts,
): { readonly pool: EncoderPool; readonly rules: RulesFile } {
  const { limits, logger, metrics, surroundings } = options;
  const pool = new EncoderPool({
    workerUrl: surroundings.encoderWorkerUrl,
    workers: limits.encode.workersMax,
    limits: limits.encode,
    requestLimits: { ...limits.record, bodyMaxBytes: limits.receive.bodyMaxBytes },
    clock: surroundings.nanoClock,
    metrics,
    logger,
  });
  const rules = new RulesFile({
    path: options.rulesFile,
    hashKey: options.redactionKey ?? "",
    logger,
    onLoaded: (loaded) => {
      pool.useRules(loaded);
      metrics.rulesVersion.set(loaded.version);
    },
    onFailed: () => metrics.rulesReloadFailures.inc(),
  });
  rules.start();
  parts.add("rules file", () => rules.stop());
  pool.start();
  parts.add("encoder pool", () => pool.stop(STOP_GRACE_MS));
  return { pool, rules };
}

/** How long a stop waits for requests that have begun. */
const STOP_GRACE_MS = 5000;

/** Beside the bytes' way: what applications are told when they ask. */
async function startAgentConfig(
  { agentConfigFile, metrics, logger }: PipelineOptions,
  parts: RunningParts,
): Promise<AgentConfigSource> {
  if (agentConfigFile === undefined) return () => ({ kind: "ok", config: NO_AGENT_CONFIG });
  const followed = await followAgentConfig({ path: agentConfigFile, metrics, logger });
  parts.add("agent configuration", () => followed.stop());
  return followed.current;
}

async function startReceivers(
  options: PipelineOptions,
  stages: Store & {
    readonly pool: EncoderPool;
    readonly agentConfig: AgentConfigSource;
    readonly parts: RunningParts;
  },
): Promise<{ readonly grpc: Receiver; readonly http: Receiver }> {
  const { host, limits, logger, metrics, surroundings } = options;
  const { pool, spool, inserter, agentConfig, parts } = stages;
  const common = {
    host,
    ingest: createIngest({ pool, spool, metrics }),
    admission: createAdmission({ limits: limits.admit, metrics }),
    limits: limits.receive,
    metrics,
    refusals: new RefusalLog(surroundings.clock.monotonicMs),
    onBug: (error: unknown) => logger.error({ err: error }, "a request met a bug"),
  };
  const ports = { grpc: options.grpcPort, http: options.httpPort };
  const grpc = await startGrpcReceiver({
    ...common,
    port: options.grpcPort,
    otherPort: () => ports.http,
  });
  ports.grpc = grpc.port;
  parts.add("OTLP/gRPC receiver", () => grpc.stop(STOP_GRACE_MS));
  const overHttp = {
    ...common,
    otherPort: () => ports.grpc,
    health: createHealth({ spool, inserter, limits: limits.spool }),
    agentConfig,
    ...(options.corsOrigins === undefined ? {} : { corsOrigins: options.corsOrigins }),
  };
  const http = await startHttpReceiver({ ...overHttp, port: options.httpPort });
  ports.http = http.port;
  parts.add("OTLP/HTTP receiver", () => http.stop(STOP_GRACE_MS));
  if (options.zipkinPort !== undefined) {
    // The same receiver again: reporters have Zipkin's own port in their defaults.
    const zipkin = await startHttpReceiver({ ...overHttp, port: options.zipkinPort });
    parts.add("Zipkin receiver", () => zipkin.stop(STOP_GRACE_MS));
  }
  return { grpc, http };
}
