/** What `bench:web` takes. */
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { numberOption } from "../options.ts";

export interface WebBenchOptions {
  readonly rounds: number;
  /** Only traces whose name has this in it. */
  readonly only: string;
  /** Where the data directory is made. */
  readonly parentDir: string;
  readonly jsonFile: string;
}

export const WEB_USAGE = `  --rounds N                of each trace, medians are shown; default 5
  --only TEXT               traces with this in their name
  --dir DIRECTORY           where the data directory is made; default the system's for temporary files
  --json FILE               default bench/results/web.json`;

export function readWebOptions(args: readonly string[]): WebBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "5" },
      only: { type: "string", default: "" },
      dir: { type: "string", default: tmpdir() },
      json: { type: "string", default: "bench/results/web.json" },
    },
  });
  return {
    rounds: numberOption("--rounds", values.rounds, [1, 100]),
    only: values.only,
    parentDir: resolve(values.dir),
    jsonFile: resolve(values.json),
  };
}
