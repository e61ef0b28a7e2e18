/**
 * `npm run bench:fill`: a directory with logs and spans of realistic shape, as many as asked for, to ask `bench:query` of.
 * It is kept; a fill that was ended goes on where it was.
 */
import { statfsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { blockOf, blockOrder, planFill } from "./fill/plan.ts";
import { fillBlock, prepare } from "./fill/fill-blocks.ts";
import { readManifest, writeManifest, type Manifest } from "./fill/manifest.ts";
import { FILL_USAGE, readFillOptions, type FillOptions } from "./fill/options.ts";
import { makeRoutes } from "./fill/routes.ts";
import { makeServices } from "./fill/services.ts";
import { UsageError } from "./options.ts";
import { openDatabase, type OpenDatabase } from "./system/open-database.ts";

async function main(): Promise<void> {
  const options = readFillOptions(process.argv.slice(2));
  const found = readManifest(options.dataDir);
  const manifest = found ?? newManifest(options);
  writeManifest(options.dataDir, manifest);
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stopping.abort());
  }
  const database = await openDatabase({
    dataDir: options.dataDir,
    memoryBytes: options.memoryBytes,
    // A directory that was begun keeps the tables that it has: a block must not see two schemas.
    migrate: found === undefined ? manifest.profile : undefined,
    yielding: true,
  });
  try {
    await fill(database, { manifest, options, signal: stopping.signal });
  } finally {
    await database.close();
  }
}

function newManifest(options: FillOptions): Manifest {
  const { logs, spans, blockSpans, seed, profile } = options;
  return {
    sizes: { logs, spans },
    blockSpans,
    seed,
    profile,
    endMicros: Date.now() * 1000,
    done: [],
  };
}

interface Filling {
  readonly manifest: Manifest;
  readonly options: FillOptions;
  readonly signal: AbortSignal;
}

async function fill(database: OpenDatabase, filling: Filling): Promise<void> {
  const { options, signal } = filling;
  let { manifest } = filling;
  const services = makeServices(manifest.seed);
  const routes = makeRoutes(services, manifest.seed);
  const plan = planFill(routes, manifest.sizes, manifest.blockSpans);
  await prepare(database.client, services, routes);
  const done = new Set(manifest.done);
  for (const number of blockOrder(plan).filter((block) => !done.has(block))) {
    if (signal.aborted) break;
    const startedAt = performance.now();
    const block = blockOf(plan, manifest.endMicros, number);
    // oxlint-disable-next-line no-await-in-loop -- blocks follow each other
    await fillBlock(database.client, { block, seed: manifest.seed, logsScale: plan.logsScale });
    const elapsedMs = performance.now() - startedAt;
    manifest = { ...manifest, done: [...manifest.done, number] };
    writeManifest(options.dataDir, manifest);
    // oxlint-disable-next-line no-await-in-loop -- blocks follow each other
    const { logs, spans, bytes, parts } = await sizesOf(database);
    console.log(
      `${new Date().toISOString()} block ${manifest.done.length} of ${plan.blocks}: ${millions(logs)} logs, ${millions(spans)} spans, ` +
        `${(bytes / 1e9).toFixed(2)} GB in ${parts} parts, ${(elapsedMs / 1000).toFixed(1)} s`,
    );
    if (bytes > options.diskBytesMax || freeBytes(options.dataDir) < DISK_FREE_MIN_BYTES) {
      console.log("stopped: the disk that it may use is used");
      break;
    }
    // oxlint-disable-next-line no-await-in-loop -- blocks follow each other
    await sleep(elapsedMs * options.rest, undefined, { signal }).catch(() => undefined);
  }
}

/** Others use the disk, too. */
const DISK_FREE_MIN_BYTES = 10 * 1024 ** 3;

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

interface Sizes {
  readonly logs: number;
  readonly spans: number;
  readonly bytes: number;
  readonly parts: number;
}

async function sizesOf({ client }: OpenDatabase): Promise<Sizes> {
  const result = await client.query({
    query: `SELECT toFloat64(sumIf(rows, active AND table = 'otel_logs')) AS logs,
      toFloat64(sumIf(rows, active AND table = 'otel_traces')) AS spans,
      toFloat64(sum(bytes_on_disk)) AS bytes,
      toFloat64(countIf(active AND table IN ('otel_logs', 'otel_traces'))) AS parts
    FROM system.parts WHERE database = 'otel'`,
    format: "JSONEachRow",
  });
  const [row] = await result.json<Sizes>();
  if (row === undefined) throw new Error("system.parts says nothing");
  return row;
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(2)} M`;
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? `${error.message}\n${FILL_USAGE}` : error);
  process.exitCode = 1;
});
