/**
 * What the product does on signals: SIGINT and SIGTERM stop it, and kill what still runs when they come again. They may come
 * in twice for one key press (from the terminal to the process group, and passed on by npm), so only one that comes a moment
 * later is a second Ctrl-C.
 *
 * SIGHUP means "read your configuration again" to a service, and "your terminal is gone" to a command that somebody typed. Only
 * whether the terminal is still there tells the two apart.
 */
import { closeSync, constants, openSync } from "node:fs";
import { isatty } from "node:tty";

export interface SignalListeners {
  readonly stop: () => void;
  readonly kill: () => void;
  readonly reload: () => void;
}

const SAME_KEY_PRESS_MS = 1_000;

/** @param terminal asked at once, and again on SIGHUP */
export function onSignals(listeners: SignalListeners, terminal = hasTerminal): void {
  let firstMs: number | undefined;
  const onStop = () => {
    if (firstMs === undefined) {
      firstMs = performance.now();
      listeners.stop();
    } else if (performance.now() - firstMs > SAME_KEY_PRESS_MS) {
      listeners.kill();
    }
  };
  const startedInTerminal = terminal();
  process.on("SIGINT", onStop);
  process.on("SIGTERM", onStop);
  process.on("SIGHUP", () => {
    if (startedInTerminal && !terminal()) onStop();
    else listeners.reload();
  });
}

/** Whether somebody can see or type into this process. One under `nohup` has a terminal, too, but is to outlive it. */
function hasTerminal(): boolean {
  if (![0, 1, 2].some((descriptor) => isatty(descriptor))) return false;
  try {
    closeSync(openSync("/dev/tty", constants.O_RDONLY | constants.O_NOCTTY));
    return true;
  } catch {
    return false;
  }
}
