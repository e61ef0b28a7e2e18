import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderConfig, renderUsers } from "./config.ts";
import type { EngineCredentials } from "./credentials.ts";
import type { EngineLimits } from "./machine.ts";
import type { EnginePaths } from "./paths.ts";

export interface RunInput {
  readonly httpPort: number;
  readonly tcpPort: number;
  readonly database: string;
  readonly databaseIsPrefix: boolean;
  readonly internalUser: boolean;
  readonly limits: EngineLimits;
  readonly credentials: EngineCredentials;
}

/** Folders kept of starts that ended without cleaning up; older ones are removed. */
const RUNS_KEPT = 5;

/**
 * Writes the configuration of one start into a folder of its own.
 * @returns the path of config.xml
 */
export function writeRun(paths: EnginePaths, input: RunInput): string {
  removeOldRuns(paths.runs);
  const directory = mkdtempSync(join(paths.runs, `${new Date().toISOString().slice(0, 19)}-`));
  const usersFile = join(directory, "users.xml");
  const configFile = join(directory, "config.xml");
  writeFileSync(usersFile, renderUsers(input), { mode: 0o600 });
  writeFileSync(configFile, renderConfig({ ...input, paths, usersFile }), { mode: 0o600 });
  return configFile;
}

export function removeRun(configFile: string): void {
  rmSync(dirname(configFile), { recursive: true, force: true });
}

function removeOldRuns(runs: string): void {
  const names = readdirSync(runs).toSorted();
  for (const name of names.slice(0, Math.max(0, names.length - RUNS_KEPT))) {
    rmSync(join(runs, name), { recursive: true, force: true });
  }
}
