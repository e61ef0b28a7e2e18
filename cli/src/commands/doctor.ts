/** `throughline doctor`: the SDK's, as a process of its own. The server needs no SDK, so it is looked for where the user is. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { CommandError, type Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";

const SDK = "@throughline/sdk";

export async function run({ words, workingDir, environment }: Invocation): Promise<ExitCode> {
  const child = spawn(process.execPath, [findDoctor(workingDir), ...words], {
    cwd: workingDir,
    env: environment,
    stdio: "inherit",
  });
  await once(child, "close");
  const code = child.exitCode;
  return code === EXIT.ok || code === EXIT.usage ? code : EXIT.failed;
}

/**
 * The application's own SDK, whose version is the one to be looked at, or else the one that lies beside this command.
 * @throws CommandError
 */
function findDoctor(workingDir: string): string {
  for (const from of [join(workingDir, "package.json"), import.meta.filename]) {
    for (const folder of createRequire(from).resolve.paths(SDK) ?? []) {
      const program = join(folder, SDK, "bin/throughline-doctor.mjs");
      if (!existsSync(program)) continue;
      if (existsSync(join(dirname(program), "../dist/doctor/main.js"))) return program;
      throw new CommandError(`${join(folder, SDK)} is not built: npm run build`);
    }
  }
  throw new CommandError(`${SDK} is not installed here: npm install ${SDK}`);
}
