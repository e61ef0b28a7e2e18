/** What the commands of this folder take. */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { SCHEMA_PROFILES, type SchemaProfile } from "@throughline/schemas";
import type { LoadPlan } from "./load/load-messages.ts";

export interface BenchOptions {
  readonly plan: Omit<LoadPlan, "address">;
  readonly profile: SchemaProfile;
  /** Whether ClickHouse stands still during the load. */
  readonly isEngineStopped: boolean;
  /** Where data directories are made. */
  readonly parentDir: string;
  readonly drainMs: number;
  /** Of `peers`: how often each is measured, in turn. */
  readonly rounds: number;
  /** The file for the result as JSON. */
  readonly jsonFile: string;
}

export const USAGE = `  --signal logs|traces      default logs
  --transport grpc|http     default grpc
  --concurrency N           requests under way at once, 1 to 1024; default 32
  --rate N                  records per second; default 0: as fast as answers come
  --duration SECONDS        default 30
  --warmup SECONDS          sent before and not counted; default 5
  --records N               per request; default 1000
  --profile search|throughput   of the tables; default search
  --engine running|stopped  stopped: not a thread of ClickHouse runs while the load does, as if it were on another machine; what
                            was acknowledged is stored afterwards. Default running
  --rounds N                of bench:peers: each so often, in turn, medians are shown; default 1
  --drain SECONDS           how long to wait until everything is stored; default 60
  --dir DIRECTORY           on the disk to be measured; default the system's for temporary files
  --json FILE               default bench/results/<command>.json`;

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export function readOptions(command: string, args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      signal: { type: "string", default: "logs" },
      transport: { type: "string", default: "grpc" },
      concurrency: { type: "string", default: "32" },
      rate: { type: "string", default: "0" },
      duration: { type: "string", default: "30" },
      warmup: { type: "string", default: "5" },
      records: { type: "string", default: "1000" },
      profile: { type: "string", default: "search" },
      engine: { type: "string", default: "running" },
      rounds: { type: "string", default: "1" },
      drain: { type: "string", default: "60" },
      dir: { type: "string", default: tmpdir() },
      json: { type: "string", default: `bench/results/${command}.json` },
    },
  });
  return {
    plan: {
      signal: oneOf("--signal", values.signal, ["logs", "traces"]),
      transport: oneOf("--transport", values.transport, ["grpc", "http"]),
      concurrency: numberOption("--concurrency", values.concurrency, [1, 1024]),
      rate: numberOption("--rate", values.rate, [0, 1e9]),
      durationMs: 1000 * numberOption("--duration", values.duration, [3, 86_400]),
      warmupMs: 1000 * numberOption("--warmup", values.warmup, [0, 3600]),
      recordsPerRequest: numberOption("--records", values.records, [4, 100_000]),
      templates: 64,
    },
    profile: oneOf("--profile", values.profile, SCHEMA_PROFILES),
    isEngineStopped: oneOf("--engine", values.engine, ["running", "stopped"]) === "stopped",
    parentDir: resolve(values.dir),
    rounds: numberOption("--rounds", values.rounds, [1, 100]),
    drainMs: 1000 * numberOption("--drain", values.drain, [0, 86_400]),
    jsonFile: resolve(values.json),
  };
}

/** In one line, for the head of a result. */
export function describePlan({ plan, profile, isEngineStopped }: BenchOptions): string {
  const rate = plan.rate === 0 ? "as fast as answers come" : `${plan.rate} records/s`;
  return (
    `${plan.signal}, ${plan.recordsPerRequest} per request, over ${plan.transport}, ${plan.concurrency} under way, ` +
    `${rate}, for ${plan.durationMs / 1000} s, profile ${profile}${isEngineStopped ? ", ClickHouse stopped" : ""}`
  );
}

export function writeJson(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

export function oneOf<Choice extends string>(
  name: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new UsageError(`${name} is ${text}; one of ${choices.join(", ")}`);
  return found;
}

/** @param range inclusive */
export function numberOption(name: string, text: string, range: readonly [number, number]): number {
  const value = Number(text);
  const [min, max] = range;
  if (text !== "" && Number.isFinite(value) && value >= min && value <= max) return value;
  throw new UsageError(`${name} is ${text}; expected a number from ${min} to ${max}`);
}
