import { rmSync } from "node:fs";
import { join } from "node:path";
import type { EnginePaths } from "./paths.ts";

/**
 * As a library, ClickHouse keeps its database `system` in memory and the tables of its logs on the disk: after a
 * restart it finds the directory of system.query_log in the way, and logs nothing from then on. What is in there
 * nobody can read any more. A server keeps both, so this is not for one.
 */
export function removeForgotten(paths: EnginePaths): void {
  rmSync(join(paths.data, "data", "system"), { recursive: true, force: true });
}
