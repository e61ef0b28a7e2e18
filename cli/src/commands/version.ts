import type { Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { productVersion } from "../version.ts";

export function run({ terminal }: Invocation): Promise<ExitCode> {
  terminal.out(`throughline ${productVersion()}`);
  return Promise.resolve(EXIT.ok);
}
