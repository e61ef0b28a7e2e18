/**
 * The one script that runs on whatever node (>= 20) the machine has. It makes the tree complete (dependencies, the
 * pinned node, built packages) and then hands over to the pinned node, because OpenTelemetry's packages need a newer
 * one than many machines carry. Plain JavaScript, no dependencies: it must run before anything is installed.
 *
 *   node scripts/bootstrap.mjs start | demo | test | check | cli | bench:…   [arguments for the command]
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const NODE_MAJOR_MIN = 20;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = path.join(root, "node_modules", ".bin");
const pinnedNode = path.join(root, "node_modules", "node", "bin", "node");
const installStamp = path.join(root, "node_modules", ".throughline-install");

/** The steps of each command, run in order; the last one gets the user's arguments. */
const COMMANDS = {
  start: [["node", "cli/src/main.ts", "start"]],
  demo: [["node", "cli/src/main.ts", "demo"]],
  cli: [["node", "cli/src/main.ts"]],
  test: [["vitest", "run"]],
  "test:crash": [["vitest", "run", "--project", "e2e", "e2e/src/crash-"]],
  "test:fuzz": [["vitest", "run", "--project", "unit", "collector/src/fuzz", "property"]],
  "bench:ingest": [["node", "bench/src/ingest.ts"]],
  "bench:peers": [["node", "bench/src/peers.ts"]],
  "bench:fill": [["node", "bench/src/fill.ts"]],
  "bench:query": [["node", "bench/src/query.ts"]],
  "bench:web": [["node", "bench/src/web.ts"]],
  "bench:encode": [["node", "collector/src/encode/bench/encode.ts"]],
  "bench:sdk": [["node", "sdk/bench/run.ts"]],
  check: [
    ["oxfmt", "--check"],
    ["oxlint"],
    ["turbo", "run", "typecheck", "--output-logs=errors-only"],
    ["tsc", "--noEmit", "-p", "scripts/tidy"],
    ["turbo", "boundaries"],
    ["knip"],
    ["vitest", "run", "--project", "tidy"],
  ],
};

/** How long the long runs are, unless the environment says otherwise. */
const LENGTHS = {
  "test:crash": { THROUGHLINE_CRASH_ROUNDS: "100", THROUGHLINE_AWAY_SECONDS: "300" },
  "test:fuzz": {
    FUZZ_INPUTS: "1000000",
    FUZZ_RUNS: "20000",
    SPOOL_PROPERTY_RUNS: "5000",
    PROPERTY_TIME_LIMIT_MS: "3600000",
  },
};

const [command = "", ...args] = process.argv.slice(2);
const steps = COMMANDS[command];
if (steps === undefined) {
  fail(`unknown command "${command}"; one of: ${Object.keys(COMMANDS).join(", ")}`);
}
if (Number(process.versions.node.split(".")[0]) < NODE_MAJOR_MIN) {
  fail(`node ${process.versions.node} is too old: install node ${NODE_MAJOR_MIN} or newer`);
}

const environment = {
  ...LENGTHS[command],
  ...process.env,
  PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}`,
  // Turbo and its like must not call home from a user's first start.
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
};

install();
must("turbo", ["run", "build", "--output-logs=errors-only", "--log-prefix=none"], "building", true);
for (const [program, ...rest] of steps.slice(0, -1)) must(program, rest, command);
const [program, ...rest] = steps[steps.length - 1];
handOver(program, [...rest, ...args]);

/** Installs what package-lock.json lists, unless this very lockfile was installed before. */
function install() {
  const lockHash = createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
  const installed = existsSync(installStamp) ? readFileSync(installStamp, "utf8") : "";
  if (installed !== lockHash) {
    console.error("Installing dependencies, ClickHouse among them: a minute or two, this once.");
    must("npm", ["ci", "--loglevel=error"], "installing");
    writeFileSync(installStamp, lockHash);
  }
  // Where a site's npm blocks install scripts, the pinned node is fetched by asking for that one script.
  if (!existsSync(pinnedNode)) {
    must(process.execPath, ["node_modules/node/installArchSpecificPackage.js"], "fetching node");
  }
}

/** Runs one step to its end; a failing step ends this process with the same code. */
function must(program, programArgs, doing, quiet = false) {
  const result = spawnSync(resolve(program), programArgs, {
    cwd: root,
    env: environment,
    stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (result.error) fail(`${doing}: ${result.error.message}`);
  if (result.status !== 0) {
    if (quiet) process.stderr.write(`${result.stdout}${result.stderr}`);
    console.error(`throughline: ${doing} failed at: ${program} ${programArgs.join(" ")}`);
    process.exit(result.status ?? 1);
  }
}

/**
 * Runs the last step until it ends. The terminal sends Ctrl-C to the whole process group, so the step gets it
 * itself; this process only must not die before it. Signals sent to this process alone are passed on.
 */
function handOver(program, programArgs) {
  const child = spawn(resolve(program), programArgs, {
    cwd: root,
    env: environment,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}

function resolve(program) {
  if (program === "node") return pinnedNode;
  const local = path.join(bin, program);
  return existsSync(local) ? local : program;
}

function fail(message) {
  console.error(`throughline: ${message}`);
  process.exit(1);
}
