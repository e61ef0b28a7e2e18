#!/usr/bin/env node
/**
 * The `throughline` command. The product runs its TypeScript as it is, which Node does from 22.18 on; an older one
 * hands over to the Node that is installed beside it as the npm package `node`.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

if (process.features.typescript) {
  await import("../src/main.ts");
} else {
  handOver();
}

function handOver() {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const child = spawn(newerNode(), [main, ...process.argv.slice(2)], { stdio: "inherit" });
  // The terminal sends Ctrl-C to both; this process only must not end first.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

function newerNode() {
  try {
    const description = createRequire(import.meta.url).resolve("node/package.json");
    return join(dirname(description), "bin", "node");
  } catch {
    return fail(
      `needs Node 24; this is ${process.version}, and the npm package "node" is not installed`,
    );
  }
}

function fail(message) {
  process.stderr.write(`throughline: ${message}\n`);
  process.exit(1);
}
