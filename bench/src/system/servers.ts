/** The programs that are measured, each started as a user would and stopped afterwards. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startEngine, type Engine } from "@throughline/engine";
import {
  createClickHouseClient,
  migrate,
  type ClickHouseClient,
  type SchemaProfile,
} from "@throughline/schemas";
import { freePorts } from "./free-ports.ts";

export const DATABASE = "otel";
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const CLI = fileURLToPath(import.meta.resolve("@throughline/cli"));

/** An embedded ClickHouse of its own, with the tables of a profile. */
export interface Database {
  readonly dataDir: string;
  readonly httpPort: number;
  readonly tcpPort: number;
  readonly client: ClickHouseClient;
  readonly owner: Engine["owner"];
  readonly pid: number;
  dispose(): Promise<void>;
}

/** @param parent a directory on the disk to be measured */
export async function startDatabase(parent: string, profile: SchemaProfile): Promise<Database> {
  const dataDir = mkdtempSync(join(parent, "throughline-bench-"));
  const [httpPort = 0, tcpPort = 0] = await freePorts(2);
  const engine = await startEngine({ dataDir, httpPort, tcpPort, database: DATABASE });
  await migrate(engine.owner, { profile });
  const client = createClickHouseClient(engine.owner, "bench", { requestTimeoutMs: 60_000 });
  return {
    dataDir,
    httpPort,
    tcpPort,
    client,
    owner: engine.owner,
    pid: engine.pid ?? 0,
    dispose: async () => {
      await client.close();
      await engine.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A collector, ours or another's, that takes OTLP and writes to the database. */
export interface CollectorProcess {
  readonly pid: number;
  readonly grpcAddress: string;
  readonly httpAddress: string;
  stop(): Promise<void>;
}

export async function startThroughline(
  database: Pick<Database, "dataDir" | "httpPort">,
  environment: Readonly<Record<string, string>>,
): Promise<CollectorProcess> {
  const [grpc = 0, http = 0] = await freePorts(2);
  const child = spawn(process.execPath, [...profilerFlags(), CLI, "collector"], {
    cwd: database.dataDir,
    stdio: [
      "ignore",
      process.env["BENCH_NODE_FLAGS"] === undefined ? "ignore" : "inherit",
      "inherit",
    ],
    env: {
      ...process.env,
      ...environment,
      THROUGHLINE_DATA_DIR: database.dataDir,
      THROUGHLINE_CLICKHOUSE_HTTP_PORT: String(database.httpPort),
      THROUGHLINE_OTLP_GRPC_PORT: String(grpc),
      THROUGHLINE_OTLP_HTTP_PORT: String(http),
    },
  });
  const httpAddress = `127.0.0.1:${http}`;
  await untilReady(child, async () => (await fetch(`http://${httpAddress}/readyz`)).ok);
  return {
    pid: child.pid ?? 0,
    grpcAddress: `127.0.0.1:${grpc}`,
    httpAddress,
    stop: () => stop(child),
  };
}

export interface QueryProcess {
  readonly pid: number;
  /** `http://127.0.0.1:port` */
  readonly url: string;
  stop(): Promise<void>;
}

const SHIFTED_CLOCK = fileURLToPath(new URL("shifted-clock.ts", import.meta.url));

export interface QueryServiceOptions {
  /** How far its clock is ahead. */
  readonly clockOffsetMs?: number;
  readonly answersKeptMs?: number | undefined;
}

export async function startQueryService(
  database: Pick<Database, "dataDir" | "httpPort">,
  options: QueryServiceOptions = {},
): Promise<QueryProcess> {
  const [port = 0] = await freePorts(1);
  const { clockOffsetMs, answersKeptMs } = options;
  const clock = clockOffsetMs === undefined ? [] : ["--import", SHIFTED_CLOCK];
  const child = spawn(process.execPath, [...profilerFlags(), ...clock, CLI, "query"], {
    cwd: database.dataDir,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      THROUGHLINE_DATA_DIR: database.dataDir,
      THROUGHLINE_CLICKHOUSE_HTTP_PORT: String(database.httpPort),
      THROUGHLINE_HTTP_PORT: String(port),
      ...(clockOffsetMs === undefined ? {} : { BENCH_CLOCK_OFFSET_MS: String(clockOffsetMs) }),
      ...(answersKeptMs === undefined
        ? {}
        : { THROUGHLINE_ANSWERS_KEPT_MS: String(answersKeptMs) }),
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(child, async () => (await fetch(`${url}/readyz`)).ok);
  return { pid: child.pid ?? 0, url, stop: () => stop(child) };
}

/** BENCH_CPU_PROFILE names a directory for V8's profiles of the process's threads; BENCH_NODE_FLAGS are node's own. */
function profilerFlags(): readonly string[] {
  const directory = process.env["BENCH_CPU_PROFILE"];
  const extra = process.env["BENCH_NODE_FLAGS"]?.split(" ") ?? [];
  return directory === undefined ? extra : [...extra, "--cpu-prof", `--cpu-prof-dir=${directory}`];
}

export async function untilReady(
  child: ChildProcess,
  ready: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await ready().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    if (performance.now() > deadline) throw new Error(`not ready after ${READY_TIMEOUT_MS} ms`);
    await sleep(50);
  }
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
