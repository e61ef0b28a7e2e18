import { accessSync, constants, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { libchdbPath } from "chdb/libchdb";
import { dataDirectoryHolder } from "./data-directory-lock.ts";
import type { ChildExit } from "./engine-child.ts";
import { EngineError } from "./errors.ts";
import type { EnginePaths } from "./paths.ts";
import { commandOf, describePortHolder, isPortFree } from "./who-holds-port.ts";

/** An engine whose parent was killed needs a moment to write what it holds and to end. */
const RELEASE_WAIT_MS = 5_000;
const RELEASE_POLL_MS = 50;

export function assertLibrary(): void {
  try {
    libchdbPath();
  } catch (cause) {
    throw new EngineError(
      "UNSUPPORTED_PLATFORM",
      `there is no embedded ClickHouse for ${process.platform}-${process.arch} here: set CLICKHOUSE_URL to a ClickHouse server, or THROUGHLINE_CLICKHOUSE_BIN to a clickhouse binary`,
      { cause },
    );
  }
}

export function assertBinary(binary: string): void {
  if (isExecutableFile(binary)) return;
  throw new EngineError(
    "BINARY_NOT_FOUND",
    `THROUGHLINE_CLICKHOUSE_BIN names ${binary}, which is not an executable file`,
  );
}

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not ours to run
  }
}

/** Waits for an engine that is ending; one that stays is an error. */
export async function assertDirectoryFree(paths: EnginePaths): Promise<void> {
  const deadline = performance.now() + RELEASE_WAIT_MS;
  for (;;) {
    const holder = dataDirectoryHolder(paths);
    if (holder === undefined) return;
    if (holder.parentAlive || performance.now() > deadline) throw directoryInUse(paths, holder.pid);
    await sleep(RELEASE_POLL_MS);
  }
}

function directoryInUse(paths: EnginePaths, pid: number | undefined): EngineError {
  const command = pid === undefined ? "" : commandOf(pid);
  const holder =
    pid === undefined ? "" : `, process ${pid}${command === "" ? "" : ` (${command})`}`;
  return new EngineError(
    "DATA_DIR_IN_USE",
    `${paths.root} is in use by another engine${holder}; stop it, or choose another data directory`,
  );
}

interface Ports {
  readonly httpPort: number;
  readonly tcpPort: number;
}

export async function assertPorts(ports: Ports): Promise<void> {
  for (const field of ["httpPort", "tcpPort"] as const) {
    if (!(await isPortFree(ports[field]))) throw portInUse(field, ports[field]);
  }
}

function portInUse(field: keyof Ports, port: number): EngineError {
  return new EngineError(
    "PORT_IN_USE",
    `port ${port} (${field} of the embedded ClickHouse) is in use by ${describePortHolder(port)}`,
    { field },
  );
}

/** Says why a child ended before it answered, from the last it wrote. */
export function startFailure(exit: ChildExit, paths: EnginePaths, ports: Ports): EngineError {
  const output = exit.lastLines.join("\n");
  if (/Cannot lock file|Another server instance/.test(output)) {
    return directoryInUse(paths, dataDirectoryHolder(paths)?.pid);
  }
  for (const field of ["httpPort", "tcpPort"] as const) {
    if (new RegExp(`:${ports[field]}\\b.*(Address already in use|EADDRINUSE)`).test(output)) {
      return portInUse(field, ports[field]);
    }
  }
  const how =
    exit.signal === undefined ? `code ${exit.code ?? "unknown"}` : `signal ${exit.signal}`;
  return new EngineError(
    "START_FAILED",
    `ClickHouse ended with ${how} before it answered; its log is ${paths.logFile}; its last words:\n${output}`,
  );
}
