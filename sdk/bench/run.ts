/**
 * What the SDK costs, as one table of medians: `npm run bench:sdk -- [--seconds 5] [--rounds 5]`. Variants take
 * turns within a round, so that a busy neighbour hurts all of them alike; processor time hardly minds neighbours at
 * all. dist/ must be built.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { applyLoad } from "./load.ts";

const CONNECTIONS = 16;
const START_RUNS_PER_ROUND = 3;
const REGISTER = new URL("../dist/register.js", import.meta.url).href;

interface Variant {
  readonly name: string;
  readonly sdk: boolean;
  readonly lines: boolean;
  readonly variables?: Readonly<Record<string, string>>;
}

const VARIANTS: readonly Variant[] = [
  { name: "no SDK", sdk: false, lines: false },
  { name: "SDK", sdk: true, lines: false },
  {
    name: "SDK, 1 in 10 traces kept",
    sdk: true,
    lines: false,
    variables: { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.1" },
  },
  { name: "no SDK, a pino line a request", sdk: false, lines: true },
  { name: "SDK, a pino line a request", sdk: true, lines: true },
];

interface Samples {
  readonly requestsPerSecond: number[];
  readonly p50Ms: number[];
  readonly p99Ms: number[];
  readonly memoryMiB: number[];
  readonly startMs: number[];
  /** Processor time of the server process, all threads. */
  readonly cpuMicrosPerRequest: number[];
  readonly startCpuMs: number[];
}

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "5" },
  },
});
const rounds = Number(values.rounds);
const durationMs = Number(values.seconds) * 1000;
const loadBefore = (loadavg()[0] ?? 0).toFixed(1);

const sink = await startServer(["sink.ts"], {});
const samples = new Map<string, Samples>();
for (let round = 0; round < rounds; round++) {
  for (const variant of VARIANTS) await measure(variant);
}
sink.child.kill();
const enqueue = await measureEnqueue();
print();

async function measure(variant: Variant): Promise<void> {
  const into = samplesOf(variant);
  for (let run = 0; run < START_RUNS_PER_ROUND; run++) {
    const started = performance.now();
    const starting = startNode([...flagsOf(variant), "server.mjs"], {
      ...variablesOf(variant),
      EXIT: "1",
    });
    const closed = once(starting, "close");
    into.startCpuMs.push(Number(await firstLine(starting)) / 1000);
    await closed;
    into.startMs.push(performance.now() - started);
  }
  const server = await startServer(
    ["--expose-gc", ...flagsOf(variant), "server.mjs"],
    variablesOf(variant),
  );
  // The first second compiles; it is not what a server is like.
  await applyLoad(server.port, CONNECTIONS, 1_000);
  const before = await usage(server.port);
  const result = await applyLoad(server.port, CONNECTIONS, durationMs);
  const after = await usage(server.port);
  into.requestsPerSecond.push(result.requestsPerSecond);
  into.p50Ms.push(result.p50Ms);
  into.p99Ms.push(result.p99Ms);
  into.cpuMicrosPerRequest.push((after.cpuMicros - before.cpuMicros) / result.requests);
  into.memoryMiB.push(after.rssBytes / 2 ** 20);
  server.child.kill("SIGKILL");
}

interface Usage {
  readonly rssBytes: number;
  readonly cpuMicros: number;
}

async function usage(port: number): Promise<Usage> {
  const response = await fetch(`http://127.0.0.1:${port}/usage`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- answered by server.mjs
  return (await response.json()) as Usage;
}

interface EnqueueCost {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** The median run of five, by the p99 of spans. */
async function measureEnqueue(): Promise<{
  readonly span: EnqueueCost;
  readonly log: EnqueueCost;
}> {
  const stalled = await startServer(["sink.ts", "stall"], {});
  const runs = [];
  for (let run = 0; run < 5; run++) {
    const child = startNode(["--import", REGISTER, "enqueue.mjs"], {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${stalled.port}`,
      THROUGHLINE_SDK_FLUSH_TIMEOUT_MS: "1",
    });
    const line = await firstLine(child);
    await once(child, "close");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by enqueue.mjs
    runs.push(JSON.parse(line) as { span: EnqueueCost; log: EnqueueCost });
  }
  stalled.child.kill();
  const sorted = runs.toSorted((left, right) => left.span.p99 - right.span.p99);
  const median = sorted[2];
  if (median === undefined) throw new Error("no run of enqueue.mjs");
  return median;
}

function print(): void {
  const write = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  write(
    `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${CONNECTIONS} connections, ${rounds} rounds of ${values.seconds} s; medians; load average before it ${loadBefore}\n`,
  );
  write(
    "| plain node:http server | requests/s | p50 ms | p99 ms | CPU µs a request | memory MiB | start ms | start CPU ms |",
  );
  write("|---|---|---|---|---|---|---|---|");
  for (const variant of VARIANTS) {
    const of = samplesOf(variant);
    const cells = [
      Math.round(median(of.requestsPerSecond)).toString(),
      median(of.p50Ms).toFixed(2),
      median(of.p99Ms).toFixed(2),
      median(of.cpuMicrosPerRequest).toFixed(0),
      median(of.memoryMiB).toFixed(0),
      median(of.startMs).toFixed(0),
      median(of.startCpuMs).toFixed(0),
    ];
    write(`| ${variant.name} | ${cells.join(" | ")} |`);
  }
  write(`\n${addedLine("SDK", "no SDK")}`);
  write("\n| collector stalled, microseconds | p50 | p99 | max |");
  write("|---|---|---|---|");
  for (const [name, cost] of [
    ["span.end()", enqueue.span],
    ["logger.emit()", enqueue.log],
  ] as const) {
    write(`| ${name} | ${cost.p50.toFixed(1)} | ${cost.p99.toFixed(1)} | ${cost.max.toFixed(0)} |`);
  }
}

/** The difference that a reader would otherwise have to compute. */
function addedLine(withSdk: string, without: string): string {
  const of = (name: string): Samples => samplesOf({ name, sdk: false, lines: false });
  const added = (field: "startMs" | "startCpuMs" | "memoryMiB" | "cpuMicrosPerRequest"): string =>
    (median(of(withSdk)[field]) - median(of(without)[field])).toFixed(0);
  return `The SDK adds ${added("startMs")} ms to the start (${added("startCpuMs")} ms of processor time), ${added("memoryMiB")} MiB, and ${added("cpuMicrosPerRequest")} µs of processor time to a request.`;
}

function samplesOf(variant: Variant): Samples {
  const existing = samples.get(variant.name);
  if (existing !== undefined) return existing;
  const created = {
    requestsPerSecond: [],
    p50Ms: [],
    p99Ms: [],
    cpuMicrosPerRequest: [],
    memoryMiB: [],
    startMs: [],
    startCpuMs: [],
  };
  samples.set(variant.name, created);
  return created;
}

function flagsOf(variant: Variant): readonly string[] {
  return variant.sdk ? ["--import", REGISTER] : [];
}

function variablesOf(variant: Variant): Readonly<Record<string, string>> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sink.port}`,
    ...(variant.lines ? { LINES: "1" } : {}),
    ...variant.variables,
  };
}

function startNode(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(process.execPath, [...args], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    // What the stalled runs say about undelivered telemetry is expected; a failure shows as a missing line.
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: process.env["PATH"] ?? "", ...variables },
  });
}

async function startServer(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = startNode(args, variables);
  return { child, port: Number(await firstLine(child)) };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  return text.split("\n", 1)[0] ?? "";
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
