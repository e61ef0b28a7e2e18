/**
 * The entry: `node cli/src/main.ts <command>`. Everything testable is in run.ts.
 *
 * Three processes load a thousand modules before the first byte is accepted; half of their start was compiling and
 * stripping types. Node keeps the result where nobody else can write; where we cannot write either, it does without.
 */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

const cacheDir = fileURLToPath(new URL("../../node_modules/.cache/throughline", import.meta.url));
enableCompileCache(cacheDir);
// For the processes and worker threads that this one starts.
process.env["NODE_COMPILE_CACHE"] ??= cacheDir;

const { run } = await import("./run.ts");
const { standardTerminal } = await import("./terminal.ts");
const exitCode = await run({
  args: process.argv.slice(2),
  environment: process.env,
  workingDir: process.cwd(),
  terminal: standardTerminal(),
});
// What a command left open (keep-alive sockets, an IPC channel) must not keep the process.
process.exit(exitCode);
