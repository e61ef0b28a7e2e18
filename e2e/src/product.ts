import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const root = path.resolve(import.meta.dirname, "../..");

/** `throughline start` as a user runs it, on free ports and a data directory of its own. */
export interface Product {
  readonly uiUrl: string;
  readonly otlpGrpcUrl: string;
  readonly otlpHttpUrl: string;
  readonly clickhouseUrl: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Everything it printed so far. */
  readonly output: () => string;
  /** Milliseconds from the spawn to the first time OTLP/HTTP answered. */
  readonly acceptingAfterMs: number;
  /** Ctrl-C, then waits for the end. @returns the exit code */
  stop(): Promise<number | null>;
  /** Stops and removes the data directory. */
  dispose(): Promise<void>;
}

export interface ProductOptions {
  /** A directory to go on with; a fresh one otherwise. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const READY_TIMEOUT_MS = 90_000;

export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), "throughline-e2e-"));
  const [http, grpc, otlp, clickhouse, tcp] = await freePorts(5);
  const started = performance.now();
  const child = spawn(process.execPath, ["cli/src/main.ts", "start"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...environmentWithoutOurs(),
      THROUGHLINE_DATA_DIR: dataDir,
      THROUGHLINE_HTTP_PORT: String(http),
      THROUGHLINE_OTLP_GRPC_PORT: String(grpc),
      THROUGHLINE_OTLP_HTTP_PORT: String(otlp),
      THROUGHLINE_CLICKHOUSE_HTTP_PORT: String(clickhouse),
      THROUGHLINE_CLICKHOUSE_TCP_PORT: String(tcp),
      // The engine gives way to everything else, and beside other suites that is much: pages wait, and are not refused.
      THROUGHLINE_REQUEST_WAIT_MS: "60000",
      THROUGHLINE_QUERY_TIME_MS: "60000",
      THROUGHLINE_SEARCH_TIME_MS: "60000",
      ...options.env,
    },
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));

  const otlpHttpUrl = `http://127.0.0.1:${otlp}`;
  const uiUrl = `http://127.0.0.1:${http}`;
  try {
    await untilOk(`${otlpHttpUrl}/healthz`, child, () => printed);
    const acceptingAfterMs = performance.now() - started;
    await untilOk(`${uiUrl}/readyz`, child, () => printed);
    await until(
      () => /ready/i.test(printed),
      "the ready line",
      () => printed,
    );
    return {
      uiUrl,
      otlpHttpUrl,
      otlpGrpcUrl: `http://127.0.0.1:${grpc}`,
      clickhouseUrl: `http://127.0.0.1:${clickhouse}`,
      dataDir,
      pid: child.pid ?? 0,
      output: () => printed,
      acceptingAfterMs,
      stop: () => stop(child),
      dispose: async () => {
        await stop(child);
        rmSync(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/** Settings of this test run, and of a product that a developer runs besides, must not reach the one that is tested. */
function environmentWithoutOurs(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env);
  return Object.fromEntries(
    entries.filter(([name]) => !/^(THROUGHLINE|CLICKHOUSE|OTEL)_/.test(name)),
  );
}

/** @returns the exit code, null when a signal ended it */
async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGINT");
    await Promise.race([once(child, "exit"), sleep(30_000)]);
    if (child.exitCode === null) child.kill("SIGKILL");
  }
  return child.exitCode;
}

/** Waits until a condition holds. @throws with what was waited for, and what `context` says */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  context: () => string = () => "",
  timeoutMs = READY_TIMEOUT_MS,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error(`waited ${timeoutMs} ms for ${what}\n${context()}`);
    await sleep(50);
  }
}

async function untilOk(url: string, child: ChildProcess, printed: () => string): Promise<void> {
  await until(
    async () => {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}\n${printed()}`);
      return fetch(url).then(
        (response) => response.ok,
        () => false,
      );
    },
    url,
    printed,
  );
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  return servers.map((server) => {
    const address = server.address();
    server.close();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
}

/** A process of this machine, read from /proc. */
export interface Process {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
}

/** Every process below `pid`, children of children included. Linux only, like the crash tests that use it. */
export function descendants(pid: number): readonly Process[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)));
  const found: Process[] = [];
  const waiting = [pid];
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    for (const child of all.filter((candidate) => candidate.parentPid === parent)) {
      found.push(child);
      waiting.push(child.pid);
    }
  }
  return found;
}

function readProcess(pid: number): Process[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    if (/^State:\s+Z/m.test(status)) return [];
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return [{ pid, parentPid: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0), command }];
  } catch {
    return []; // It ended while we looked.
  }
}
