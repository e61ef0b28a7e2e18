import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { EnginePaths } from "./paths.ts";

/** Last on the child's command line, followed by a process id: who must be its parent. */
export const PARENT_ARGUMENT = "--parent=";

/** The engine that has a data directory. */
export interface DirectoryHolder {
  readonly pid: number;
  /** Whether the process that started it lives; an engine without one is about to end. */
  readonly parentAlive: boolean;
}

/**
 * ClickHouse locks the file `status` in its data directory, and writes its process id into it. The file stays
 * behind after a kill and process ids are reused, so what it says is believed only while the lock is held.
 *
 * @returns undefined where nobody holds it, or where that cannot be known (no /proc/locks): then ClickHouse itself refuses
 */
export function dataDirectoryHolder(paths: EnginePaths): DirectoryHolder | undefined {
  const file = join(paths.data, "status");
  try {
    const inode = statSync(file).ino;
    const held = readFileSync("/proc/locks", "utf8")
      .split("\n")
      // 1: FLOCK  ADVISORY  WRITE 2207 fe:00:262153 0 EOF
      .some((line) => line.includes(" FLOCK ") && line.includes(`:${inode} `));
    const pid = Number(/^PID: (\d+)/m.exec(readFileSync(file, "utf8"))?.[1]);
    return held && pid > 0 ? { pid, parentAlive: !isOrphan(pid) } : undefined;
  } catch {
    return undefined; // never used, or ended meanwhile, or not Linux
  }
}

/** The engine's command line ends with the process id of its parent; another parent now means that one died. */
function isOrphan(pid: number): boolean {
  // pid (comm) state ppid …
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
  const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  return !words.includes(`${PARENT_ARGUMENT}${parent}`);
}
