/**
 * What runs in the engine's child process: ClickHouse, until the parent's end of stdin closes. The parent never
 * writes to that pipe; it only holds it, so the engine ends with the parent however the parent ends.
 *
 * Usage: node child.ts library <config.xml> <data> <log> --parent=<pid>
 *        node child.ts binary <config.xml> <path of clickhouse> --parent=<pid>
 * The parent's process id is for whoever finds the data directory locked: is its holder alive, or about to end?
 */
import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { libchdbPath } from "chdb/libchdb";
import { DataType, isNullPointer, load, open, restorePointer, wrapPointer } from "ffi-rs";
import { giveWay } from "./priority.ts";
import { enterSandbox, SANDBOX_LINE } from "./sandbox.ts";

const LIBRARY = "chdb";

/** Each statement must pass before the next; the last one ends when stdin does. */
const STATEMENTS = [
  "SYSTEM START LISTEN HTTP",
  "SYSTEM START LISTEN TCP",
  "SELECT * FROM file('stdin', LineAsString, 'l String') FORMAT Null",
];

/** How long a `clickhouse server` may take to shut down before it is killed. */
const BINARY_STOP_MS = 20_000;

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const [mode, configFile, ...rest] = words;
const [first] = rest;
if (configFile === undefined || first === undefined) throw new Error("see the usage in child.ts");
// Threads inherit priority and sandbox, so both come before the first of ClickHouse's threads.
giveWay();
if (mode === "binary") runBinary(first, configFile);
else runLibrary(configFile, rest);

/** Blocks this thread until stdin ends: `clickhouse local` runs on the stack of the caller. */
function runLibrary(config: string, writable: readonly string[]): void {
  open({ library: LIBRARY, path: libchdbPath() });
  const sandbox = enterSandbox({ readable: [dirname(config)], writable });
  process.stdout.write(`${SANDBOX_LINE}${sandbox}\n`);
  const argv = [
    "clickhouse",
    `--config-file=${config}`,
    // As a setting of the configuration file it is not read.
    "--log-level=information",
    `--query=${STATEMENTS.join("; ")}`,
  ];
  const result = load({
    library: LIBRARY,
    funcName: "chdb_query_cmdline",
    retType: DataType.External,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [argv.length, argv],
  });
  // Failures of a statement are written to stderr by ClickHouse; those of the command line are only here.
  const error = load({
    library: LIBRARY,
    funcName: "chdb_result_error",
    retType: DataType.External,
    paramsType: [DataType.External],
    paramsValue: [result],
  });
  if (!isNullPointer(error)) {
    const [text] = restorePointer({
      retType: [DataType.String],
      paramsValue: wrapPointer([error]),
    });
    process.stderr.write(`${String(text)}\n`);
  }
  process.exit(isNullPointer(error) ? 0 : 1);
}

/** A server knows nothing of our pipe: this process watches it and ends the server. */
function runBinary(clickhouse: string, config: string): void {
  const server = spawn(clickhouse, ["server", `--config-file=${config}`], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  server.on("error", (error) => {
    process.stderr.write(`${clickhouse}: ${error.message}\n`);
    process.exit(1);
  });
  server.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
  process.stdin.on("end", () => {
    server.kill("SIGTERM");
    setTimeout(() => server.kill("SIGKILL"), BINARY_STOP_MS).unref();
  });
  process.stdin.resume();
}
