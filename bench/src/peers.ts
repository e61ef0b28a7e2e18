/**
 * `npm run bench:peers`: the same load against this collector and against the OpenTelemetry Collector with its ClickHouse
 * exporter, one after the other, into the same tables of an embedded ClickHouse; each time a new one, so that nothing that one
 * has left to merge burdens the next, and another one first in every round.
 */
import { join } from "node:path";
import { tmpdir } from "node:os";
import { medianResult } from "./measure/median.ts";
import type { Result } from "./measure/result.ts";
import { runLoad, type Run } from "./measure/run-load.ts";
import { formatRatios, formatTable } from "./measure/table.ts";
import {
  type BenchOptions,
  describePlan,
  readOptions,
  USAGE,
  UsageError,
  writeJson,
} from "./options.ts";
import { buildOtelcol, startOtelcol } from "./system/otelcol.ts";
import { describeMachine } from "./system/proc.ts";
import {
  startDatabase,
  startThroughline,
  type CollectorProcess,
  type Database,
} from "./system/servers.ts";

interface Contender {
  readonly name: string;
  readonly start: (database: Database) => Promise<CollectorProcess>;
}

async function main(): Promise<void> {
  const options = readOptions("peers", process.argv.slice(2));
  const machine = describeMachine();
  console.log(`${describePlan(options)}; ${options.rounds} rounds\n${machine}\n`);
  const all = contenders();
  const runs = new Map<Contender, Run[]>(all.map((contender) => [contender, []]));
  for (let round = 0; round < options.rounds; round++) {
    const first = round % all.length;
    for (const contender of [...all.slice(first), ...all.slice(0, first)]) {
      const run = await measure(contender, options);
      console.log(`round ${round + 1}, ${contender.name}: ${inShort(run.result)}`);
      runs.get(contender)?.push(run);
    }
  }
  const medians = [...runs].flatMap(([{ name }, [run, ...others]]) =>
    run === undefined
      ? []
      : [{ name, result: medianResult([run.result, ...others.map(({ result }) => result)]) }],
  );
  console.log(`\n${formatTable(medians)}\n\n${formatRatios(medians)}`);
  const named = [...runs].flatMap(([{ name }, of]) => of.map((run) => ({ name, ...run })));
  const at = new Date().toISOString();
  writeJson(options.jsonFile, { at, machine, options, medians, runs: named });
  console.log(`\n${options.jsonFile}`);
}

async function measure({ start }: Contender, options: BenchOptions): Promise<Run> {
  const database = await startDatabase(options.parentDir, options.profile);
  try {
    const collector = await start(database);
    try {
      return await runLoad(options, { database, collector });
    } finally {
      await collector.stop();
    }
  } finally {
    await database.dispose();
  }
}

function inShort({ acceptedPerSecond, collectorMicrosPerRecord, ...result }: Result): string {
  const micros = `${collectorMicrosPerRecord.sum.toFixed(1)} + ${result.engineMicrosPerRecord.toFixed(1)} µs/record`;
  return `${Math.round(acceptedPerSecond)}/s accepted, ${micros}, others ${result.cores.others.toFixed(2)} cores`;
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
