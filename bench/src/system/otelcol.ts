/** The OpenTelemetry Collector with its ClickHouse exporter: built from the Go module proxy, configured fairly. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePorts } from "./free-ports.ts";
import { DATABASE, stop, untilReady, type CollectorProcess, type Database } from "./servers.ts";

const SOURCE_DIR = fileURLToPath(new URL("../../peers/otelcol", import.meta.url));

export type BuildOutcome =
  | { readonly kind: "built"; readonly path: string }
  | { readonly kind: "skipped"; readonly reason: string };

/** @param directory where the program is put; the modules are in Go's own cache */
export function buildOtelcol(directory: string): BuildOutcome {
  const version = spawnSync("go", ["version"], { encoding: "utf8" });
  if (version.status !== 0) {
    return { kind: "skipped", reason: "Go is not installed (go.dev/dl): the comparison needs it" };
  }
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "otelcol");
  const build = spawnSync("go", ["build", "-buildvcs=false", "-o", path, "."], {
    cwd: SOURCE_DIR,
    encoding: "utf8",
  });
  if (build.status === 0) return { kind: "built", path };
  return { kind: "skipped", reason: `go build failed:\n${build.stderr.trim()}` };
}

/**
 *   memory  acknowledges when a batch is in the queue in memory: a crash loses the queue
 *   disk    the queue is in a file that is synced before the acknowledgement, as ours is
 */
export type QueueKind = "memory" | "disk";

export async function startOtelcol(
  program: string,
  database: Database,
  queue: QueueKind,
): Promise<CollectorProcess> {
  const [grpc = 0, http = 0] = await freePorts(2);
  const storageDir = join(database.dataDir, `otelcol-${queue}`);
  mkdirSync(storageDir, { recursive: true });
  const config = join(storageDir, "config.json");
  writeFileSync(config, JSON.stringify(configuration({ database, queue, storageDir, grpc, http })));
  const child = spawn(program, ["--config", `file:${config}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  await untilReady(child, () => canConnect(grpc));
  return {
    pid: child.pid ?? 0,
    grpcAddress: `127.0.0.1:${grpc}`,
    httpAddress: `127.0.0.1:${http}`,
    stop: () => stop(child),
  };
}

interface ConfigurationInput {
  readonly database: Database;
  readonly queue: QueueKind;
  readonly storageDir: string;
  readonly grpc: number;
  readonly http: number;
}

/** JSON is YAML. Batches are as large as our segments; nothing is dropped when the queue is full. */
function configuration({ database, queue, storageDir, grpc, http }: ConfigurationInput): object {
  const { username, password } = database.owner;
  const onDisk = queue === "disk";
  const pipeline = { receivers: ["otlp"], exporters: ["clickhouse"] };
  return {
    ...(onDisk ? { extensions: { file_storage: { directory: storageDir, fsync: true } } } : {}),
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: `127.0.0.1:${grpc}`, max_recv_msg_size_mib: 64 },
          http: { endpoint: `127.0.0.1:${http}` },
        },
      },
    },
    exporters: {
      clickhouse: {
        endpoint: `tcp://127.0.0.1:${database.tcpPort}`,
        username,
        password,
        database: DATABASE,
        create_schema: false,
        async_insert: false,
        timeout: "60s",
        sending_queue: {
          enabled: true,
          num_consumers: 2,
          sizer: "items",
          queue_size: 2_000_000,
          block_on_overflow: true,
          ...(onDisk ? { storage: "file_storage" } : {}),
          batch: { flush_timeout: "3s", min_size: 200_000, max_size: 400_000, sizer: "items" },
        },
        retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
      },
    },
    service: {
      ...(onDisk ? { extensions: ["file_storage"] } : {}),
      pipelines: { logs: pipeline, traces: pipeline },
      telemetry: { logs: { level: "warn" }, metrics: { level: "none" } },
    },
  };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
