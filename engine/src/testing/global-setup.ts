import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// The augmentation of vitest's ProvidedContext.
import type {} from "@throughline/schemas/testing";
import type { TestProject } from "vitest/node";
import { startEngine } from "../engine.ts";
import { freePorts } from "./free-ports.ts";

/**
 * One embedded ClickHouse for all test files of the project, in a temporary folder, on free ports. Its users
 * may use every database whose name begins with `otel_test`; `createTestDatabase` makes those.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), "throughline-clickhouse-"));
  const [httpPort, tcpPort] = await freePorts();
  const engine = await startEngine({
    dataDir,
    httpPort,
    tcpPort,
    database: "otel_test",
    databaseIsPrefix: true,
    memoryLimitBytes: 4 * 1024 ** 3,
  });
  project.provide("clickhouse", {
    version: engine.version,
    owner: engine.owner,
    query: engine.query,
    sql: engine.sql,
    grafana: engine.grafana,
  });
  return async () => {
    await engine.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
