/**
 * `npm run bench:peers`: the same load against this collector and against the OpenTelemetry Collector with its ClickHouse
 * exporter, one after the other, into the same tables of the same embedded ClickHouse.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { runLoad, type Run } from "./measure/run-load.ts";
import { formatTable } from "./measure/table.ts";
import { describePlan, readOptions, USAGE, UsageError, writeJson } from "./options.ts";
import { buildOtelcol, startOtelcol } from "./system/otelcol.ts";
import { describeMachine } from "./system/proc.ts";
import {
  startDatabase,
  startThroughline,
  type CollectorProcess,
  type Database,
} from "./system/servers.ts";

const SETTLE_MS = 3000;

interface Contender {
  readonly name: string;
  readonly start: (database: Database) => Promise<CollectorProcess>;
}

async function main(): Promise<void> {
  const options = readOptions("peers", process.argv.slice(2));
  const machine = describeMachine();
  console.log(`${describePlan(options)}\n${machine}\n`);
  const database = await startDatabase(options.parentDir, options.profile);
  try {
    const runs: (Run & { readonly name: string })[] = [];
    for (const { name, start } of contenders()) {
      // What one has left to merge must not burden the next.
      for (const table of ["otel_logs", "otel_traces"]) {
        await database.client.command({ query: `TRUNCATE TABLE ${table}` });
      }
      await sleep(SETTLE_MS);
      const collector = await start(database);
      try {
        const run = await runLoad(options, { database, collector });
        runs.push({ name, ...run });
      } finally {
        await collector.stop();
      }
    }
    console.log(formatTable(runs));
    writeJson(options.jsonFile, { at: new Date().toISOString(), machine, options, runs });
    console.log(`\n${options.jsonFile}`);
  } finally {
    await database.dispose();
  }
}

function contenders(): readonly Contender[] {
  const own: Contender = {
    name: "throughline",
    start: (database) => startThroughline(database, {}),
  };
  const built = buildOtelcol(join(tmpdir(), "throughline-bench-otelcol"));
  if (built.kind === "skipped") {
    console.log(`SKIPPED the OpenTelemetry Collector: ${built.reason}\n`);
    return [own];
  }
  const { path } = built;
  return [
    own,
    { name: "otelcol, memory", start: (database) => startOtelcol(path, database, "memory") },
    { name: "otelcol, synced file", start: (database) => startOtelcol(path, database, "disk") },
  ];
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? `${error.message}\n${USAGE}` : error);
  process.exitCode = 1;
});
