import { accessSync, constants, readFileSync } from "node:fs";
import { join } from "node:path";
import { libchdbPath } from "chdb/libchdb";
import type { ChildExit } from "./engine-child.ts";
import { EngineError } from "./errors.ts";
import type { EnginePaths } from "./paths.ts";
import { commandOf, describePortHolder, isPortFree } from "./who-holds-port.ts";

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
  try {
    accessSync(binary, constants.X_OK);
  } catch (cause) {
    throw new EngineError(
      "BINARY_NOT_FOUND",
      `THROUGHLINE_CLICKHOUSE_BIN names ${binary}, which is not an executable file`,
      { cause },
    );
  }
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
    return new EngineError(
      "DATA_DIR_IN_USE",
      `${paths.root} is in use by another engine${describeHolder(paths)}; stop it, or choose another data directory`,
    );
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

/** ClickHouse writes its process id into the file it locks. */
function describeHolder(paths: EnginePaths): string {
  let status: string;
  try {
    status = readFileSync(join(paths.data, "status"), "utf8");
  } catch {
    return ""; // it ended meanwhile
  }
  const pid = /^PID: (\d+)/m.exec(status)?.[1];
  if (pid === undefined) return "";
  const command = commandOf(pid);
  return command === "" ? `, process ${pid}` : `, process ${pid} (${command})`;
}
