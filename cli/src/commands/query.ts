import type { Invocation } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { queryRole } from "../roles/query-role.ts";
import { runRole } from "../roles/role-process.ts";

export function run(invocation: Invocation): Promise<ExitCode> {
  return runRole(queryRole, invocation);
}
