/** What `bench:query` takes. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { numberOption, UsageError } from "../options.ts";

export interface QueryBenchOptions {
  readonly dataDir: string;
  readonly rounds: number;
  readonly warmups: number;
  /** Only questions whose name has this in it. */
  readonly only: string;
  readonly rate: number;
  readonly rateMs: number;
  /** `answersKeptMs` of the query service; undefined for its own. */
  readonly answersKeptMs: number | undefined;
  /** Log records a second that a collector takes meanwhile; 0 for none. */
  readonly ingest: number;
  readonly memoryBytes: number;
  readonly migrate: boolean;
  readonly quietMs: number;
  /** How many of ClickHouse's statements are printed, the most costly first. */
  readonly statements: number;
  readonly jsonFile: string;
}

export const QUERY_USAGE = `  --dir DIRECTORY           that bench:fill has filled (required)
  --rounds N                of each question, every one with other arguments; default 20
  --warmups N               before them, not counted; default 5
  --only TEXT               questions with this in their name, such as "mix"
  --rate N                  requests per second of the mix; default 200, 0 leaves it out
  --rate-seconds N          how long; default 20
  --answers-kept-ms N       how long the query service keeps answers; default its own, 0 is not at all
  --ingest N                log records a second that arrive meanwhile, and stay; default 0
  --memory GIB              of the engine; default 8
  --migrate yes|no          bring the tables to this release first; default no
  --quiet SECONDS           wait at most so long for merges and refreshes to end; default 60
  --statements N            print what ClickHouse was asked, the N most costly; default 0
  --json FILE               default bench/results/query.json`;

const GIB = 1024 ** 3;

export function readQueryOptions(args: readonly string[]): QueryBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dir: { type: "string", default: "" },
      rounds: { type: "string", default: "20" },
      warmups: { type: "string", default: "5" },
      only: { type: "string", default: "" },
      rate: { type: "string", default: "200" },
      "rate-seconds": { type: "string", default: "20" },
      "answers-kept-ms": { type: "string", default: "" },
      ingest: { type: "string", default: "0" },
      memory: { type: "string", default: "8" },
      migrate: { type: "string", default: "no" },
      quiet: { type: "string", default: "60" },
      statements: { type: "string", default: "0" },
      json: { type: "string", default: "bench/results/query.json" },
    },
  });
  if (values.dir === "") throw new UsageError("--dir is missing: what bench:fill has filled");
  return {
    dataDir: resolve(values.dir),
    rounds: numberOption("--rounds", values.rounds, [1, 10_000]),
    warmups: numberOption("--warmups", values.warmups, [0, 1_000]),
    only: values.only,
    rate: numberOption("--rate", values.rate, [0, 10_000]),
    rateMs: 1000 * numberOption("--rate-seconds", values["rate-seconds"], [1, 86_400]),
    answersKeptMs:
      values["answers-kept-ms"] === ""
        ? undefined
        : numberOption("--answers-kept-ms", values["answers-kept-ms"], [0, 86_400_000]),
    ingest: numberOption("--ingest", values.ingest, [0, 1e6]),
    memoryBytes: GIB * numberOption("--memory", values.memory, [1, 1024]),
    migrate: values.migrate === "yes",
    quietMs: 1000 * numberOption("--quiet", values.quiet, [0, 86_400]),
    statements: numberOption("--statements", values.statements, [0, 100]),
    jsonFile: resolve(values.json),
  };
}
