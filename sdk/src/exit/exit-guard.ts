import { isMainThread } from "node:worker_threads";
import type { LeavingBatch } from "../export/lane.ts";
import { messageOf, type ExportOutcome } from "../export/outcome.ts";
import type { QueueSpanProcessor } from "../export/span-processor.ts";
import type { OutgoingLane, Pipeline } from "../pipeline.ts";
import type { Environment } from "../settings.ts";
import { recordCrash } from "./crash-record.ts";
import { flushWithin, isPending, resolvesWithin, type Undelivered } from "./final-flush.ts";
import { speakLastWords } from "./last-words.ts";
import { endsByItself } from "./own-end.ts";
import { formatReport } from "./report.ts";
import { countSignalExitListeners } from "./signal-exit.ts";

export interface ExitGuardOptions {
  readonly pipeline: Pipeline;
  readonly spans: QueueSpanProcessor;
  /** Whether the last thing said is what became of the telemetry. */
  readonly report: boolean;
  readonly flushTimeoutMs: number;
  readonly version: string;
  readonly environment: Environment;
  readonly warn: (line: string) => void;
  /** Flushes what does not pass through the pipeline: metrics, exporters of the OpenTelemetry SDK itself. */
  readonly flushOthers: () => Promise<void>;
}

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/**
 * Sees to it that the last telemetry leaves before the process does. The process dies as it would have without us:
 *
 *   nothing left to do     beforeExit: flush, the loop empties again, the process ends; where the flush is in vain, process.exit()
 *   process.exit()         no event loop any more: a child process delivers while this one blocks
 *   uncaught, rejected     recorded as a log, open spans ended, then as process.exit(); Node prints and chooses the code
 *   SIGTERM, SIGINT, ...   flush, then the signal again with its default effect; if the application listens
 *                          itself, only flush: ending is its decision (signal-exit's listeners are nobody's decision)
 *   SIGKILL, abort, OOM    nothing can be done; up to one schedule delay of telemetry is lost
 */
export class ExitGuard {
  readonly #options: ExitGuardOptions;
  readonly #uninstall: (() => void)[] = [];
  readonly #ignoreSignals: (() => void)[] = [];
  /** Set once a last flush has been in vain. */
  #givenUp: { readonly undelivered: Undelivered; readonly deadline: number } | undefined;
  #dying: string | undefined;
  #signalled = false;
  #handedOn = false;
  #othersFlushed = false;
  #reported = false;

  constructor(options: ExitGuardOptions) {
    this.#options = options;
  }

  install(): void {
    this.#on("beforeExit", () => void this.#beforeExit());
    this.#on("uncaughtExceptionMonitor", (error: unknown, origin: unknown) => {
      this.#crashed(error, String(origin));
    });
    // Signals only reach the main thread.
    if (isMainThread) {
      for (const signal of SIGNALS) {
        this.#on(signal, () => void this.#signal(signal), this.#ignoreSignals);
      }
    }
    this.#afterExitListeners(() => this.#exit());
  }

  uninstall(): void {
    for (const undo of this.#uninstall.splice(0)) undo();
    for (const undo of this.#ignoreSignals.splice(0)) undo();
  }

  /** For a shutdown in code: what the last flush left behind is spooled, or told and counted. */
  giveUp(undelivered: Undelivered): void {
    const lanes = this.#options.pipeline.lanes.filter(({ target }) =>
      undelivered.has(target.signal),
    );
    this.#leave(lanes, 0, undelivered);
    this.#close();
  }

  /** Before the application's listeners, those that were there already included: we look at what is there before they change it. */
  #on(event: string, listener: (...args: unknown[]) => void, undo = this.#uninstall): void {
    const emitter: NodeJS.EventEmitter = process;
    emitter.prependListener(event, listener);
    undo.push(() => process.removeListener(event, listener));
  }

  /** After every `exit` listener, because loggers write their last lines in theirs. */
  #afterExitListeners(last: () => void): void {
    // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
    const original = process.emit;
    const patched = function (this: NodeJS.Process, event: string, ...args: unknown[]): boolean {
      const result: unknown = Reflect.apply(original, this, [event, ...args]);
      if (event === "exit") last();
      return result === true;
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- emit is a list of overloads; arguments pass through
    process.emit = patched as typeof process.emit;
    this.#uninstall.push(() => {
      if (process.emit === patched) process.emit = original;
    });
  }

  /** Comes again each time the loop empties, after our own waiting too. */
  async #beforeExit(): Promise<void> {
    const { pipeline, flushTimeoutMs, environment } = this.#options;
    const first = !this.#othersFlushed;
    if (this.#givenUp !== undefined || !(first || isPending(pipeline))) return;
    this.#othersFlushed = true;
    const endsSoon = endsByItself();
    const deadline = performance.now() + flushTimeoutMs;
    const undelivered = await flushWithin(pipeline, flushTimeoutMs, environment);
    // A process too short to have met the collector should still empty what the one before it left.
    const resend = first && undelivered.size === 0;
    const othersInTime = !first || (await inTime(this.#options.flushOthers(), deadline));
    const resentInTime = !resend || (await inTime(pipeline.resendSpooled(), deadline));
    if (undelivered.size === 0 && othersInTime && resentInTime) return;
    this.#givenUp = { undelivered, deadline };
    // What the exporters still wait for would keep the process alive for their own timeout, 10 s and more, and there is no way to
    // reach all their sockets and timers. So the process is ended as the empty loop would have ended it, exit listeners and exit code
    // included. Where that is not certain it is left in peace.
    if (endsSoon) process.exit();
  }

  #crashed(error: unknown, origin: string): void {
    const fatal = process.listenerCount("uncaughtException") === 0;
    recordCrash(error, origin, { fatal, version: this.#options.version });
    if (fatal) this.#dying = `process died: ${origin}`;
  }

  #exit(): void {
    try {
      this.#options.spans.endOpenSpans(this.#dying);
      const { pipeline, flushTimeoutMs } = this.#options;
      const { undelivered, deadline } = this.#givenUp ?? {};
      const leftMs = deadline === undefined ? flushTimeoutMs : msUntil(deadline);
      this.#leave(pipeline.lanes, leftMs, undelivered);
      this.#close();
    } catch (error) {
      // Thrown here it would change the process's exit code.
      this.#options.warn(`last telemetry lost: ${messageOf(error)}`);
    }
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    const alone = process.listenerCount(signal) - countSignalExitListeners() === 1;
    const { pipeline, flushTimeoutMs, environment } = this.#options;
    if (!alone) {
      await flushWithin(pipeline, flushTimeoutMs, environment);
      return;
    }
    if (!this.#signalled) {
      this.#signalled = true;
      this.#options.spans.endOpenSpans(`process ended by ${signal}`);
      const deadline = performance.now() + flushTimeoutMs;
      const undelivered = await flushWithin(pipeline, flushTimeoutMs, environment);
      await inTime(this.#options.flushOthers(), deadline);
      if (undelivered.size > 0) this.#givenUp = { undelivered, deadline };
      this.#leave(pipeline.lanes, msUntil(deadline), undelivered);
      this.#close();
    }
    // The second signal arrives here at once: an impatient person is not made to wait.
    this.#handOn(signal);
  }

  /**
   * The signal once more, to whoever else is there: signal-exit, or the default effect. What signal-exit calls may end the process by
   * process.exit() or keep it alive, so the guard stays for every other end.
   */
  #handOn(signal: NodeJS.Signals): void {
    if (this.#handedOn) return;
    this.#handedOn = true;
    for (const undo of this.#ignoreSignals.splice(0)) undo();
    process.kill(process.pid, signal);
  }

  /** Empties the queues without an event loop, and says what of it did not arrive and where it is now. */
  #leave(lanes: readonly OutgoingLane[], timeoutMs: number, undelivered: Undelivered = NONE): void {
    const { pipeline, warn } = this.#options;
    const batches = lanes.flatMap((lane) => lane.takeAll());
    const outcomes = sendLast(batches, timeoutMs, undelivered);
    const lost = { spans: 0, logRecords: 0 };
    const spooled = { spans: 0, logRecords: 0 };
    const reasons = new Set<string>();
    for (const [index, batch] of batches.entries()) {
      const outcome = outcomes[index] ?? NO_ANSWER;
      const fate = batch.settle(outcome);
      if (outcome.kind === "delivered") continue;
      reasons.add(outcome.reason);
      const kept = fate === "spooled" ? spooled : lost;
      kept[batch.target.signal === "traces" ? "spans" : "logRecords"] += batch.count;
    }
    const reason = [...reasons].join("; ").slice(0, REASON_LENGTH_MAX);
    if (lost.spans + lost.logRecords > 0) warn(`${describe(lost)} not delivered: ${reason}`);
    if (spooled.spans + spooled.logRecords > 0) {
      warn(
        `${describe(spooled)} kept in ${pipeline.spoolDirectory ?? ""} for the next start: ${reason}`,
      );
    }
  }

  #close(): void {
    const { pipeline, report, warn } = this.#options;
    pipeline.flushOverflow();
    if (!report || this.#reported) return;
    this.#reported = true;
    for (const line of formatReport(pipeline.counters())) warn(line);
  }
}

const REASON_LENGTH_MAX = 500;

function inTime(work: Promise<void>, deadline: number): Promise<boolean> {
  return resolvesWithin(
    work.then(() => true),
    msUntil(deadline),
  );
}

/** @param deadline on the clock of performance.now() */
function msUntil(deadline: number): number {
  return Math.max(0, Math.floor(deadline - performance.now()));
}

const NONE: Undelivered = new Map();
const NO_ANSWER: ExportOutcome = { kind: "unavailable", reason: "no answer" };

/** By a child process, which is not bothered with what has been given up. @returns one outcome per batch, in their order */
function sendLast(
  batches: readonly LeavingBatch[],
  timeoutMs: number,
  undelivered: Undelivered,
): readonly ExportOutcome[] {
  const spoken = batches.filter(({ target }) => !undelivered.has(target.signal));
  const requests = spoken.map(({ target, bytes }) => ({ target, bytes }));
  const answers = requests.length === 0 ? [] : speakLastWords({ timeoutMs, requests });
  return batches.map((batch) => {
    const reason = undelivered.get(batch.target.signal);
    if (reason !== undefined) return { kind: "unavailable", reason };
    return answers[spoken.indexOf(batch)] ?? NO_ANSWER;
  });
}

function describe({ spans, logRecords }: { spans: number; logRecords: number }): string {
  return `${spans} spans and ${logRecords} log records`;
}
