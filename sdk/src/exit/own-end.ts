import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Whether a process that has nothing left to do will end without more ado, so that process.exit() would cut nothing off. To be
 * called while `beforeExit` is emitted, by its first listener: the others may give the process something to do.
 */
export async function endsByItself(): Promise<boolean> {
  // The loop is empty: what is listed now, such as standard output, does not keep the process alive.
  const before = countResources();
  // One turn for the other listeners and the promises that they settle, one for what they have put off to the next turn.
  await nextTurn();
  await nextTurn();
  return countResources() <= before;
}

/** Without immediates, which are ours, or become something else at once. */
function countResources(): number {
  return process.getActiveResourcesInfo().filter((type) => type !== "Immediate").length;
}
