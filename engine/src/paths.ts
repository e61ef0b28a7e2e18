import { join } from "node:path";

/** Where everything of the engine lies; all of it below `<dataDir>/clickhouse`. */
export interface EnginePaths {
  readonly root: string;
  /** ClickHouse's own `path`: tables, metadata, its lock. */
  readonly data: string;
  readonly log: string;
  readonly logFile: string;
  readonly errorLogFile: string;
  /** Generated passwords, mode 0600; outside of what the engine itself may read. */
  readonly credentials: string;
  /** One folder per start, so that a second start never overwrites the configuration of a running engine. */
  readonly runs: string;
}

/** @param dataDir absolute */
export function enginePaths(dataDir: string): EnginePaths {
  const root = join(dataDir, "clickhouse");
  const log = join(root, "log");
  return {
    root,
    data: join(root, "data"),
    log,
    logFile: join(log, "clickhouse.log"),
    errorLogFile: join(log, "clickhouse.err.log"),
    credentials: join(root, "credentials.json"),
    runs: join(root, "run"),
  };
}
