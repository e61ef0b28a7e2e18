import type { Invocation } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { collectorRole } from "../roles/collector-role.ts";
import { runRole } from "../roles/role-process.ts";

export function run(invocation: Invocation): Promise<ExitCode> {
  return runRole(collectorRole, invocation);
}
