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
  /** A live tail is left open for so long instead; undefined: traces are measured. */
  readonly tailMinutes: number | undefined;
  /** Another build of the UI, measured in turn with this one; empty for none. */
  readonly against: string;
}

/** Lines of a tail, as many as the service gives of one. */
export const TAIL_LINES_PER_SECOND = 2_000;

export const WEB_USAGE = `  --rounds N                of each trace, medians are shown; default 5
  --only TEXT               traces with this in their name
  --dir DIRECTORY           where the data directory is made; default the system's for temporary files
  --tail [MINUTES]          instead of traces: a live tail of ${TAIL_LINES_PER_SECOND} lines a second, left open; default 30
  --json FILE               default bench/results/web.json, with --tail web-tail.json
  --against DIRECTORY       another build of the UI (a dist folder): rounds alternate, ratios are shown`;

export function readWebOptions(args: readonly string[]): WebBenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "5" },
      only: { type: "string", default: "" },
      dir: { type: "string", default: tmpdir() },
      json: { type: "string" },
      against: { type: "string", default: "" },
      tail: { type: "boolean", default: false },
    },
  });
  return {
    rounds: numberOption("--rounds", values.rounds, [1, 100]),
    only: values.only,
    parentDir: resolve(values.dir),
    against: values.against === "" ? "" : resolve(values.against),
    jsonFile: resolve(values.json ?? `bench/results/${values.tail ? "web-tail" : "web"}.json`),
    tailMinutes: values.tail
      ? numberOption("--tail", positionals[0] ?? "30", [1, 24 * 60])
      : undefined,
  };
}
