/**
 * How many listeners for each signal the package signal-exit has in this process, all its copies together. It comes with execa, ora, ink,
 * write-file-atomic and many more, and ends a process only when all listeners for the signal are its own: one that
 * waits for it as well would keep the process alive for ever. Every copy adds one listener for a signal and counts itself where
 * the others see it: version 4 under a symbol, earlier ones at `process`.
 *
 * Others that clean up at a signal end the process themselves, or remove their listener and send the signal again.
 */
export function countSignalExitListeners(): number {
  return (
    countOf(Reflect.get(globalThis, Symbol.for("signal-exit emitter"))) +
    countOf(Reflect.get(process, "__signal_exit_emitter__"))
  );
}

function countOf(emitter: unknown): number {
  const known = typeof emitter === "object" && emitter !== null && "count" in emitter;
  return known && typeof emitter.count === "number" ? emitter.count : 0;
}
