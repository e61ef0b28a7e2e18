import { mkdirSync } from "node:fs";
import { get } from "node:http";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseConnection } from "@throughline/schemas";
import { connectionsOf } from "./connections.ts";
import { loadCredentials, type EngineCredentials } from "./credentials.ts";
import { spawnEngineChild, type ChildExit, type EngineChild } from "./engine-child.ts";
import { EngineError } from "./errors.ts";
import { engineLimits } from "./machine.ts";
import { enginePaths, type EnginePaths } from "./paths.ts";
import {
  assertBinary,
  assertDirectoryFree,
  assertLibrary,
  assertPorts,
  startFailure,
} from "./preflight.ts";
import { removeRun, writeRun } from "./run-directory.ts";
import { removeForgotten } from "./system-tables.ts";

export interface EngineOptions {
  /** The product's data directory; the engine uses `clickhouse` below it and nothing else. */
  readonly dataDir: string;
  /** Both on 127.0.0.1. */
  readonly httpPort: number;
  readonly tcpPort: number;
  /** The telemetry database that the users' grants name; migrations create it. */
  readonly database: string;
  /** Grants cover every database whose name begins with `database`: for test suites. */
  readonly databaseIsPrefix?: boolean | undefined;
  /** A `clickhouse` binary to run as `clickhouse server` instead of the library from npm. */
  readonly binary?: string | undefined;
  /** ClickHouse's memory; default half of the machine's, at least 1 GiB, at most 32 GiB. */
  readonly memoryLimitBytes?: number | undefined;
  /** Default 120 000: a large data directory takes its time to load. */
  readonly startTimeoutMs?: number | undefined;
  readonly onEvent?: ((event: EngineEvent) => void) | undefined;
}

/** What happens to the engine, in the order it happens. */
export type EngineEvent =
  | {
      readonly kind: "ready";
      readonly version: string;
      readonly pid: number;
      readonly elapsedMs: number;
    }
  /** It ended by itself, and is started again after the delay. */
  | { readonly kind: "died"; readonly exit: ChildExit; readonly restartDelayMs: number }
  /** A start after a death failed; there will be another. */
  | {
      readonly kind: "restart_failed";
      readonly error: EngineError;
      readonly restartDelayMs: number;
    }
  | { readonly kind: "stopped" };

export interface Engine {
  /** ClickHouse's, such as `26.7.2.1`. */
  readonly version: string;
  /** Owns the telemetry database and `throughline`. */
  readonly owner: ClickHouseConnection;
  /** Reads the telemetry database, with limits. */
  readonly query: ClickHouseConnection;
  /** The same with fewer rights, for statements that people type. */
  readonly sql: ClickHouseConnection;
  /** The same for Grafana's data source. */
  readonly grafana: ClickHouseConnection;
  readonly logFile: string;
  /** The process that runs ClickHouse now; undefined between a death and the next start. */
  readonly pid: number | undefined;
  /** `landlock`: ClickHouse reaches its own folders only; else `none` and why, and any SELECT may read files. */
  readonly sandbox: string;
  /** Ends the process and waits for it. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 25_000;
const POLL_MS = 25;
const ANSWER_TIMEOUT_MS = 5_000;
const RESTART_DELAY_MIN_MS = 250;
const RESTART_DELAY_MAX_MS = 15_000;
/** After this long alive, the next death counts as the first. */
const HEALTHY_MS = 60_000;

/**
 * Starts the embedded ClickHouse and watches it: when its process dies it is started again, with the same
 * ports, passwords and data.
 * @returns when it answers `SELECT version()`
 * @throws EngineError with a stable code; nothing is left running then
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const paths = enginePaths(resolve(options.dataDir));
  // Before the first wait, so that `embeddedConnections` knows the passwords as soon as this was called.
  const credentials = prepareDirectory(paths);
  if (options.binary === undefined) assertLibrary();
  else assertBinary(options.binary);
  const supervisor = new Supervisor(options, paths, credentials);
  await supervisor.start();
  return supervisor;
}

function prepareDirectory(paths: EnginePaths): EngineCredentials {
  try {
    for (const directory of [paths.root, paths.data, paths.log, paths.runs]) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
    }
    return loadCredentials(paths.credentials);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      "START_FAILED",
      `${paths.root} cannot be used (${reason}): make it writable, or choose another data directory`,
      { cause },
    );
  }
}

class Supervisor implements Engine {
  readonly owner: ClickHouseConnection;
  readonly query: ClickHouseConnection;
  readonly sql: ClickHouseConnection;
  readonly grafana: ClickHouseConnection;
  readonly logFile: string;
  readonly #options: EngineOptions;
  readonly #paths: EnginePaths;
  readonly #credentials: EngineCredentials;
  readonly #stopping = new AbortController();
  #configFile = "";
  #child: EngineChild | undefined;
  #version = "";
  #watching: Promise<void> = Promise.resolve();

  constructor(options: EngineOptions, paths: EnginePaths, credentials: EngineCredentials) {
    this.#options = options;
    this.#paths = paths;
    this.#credentials = credentials;
    this.logFile = paths.logFile;
    const { owner, query, sql, grafana } = connectionsOf(options, credentials);
    this.owner = owner;
    this.query = query;
    this.sql = sql;
    this.grafana = grafana;
  }

  get version(): string {
    return this.#version;
  }

  get sandbox(): string {
    return this.#child?.sandbox() ?? "none: not the embedded library";
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const { httpPort, tcpPort, database, databaseIsPrefix, binary } = this.#options;
    this.#configFile = writeRun(this.#paths, {
      httpPort,
      tcpPort,
      database,
      databaseIsPrefix: databaseIsPrefix ?? false,
      internalUser: binary === undefined,
      limits: engineLimits(this.#options.memoryLimitBytes),
      credentials: this.#credentials,
    });
    try {
      this.#child = await this.#startChild();
    } catch (error) {
      removeRun(this.#configFile);
      throw error;
    }
    this.#watching = this.#watch(this.#child);
  }

  async stop(): Promise<void> {
    if (!this.#stopping.signal.aborted) {
      this.#stopping.abort();
      const child = this.#child;
      if (child) await stopChild(child);
      await this.#watching;
      removeRun(this.#configFile);
      this.#emit({ kind: "stopped" });
    }
    await this.#watching;
  }

  /** Runs until stop(): waits for the death of a child and starts the next. */
  async #watch(first: EngineChild): Promise<void> {
    let child: EngineChild | undefined = first;
    let delayMs = RESTART_DELAY_MIN_MS;
    while (child) {
      const startedAt = performance.now();
      const exit: ChildExit = await child.exited;
      this.#child = undefined;
      if (this.#stopping.signal.aborted) return;
      if (performance.now() - startedAt > HEALTHY_MS) delayMs = RESTART_DELAY_MIN_MS;
      this.#emit({ kind: "died", exit, restartDelayMs: delayMs });
      child = await this.#restart(delayMs);
      delayMs = Math.min(delayMs * 2, RESTART_DELAY_MAX_MS);
    }
  }

  /** @returns undefined when stop() was called meanwhile */
  async #restart(firstDelayMs: number): Promise<EngineChild | undefined> {
    let delayMs = firstDelayMs;
    for (;;) {
      await sleep(delayMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return undefined;
      delayMs = Math.min(delayMs * 2, RESTART_DELAY_MAX_MS);
      try {
        const child = await this.#startChild();
        this.#child = child;
        if (!this.#stopping.signal.aborted) return child;
        // stop() came while it started, and found no child to stop.
        await stopChild(child);
        return undefined;
      } catch (error) {
        if (this.#stopping.signal.aborted) return undefined;
        if (!(error instanceof EngineError)) throw error;
        this.#emit({ kind: "restart_failed", error, restartDelayMs: delayMs });
      }
    }
  }

  /** @returns a child that answers; on failure none is left */
  async #startChild(): Promise<EngineChild> {
    await assertDirectoryFree(this.#paths);
    await assertPorts(this.#options);
    if (this.#options.binary === undefined) removeForgotten(this.#paths);
    const startedAt = performance.now();
    const deadline = startedAt + (this.#options.startTimeoutMs ?? START_TIMEOUT_MS);
    const child = spawnEngineChild({
      configFile: this.#configFile,
      binary: this.#options.binary,
      writable: [this.#paths.data, this.#paths.log],
    });
    const ended = new AbortController();
    const exited = child.exited.then((exit) => {
      ended.abort();
      return exit;
    });
    while (!ended.signal.aborted && performance.now() < deadline) {
      const version = await askVersion(this.owner);
      if (version !== undefined) {
        this.#version = version;
        const elapsedMs = performance.now() - startedAt;
        this.#emit({ kind: "ready", version, pid: child.pid, elapsedMs });
        return child;
      }
      if (this.#stopping.signal.aborted) child.end();
      await sleep(POLL_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
    if (!ended.signal.aborted) {
      child.kill();
      await exited;
      throw new EngineError(
        "START_TIMEOUT",
        `ClickHouse did not answer within ${(deadline - startedAt) / 1000} s; its log is ${this.logFile}`,
      );
    }
    throw startFailure(await exited, this.#paths, this.#options);
  }

  #emit(event: EngineEvent): void {
    this.#options.onEvent?.(event);
  }
}

async function stopChild(child: EngineChild): Promise<void> {
  child.end();
  const timer = setTimeout(() => child.kill(), STOP_TIMEOUT_MS);
  await child.exited;
  clearTimeout(timer);
}

/** @returns undefined while it does not answer; another ClickHouse on the port would refuse our password */
async function askVersion(connection: ClickHouseConnection): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(
      `${connection.url}/?query=SELECT%20version()`,
      {
        // No kept-alive connection: ClickHouse waits for those when it stops.
        agent: false,
        timeout: ANSWER_TIMEOUT_MS,
        headers: {
          "X-ClickHouse-User": connection.username,
          "X-ClickHouse-Key": connection.password,
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => (text += piece));
        response.on("end", () => resolve(response.statusCode === 200 ? text.trim() : undefined));
        response.on("error", () => resolve(undefined));
      },
    );
    request.on("timeout", () => request.destroy());
    // Not listening yet; the caller's deadline decides.
    request.on("error", () => resolve(undefined));
  });
}
