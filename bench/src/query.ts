/**
 * `npm run bench:query`: how soon questions are answered over what `bench:fill` has made, over the API, and what an
 * answer costs. Engine and query service are processes of their own.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { catchUp } from "./fill/catch-up.ts";
import { readManifest } from "./fill/manifest.ts";
import { startLoad, type LoadProcess } from "./load/start-load.ts";
import { UsageError, writeJson } from "./options.ts";
import { type ArgumentSource, readArguments } from "./query/arguments.ts";
import { measureQuestion, type Asked, type QuestionResult } from "./query/ask.ts";
import { measureMix, MIX_NAME, readShared } from "./query/open-loop.ts";
import { QUERY_USAGE, readQueryOptions, type QueryBenchOptions } from "./query/options.ts";
import { QUESTIONS } from "./query/questions.ts";
import { formatStatements, readStatements } from "./query/statements.ts";
import { formatQuestions } from "./query/table.ts";
import { openDatabase, type OpenDatabase } from "./system/open-database.ts";
import { describeMachine } from "./system/proc.ts";
import { startQueryService, startThroughline } from "./system/servers.ts";

async function main(): Promise<void> {
  const options = readQueryOptions(process.argv.slice(2));
  const manifest = readManifest(options.dataDir);
  if (manifest === undefined) {
    throw new UsageError(`${options.dataDir} was not filled: run bench:fill first`);
  }
  const machine = describeMachine();
  const database = await openDatabase({
    dataDir: options.dataDir,
    memoryBytes: options.memoryBytes,
    migrate: options.migrate ? manifest.profile : undefined,
    yielding: false,
  });
  try {
    if (options.migrate) await catchUp(database.client);
    const source = await readArguments(database.client, manifest);
    const state = await stateOf(database, options.quietMs);
    console.log(`${machine}\n${state}\nasked about ${source.range}\n`);
    const ingest = options.ingest === 0 ? undefined : await startIngest(database, options);
    try {
      const results = await measureAll(database, source, options);
      console.log(`\n${formatQuestions(results)}`);
      const statements = await readStatements(database.client);
      if (options.statements > 0) {
        console.log(`\n${formatStatements(statements.slice(0, options.statements))}`);
      }
      writeJson(options.jsonFile, {
        at: new Date().toISOString(),
        machine,
        state,
        options,
        results,
        statements,
      });
      console.log(`\n${options.jsonFile}`);
    } finally {
      await ingest?.stop();
    }
  } finally {
    await database.close();
  }
}

async function measureAll(
  database: OpenDatabase,
  source: ArgumentSource,
  options: QueryBenchOptions,
): Promise<readonly QuestionResult[]> {
  const results: QuestionResult[] = [];
  const questions = QUESTIONS.filter(({ name }) => name.includes(options.only));
  if (questions.length > 0) {
    // Some are asked in the same words in every round.
    await withQueryService({ database, source, answersKeptMs: 0 }, async (asked) => {
      for (const question of questions) {
        // oxlint-disable-next-line no-await-in-loop -- one at a time is what is measured
        results.push(await measureQuestion(question, asked, options));
        process.stderr.write(".");
      }
    });
  }
  if (options.rate > 0 && MIX_NAME.includes(options.only)) {
    const { answersKeptMs } = options;
    await withQueryService({ database, source, answersKeptMs }, async (asked) => {
      results.push(await measureMix(asked, { rate: options.rate, durationMs: options.rateMs }));
      const shared = await readShared(asked.system.url);
      console.log(
        `rollups of the mix: ${shared.asked} asked, ${shared.joined} joined, ${shared.kept} kept`,
      );
    });
  }
  return results;
}

interface QueryServiceRun {
  readonly database: OpenDatabase;
  readonly source: ArgumentSource;
  /** Undefined is the service's own. */
  readonly answersKeptMs: number | undefined;
}

async function withQueryService(
  { database, source, answersKeptMs }: QueryServiceRun,
  measure: (asked: Asked) => Promise<void>,
): Promise<void> {
  const query = await startQueryService(database, {
    clockOffsetMs: Math.round(source.endMicros / 1000) - Date.now(),
    answersKeptMs,
  });
  try {
    const system = { url: query.url, enginePid: database.pid, queryPid: query.pid };
    await measure({ system, source });
  } finally {
    await query.stop();
  }
}

/** Logs that arrive while questions are asked. They stay in the directory, newer than what was filled. */
async function startIngest(
  database: OpenDatabase,
  { ingest }: QueryBenchOptions,
): Promise<{ stop(): Promise<void> }> {
  const collector = await startThroughline(database, {});
  const load: LoadProcess = await startLoad({
    address: collector.grpcAddress,
    transport: "grpc",
    signal: "logs",
    recordsPerRequest: 500,
    concurrency: 16,
    rate: ingest,
    durationMs: INGEST_MAX_MS,
    warmupMs: 0,
    templates: 64,
  });
  load.begin();
  return {
    stop: async () => {
      load.kill();
      await collector.stop();
    },
  };
}

const INGEST_MAX_MS = 86_400_000;

/**
 * Waits for merges of what was just filled, and for the views that an engine refreshes as it starts, so that neither is
 * measured.
 */
async function stateOf({ client }: OpenDatabase, quietMs: number): Promise<string> {
  const look = async <Row>(query: string): Promise<readonly Row[]> =>
    (await client.query({ query, format: "JSONEachRow" })).json<Row>();
  const deadline = performance.now() + quietMs;
  let underWay = 0;
  do {
    // oxlint-disable-next-line no-await-in-loop -- until there is nothing
    await sleep(1_000);
    // oxlint-disable-next-line no-await-in-loop -- until there is nothing
    const [row] = await look<{ underWay: string }>(
      `SELECT (SELECT count() FROM system.merges WHERE database = 'otel')
        + (SELECT countIf(status = 'Running') FROM system.view_refreshes WHERE database = 'otel') AS underWay`,
    );
    underWay = Number(row?.underWay ?? 0);
  } while (underWay > 0 && performance.now() < deadline);
  const tables = await look<{ table: string; rows: number; parts: number; gigabytes: number }>(
    `SELECT table, toFloat64(sum(p.rows)) AS rows, toFloat64(count()) AS parts, sum(bytes_on_disk) / 1e9 AS gigabytes
    FROM system.parts AS p WHERE active AND database = 'otel' AND p.rows > 0 GROUP BY table ORDER BY sum(p.rows) DESC`,
  );
  const lines = tables.map(
    ({ table, rows, parts, gigabytes }) =>
      `${table}: ${(rows / 1e6).toFixed(1)} M rows in ${parts} parts, ${gigabytes.toFixed(2)} GB`,
  );
  return [...lines, `merges and refreshes under way: ${underWay}`].join("\n");
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? `${error.message}\n${QUERY_USAGE}` : error);
  process.exitCode = 1;
});
