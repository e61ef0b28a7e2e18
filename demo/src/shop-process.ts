import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isFromChild, type FromChild, type FromParent } from "./shared/messages.ts";

/** One process of the shop, seen from the parent. */
export interface ShopProcess {
  readonly name: string;
  readonly pid: number | undefined;
  /** The address the process listens on. Rejects when it dies first. */
  readonly ready: Promise<string>;
  tell(message: FromParent): void;
  /** Closes the channel, which ends the process by itself; kills it after `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}

export interface ShopProcessOptions {
  readonly name: string;
  /** Relative to this file. */
  readonly file: string;
  readonly nodePath: string;
  readonly nodeArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly onMessage: (message: FromChild) => void;
}

export function startShopProcess(options: ShopProcessOptions): ShopProcess {
  const script = fileURLToPath(new URL(options.file, import.meta.url));
  const child = spawn(options.nodePath, [...options.nodeArguments, script], {
    // Their log lines are telemetry; only what went wrong outside of it is for the terminal.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: options.environment,
  });
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
    child.once("error", (error) => resolve(error.message));
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.on("message", (message: unknown) => {
      if (!isFromChild(message)) return;
      if (message.kind === "ready") resolve(message.url);
      options.onMessage(message);
    });
    void ended.then((how) =>
      reject(new Error(`${options.name} ended before it was ready: ${how}`)),
    );
  });
  // Whoever waits for it sees the rejection; a shop that is being stopped does not wait.
  ready.catch(() => undefined);
  return {
    name: options.name,
    pid: child.pid,
    ready,
    tell: (message) => {
      if (child.connected) child.send(message);
    },
    stop: (timeoutMs) => stopChild(child, ended, timeoutMs),
  };
}

async function stopChild(
  child: ChildProcess,
  ended: Promise<string>,
  timeoutMs: number,
): Promise<void> {
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  await ended;
  clearTimeout(timer);
}
