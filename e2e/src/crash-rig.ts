/**
 * A collector and a ClickHouse as processes of their own, without the supervisor that would start them again: the crash
 * tests decide when each dies and when it comes back.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { embeddedConnections } from "@throughline/engine";
import { createClickHouseClient } from "@throughline/schemas";
import { freePorts, root, until } from "./product.ts";

const DATABASE = "otel";

export interface CrashRig {
  readonly otlpHttpUrl: string;
  readonly otlpGrpcUrl: string;
  readonly dataDir: string;
  readonly spoolDir: string;
  readonly engineDir: string;
  /** Of the ClickHouse that runs now. */
  readonly enginePid: number;
  readonly collectorPid: number;
  readonly clickhouse: ClickHouseClient;
  /** What all collectors have printed. */
  output(): string;
  killCollector(): Promise<void>;
  killEngine(): Promise<void>;
  /** A clean end. */
  stopCollector(): Promise<void>;
  stopEngine(): Promise<void>;
  startCollector(): Promise<void>;
  startEngine(): Promise<void>;
  /** Runs a command of the product to its end. @returns what it printed @throws when it fails */
  command(...args: string[]): Promise<string>;
  readiness(): Promise<Readiness | undefined>;
  /** Waits until everything acknowledged is inserted. */
  drained(timeoutMs?: number): Promise<void>;
  dispose(): Promise<void>;
}

interface Readiness {
  readonly ready: boolean;
  readonly problems: readonly string[];
  readonly spool: {
    readonly segmentsWaiting: number;
    readonly recordsWaiting: number;
    readonly segmentsQuarantined: number;
    readonly usedBytes: number;
  };
  readonly clickhouse: { readonly reachable: boolean };
}

export interface RigOptions {
  /** Settings of the collector. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the collector keeps its data; default: a folder of the rig. */
  readonly collectorDir?: string;
  /** Where both keep their data; default: a new folder. Removed in the end. */
  readonly dataDir?: string;
  /** No file of the collector may grow beyond this: a write then fails with EFBIG. Linux only; default: no limit. */
  readonly fileSizeMaxBytes?: number;
}

/** Both run when it resolves, and the tables are there. */
export async function startCrashRig(options: RigOptions = {}): Promise<CrashRig> {
  const rig = new Rig(await freePorts(4), options);
  try {
    await rig.startEngine();
    await rig.command("migrate");
    await rig.startCollector();
    return rig;
  } catch (error) {
    await rig.dispose();
    throw error;
  }
}

class Rig implements CrashRig {
  readonly dataDir: string;
  readonly engineDir: string;
  readonly otlpHttpUrl: string;
  readonly otlpGrpcUrl: string;
  readonly #collectorDir: string;
  readonly #ports: readonly number[];
  readonly #env: Readonly<Record<string, string>>;
  readonly #fileSizeMaxBytes: number | undefined;
  #engine: ChildProcess | undefined;
  #collector: ChildProcess | undefined;
  #client: ClickHouseClient | undefined;
  #printed = "";
  enginePid = 0;

  constructor(ports: readonly number[], options: RigOptions) {
    const { env, collectorDir, dataDir, fileSizeMaxBytes } = options;
    this.dataDir = dataDir ?? mkdtempSync(path.join(tmpdir(), "throughline-crash-"));
    this.engineDir = path.join(this.dataDir, "engine");
    this.#ports = ports;
    this.#fileSizeMaxBytes = fileSizeMaxBytes;
    this.#env = env ?? {};
    this.#collectorDir = collectorDir ?? path.join(this.dataDir, "collector");
    this.otlpGrpcUrl = `http://127.0.0.1:${ports[2]}`;
    this.otlpHttpUrl = `http://127.0.0.1:${ports[3]}`;
  }

  get spoolDir(): string {
    return path.join(this.#collectorDir, "spool");
  }

  get collectorPid(): number {
    return this.#collector?.pid ?? 0;
  }

  get clickhouse(): ClickHouseClient {
    this.#client ??= createClickHouseClient(this.#connection(), "e2e", {
      requestTimeoutMs: 300_000,
    });
    return this.#client;
  }

  output(): string {
    return this.#printed.slice(-20_000);
  }

  #connection() {
    const [httpPort = 0] = this.#ports;
    const address = { dataDir: this.engineDir, httpPort, database: DATABASE };
    const connections = embeddedConnections(address);
    if (connections === undefined) throw new Error("the engine was never started");
    return connections.owner;
  }

  async startEngine(): Promise<void> {
    const [httpPort, tcpPort] = this.#ports;
    const child = spawn(
      process.execPath,
      ["engine/src/testing/start-engine.ts", this.engineDir, `${httpPort}`, `${tcpPort}`],
      { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
    );
    this.#engine = child;
    const ended = once(child, "exit").then(() => undefined);
    const said = once(child.stdout, "data").then(([chunk]) => String(chunk));
    const pid = await Promise.race([said, ended]);
    if (pid === undefined) throw new Error("the engine did not start");
    this.enginePid = Number(pid);
  }

  async killEngine(): Promise<void> {
    const child = this.#engine;
    if (child === undefined) return;
    this.#engine = undefined;
    // First ClickHouse itself: its parent's end would let it shut down cleanly.
    process.kill(this.enginePid, "SIGKILL");
    await end(child, "SIGKILL");
  }

  async stopEngine(): Promise<void> {
    const child = this.#engine;
    if (child === undefined) return;
    this.#engine = undefined;
    await end(child, "SIGKILL");
    // ClickHouse notices the end of its parent and shuts down.
    await until(() => !isRunning(this.enginePid), "ClickHouse to shut down");
  }

  async startCollector(): Promise<void> {
    const child = this.#spawn("collector");
    this.#collector = child;
    await until(
      async () => {
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`the collector ended\n${this.output()}`);
        }
        return fetch(`${this.otlpHttpUrl}/healthz`).then(
          (response) => response.ok,
          () => false,
        );
      },
      "the collector to answer",
      () => this.output(),
    );
  }

  async killCollector(): Promise<void> {
    const child = this.#collector;
    this.#collector = undefined;
    if (child !== undefined) await end(child, "SIGKILL");
  }

  async stopCollector(): Promise<void> {
    const child = this.#collector;
    this.#collector = undefined;
    if (child !== undefined) await end(child, "SIGTERM");
  }

  async command(...args: string[]): Promise<string> {
    const child = this.#spawn(...args);
    let printed = "";
    child.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0)
      throw new Error(`throughline ${args.join(" ")} ended with ${code}\n${this.output()}`);
    return printed;
  }

  #spawn(...args: string[]): ChildProcess {
    const [, , grpc, http] = this.#ports;
    const { url, username, password, database } = this.#connection();
    const command = [process.execPath, "cli/src/main.ts", ...args];
    const limit = this.#fileSizeMaxBytes;
    if (limit !== undefined) command.unshift("prlimit", `--fsize=${limit}`);
    const [program = "", ...words] = command;
    const child = spawn(program, words, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        // Not the tests' own settings: the product refuses those it does not know.
        ...Object.fromEntries(
          Object.entries(process.env).filter(([name]) => !name.startsWith("THROUGHLINE_")),
        ),
        THROUGHLINE_DATA_DIR: this.#collectorDir,
        THROUGHLINE_OTLP_GRPC_PORT: String(grpc),
        THROUGHLINE_OTLP_HTTP_PORT: String(http),
        CLICKHOUSE_URL: url,
        CLICKHOUSE_USER: username,
        CLICKHOUSE_PASSWORD: password,
        CLICKHOUSE_DATABASE: database,
        ...this.#env,
      },
    });
    const keep = (chunk: Buffer) => (this.#printed += chunk.toString());
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    return child;
  }

  async readiness(): Promise<Readiness | undefined> {
    try {
      const response = await fetch(`${this.otlpHttpUrl}/readyz`);
      return (await response.json()) as Readiness;
    } catch {
      return undefined;
    }
  }

  async drained(timeoutMs = 120_000): Promise<void> {
    let seen: Readiness | undefined;
    await until(
      async () => {
        seen = await this.readiness();
        return seen?.spool.segmentsWaiting === 0;
      },
      "the spool to drain",
      () => `${JSON.stringify(seen)}\n${this.output()}`,
      timeoutMs,
    );
  }

  async dispose(): Promise<void> {
    await this.#client?.close();
    await this.killCollector();
    await this.killEngine();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await Promise.race([exited, sleep(30_000)]);
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
