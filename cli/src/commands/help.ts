import type { Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { overview } from "../help-text.ts";
import { COMMANDS } from "./index.ts";

export function run({ terminal }: Invocation): Promise<ExitCode> {
  terminal.out(overview(COMMANDS));
  return Promise.resolve(EXIT.ok);
}
