/** The entry: `node cli/src/main.ts <command>`. Everything testable is in run.ts. */
import { run } from "./run.ts";

const exitCode = await run({
  args: process.argv.slice(2),
  environment: process.env,
  workingDir: process.cwd(),
  terminal: { out: (line) => console.log(line), err: (line) => console.error(line) },
});
// What a command left open (keep-alive sockets, an IPC channel) must not keep the process.
process.exit(exitCode);
