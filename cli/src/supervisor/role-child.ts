/**
 * One role (collector or query) in its own process, kept running:
 *
 *   starting   spawned, not yet listening
 *   ready      listens; leaves this state only by its death
 *   waiting    died; the next start is scheduled
 *   stopping   told to end
 *   stopped    ended for good
 *
 * A role that dies before it was ever ready is not started again: what stopped it (a port, a disk, a setting) is for
 * the user to mend, and `start()` rejects with the reason.
 */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { Value } from "typebox/value";
import { backoffMs, STABLE_MS } from "./backoff.ts";
import { FromRole, type StartMessage, type StopMessage } from "./messages.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const READY_WITHIN_MS = 60_000;

export type RoleName = "collector" | "query";

export interface RoleChildOptions {
  readonly role: RoleName;
  readonly message: StartMessage;
  readonly logger: Logger;
  /** The script to run; the product's own entry by default. */
  readonly script?: string;
}

type State =
  | { readonly state: "starting"; readonly child: ChildProcess; readonly reason?: string }
  | { readonly state: "ready"; readonly child: ChildProcess; readonly sinceMs: number }
  | { readonly state: "waiting"; readonly timer: NodeJS.Timeout }
  | { readonly state: "stopping"; readonly child: ChildProcess }
  | { readonly state: "stopped" };

/**
 * glibc keeps what each thread freed for that thread alone: 20 MiB of an idle collector, 75 of one that has seen large
 * bodies. Two arenas are enough for threads that allocate by the megabyte. And it learns from each large piece that is freed to
 * keep the next one: pieces of 4 MiB and more go back at once, another 35 MiB.
 */
const ALLOCATOR = {
  MALLOC_ARENA_MAX: "2",
  MALLOC_MMAP_THRESHOLD_: String(4 * 1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(8 * 1024 * 1024),
} as const;

export class RoleChild {
  readonly #options: RoleChildOptions;
  #state: State = { state: "stopped" };
  #failures = 0;
  #firstReady: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(options: RoleChildOptions) {
    this.#options = options;
  }

  /** undefined while no process runs. */
  get pid(): number | undefined {
    return "child" in this.#state ? this.#state.child.pid : undefined;
  }

  /** @returns when the role listens for the first time; rejects when it ends before that */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#firstReady = { resolve, reject };
      this.#spawn();
    });
  }

  /** Asks the role to end, and kills it when it has not after the grace. Safe in every state. */
  async stop(graceMs: number): Promise<void> {
    const current = this.#state;
    if (current.state === "waiting") {
      clearTimeout(current.timer);
      this.#state = { state: "stopped" };
    }
    if (!("child" in current)) {
      return;
    }
    const { child } = current;
    this.#state = { state: "stopping", child };
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const message: StopMessage = { kind: "stop" };
    // A failing send means that the channel is gone and with it, a moment later, the process.
    child.send(message, () => undefined);
    const timer = setTimeout(() => {
      this.#options.logger.warn(
        `${this.#options.role} did not end within ${graceMs} ms and is killed`,
      );
      child.kill("SIGKILL");
    }, graceMs);
    await ended;
    clearTimeout(timer);
  }

  /** Lets a role that runs read again what may have changed; one that does not run yet will read it. */
  reload(): void {
    // Earlier it may not listen yet, and the signal would end it.
    if (this.#state.state === "ready") {
      this.#state.child.kill("SIGHUP");
    }
  }

  /** At once, without asking. */
  kill(): void {
    if ("child" in this.#state) {
      const { child } = this.#state;
      this.#state = { state: "stopping", child };
      child.kill("SIGKILL");
    }
  }

  #spawn(): void {
    const { role, message, script = MAIN } = this.#options;
    const child = fork(script, [role, "--supervised"], {
      execArgv: [],
      env: { ...ALLOCATOR, ...process.env },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#state = { state: "starting", child };
    const tooSlow = setTimeout(() => child.kill("SIGKILL"), READY_WITHIN_MS);
    child.on("error", (error) => this.#options.logger.error({ err: error }, `${role} process`));
    child.on("message", (raw) => {
      if (this.#receive(child, raw) === "ready") {
        clearTimeout(tooSlow);
      }
    });
    child.once("exit", (code, signal) => {
      clearTimeout(tooSlow);
      this.#ended(child, signal === null ? `exit code ${code}` : `killed by ${signal}`);
    });
    child.send(message, () => undefined);
  }

  #receive(child: ChildProcess, raw: unknown): FromRole["kind"] {
    const message = Value.Parse(FromRole, raw);
    if (this.#state.state !== "starting" || this.#state.child !== child) {
      return message.kind;
    }
    if (message.kind === "failed") {
      this.#state = { state: "starting", child, reason: message.reason };
      return message.kind;
    }
    this.#state = { state: "ready", child, sinceMs: performance.now() };
    this.#options.logger.info(
      { childPid: child.pid, addresses: message.addresses },
      `${this.#options.role} is ready`,
    );
    this.#firstReady?.resolve();
    this.#firstReady = undefined;
    return message.kind;
  }

  #ended(child: ChildProcess, how: string): void {
    const before = this.#state;
    if (!("child" in before) || before.child !== child || before.state === "stopping") {
      this.#state = { state: "stopped" };
      this.#firstReady?.reject(new Error(`${this.#options.role} was stopped before it was ready`));
      this.#firstReady = undefined;
      return;
    }
    const reason = before.state === "starting" ? (before.reason ?? how) : how;
    if (this.#firstReady !== undefined) {
      this.#state = { state: "stopped" };
      this.#firstReady.reject(new Error(reason));
      this.#firstReady = undefined;
      return;
    }
    const wasStable = before.state === "ready" && performance.now() - before.sinceMs >= STABLE_MS;
    this.#failures = wasStable ? 1 : this.#failures + 1;
    const delayMs = backoffMs(this.#failures);
    this.#options.logger.warn(
      `${this.#options.role} ended unexpectedly (${reason}); starting it again in ${delayMs} ms`,
    );
    this.#state = { state: "waiting", timer: setTimeout(() => this.#spawn(), delayMs) };
  }
}
