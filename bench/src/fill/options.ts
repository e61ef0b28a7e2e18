/** What `bench:fill` takes. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { SCHEMA_PROFILES, type SchemaProfile } from "@throughline/schemas";
import { numberOption, oneOf, UsageError } from "../options.ts";

export interface FillOptions {
  readonly logs: number;
  readonly spans: number;
  readonly blockSpans: number;
  readonly seed: number;
  readonly dataDir: string;
  readonly profile: SchemaProfile;
  readonly memoryBytes: number;
  readonly diskBytesMax: number;
  /** Milliseconds of rest after each block, for each millisecond of work. */
  readonly rest: number;
}

export const FILL_USAGE = `  --dir DIRECTORY           kept; a second run goes on where the first one ended (required)
  --logs N                  default 1000000; taken from the first run when there was one
  --spans N                 default half of --logs
  --block N                 spans of one INSERT, with their logs; default 250000
  --seed N                  default 1
  --profile search|throughput   of the tables; default search
  --memory GIB              of the engine; default 6
  --disk GIB                stop when the directory is as large; default 40
  --rest N                  pause after each block, N times as long as it took; default 0`;

const GIB = 1024 ** 3;

export function readFillOptions(args: readonly string[]): FillOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dir: { type: "string", default: "" },
      logs: { type: "string", default: "1000000" },
      spans: { type: "string", default: "" },
      block: { type: "string", default: "250000" },
      seed: { type: "string", default: "1" },
      profile: { type: "string", default: "search" },
      memory: { type: "string", default: "6" },
      disk: { type: "string", default: "40" },
      rest: { type: "string", default: "0" },
    },
  });
  const logs = numberOption("--logs", values.logs, [1_000, 1e10]);
  return {
    logs,
    spans:
      values.spans === ""
        ? Math.round(logs / 2)
        : numberOption("--spans", values.spans, [1_000, 1e10]),
    blockSpans: numberOption("--block", values.block, [1_000, 1e6]),
    seed: numberOption("--seed", values.seed, [0, 2 ** 31]),
    dataDir: directory(values.dir),
    profile: oneOf("--profile", values.profile, SCHEMA_PROFILES),
    memoryBytes: GIB * numberOption("--memory", values.memory, [1, 1024]),
    diskBytesMax: GIB * numberOption("--disk", values.disk, [0.1, 100_000]),
    rest: numberOption("--rest", values.rest, [0, 100]),
  };
}

function directory(text: string): string {
  if (text === "") throw new UsageError("--dir is missing: where the tables are made and kept");
  return resolve(text);
}
