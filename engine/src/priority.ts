/** Receiving and acknowledging come first: merges and queries take the processor time that is left. */
import { writeFileSync } from "node:fs";
import { setPriority } from "node:os";

const NICENESS = 10;

/**
 * Where the kernel groups tasks by session (`kernel.sched_autogroup_enabled`, the default of desktops and of many servers),
 * niceness counts among the tasks of a session only. The engine is a session of its own, so the session has to be nice too.
 */
const SESSION_NICENESS_FILE = "/proc/self/autogroup";

/** Without privileges the kernel takes such a write ten times a second, from all of the machine's processes together. */
const TRIES_MAX = 3;
const TRY_AGAIN_MS = 110;

/**
 * To be called before the process has further threads: they inherit it. In a container or a service with a cgroup of its own
 * that group's weight decides between the engine and others.
 */
export function giveWay(): void {
  setPriority(NICENESS);
  if (process.platform !== "linux") return;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (writeSessionNiceness() !== "EAGAIN") return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TRY_AGAIN_MS);
  }
}

/** @returns the code of the failure; ENOENT where the kernel does not group */
function writeSessionNiceness(): string | undefined {
  try {
    writeFileSync(SESSION_NICENESS_FILE, String(NICENESS));
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "";
  }
}
