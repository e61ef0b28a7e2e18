/** An engine over a data directory that is kept. */
import { readdirSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { startEngine, type Engine } from "@throughline/engine";
import {
  createClickHouseClient,
  migrate,
  type ClickHouseClient,
  type SchemaProfile,
} from "@throughline/schemas";
import { freePorts } from "./free-ports.ts";
import { DATABASE } from "./servers.ts";

export interface OpenDatabaseOptions {
  readonly dataDir: string;
  readonly memoryBytes: number;
  /** The profile to make the tables with; undefined leaves the tables as they are. */
  readonly migrate: SchemaProfile | undefined;
  /** The engine gets this process's own niceness, which may be more than what it gives itself. */
  readonly yielding: boolean;
}

export interface OpenDatabase {
  readonly dataDir: string;
  readonly httpPort: number;
  readonly pid: number;
  readonly client: ClickHouseClient;
  readonly owner: Engine["owner"];
  close(): Promise<void>;
}

/** Long enough for a block of a million rows on a machine that is busy with other things. */
const REQUEST_TIMEOUT_MS = 3_600_000;

export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const { dataDir, memoryBytes } = options;
  const [httpPort = 0, tcpPort = 0] = await freePorts(2);
  const engine = await startEngine({
    dataDir,
    httpPort,
    tcpPort,
    database: DATABASE,
    memoryLimitBytes: memoryBytes,
  });
  if (options.yielding) yieldAs(engine.pid ?? 0);
  if (options.migrate !== undefined) await migrate(engine.owner, { profile: options.migrate });
  const client = createClickHouseClient(engine.owner, "bench", {
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  });
  return {
    dataDir,
    httpPort,
    client,
    pid: engine.pid ?? 0,
    owner: engine.owner,
    close: async () => {
      await client.close();
      await engine.stop();
    },
  };
}

/** Linux keeps a niceness for each thread; threads to come inherit it from the one that starts them. */
function yieldAs(pid: number): void {
  const niceness = getPriority();
  for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), niceness);
}
