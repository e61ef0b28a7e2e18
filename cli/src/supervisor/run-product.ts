/** What `start` and `demo` share: run the product until Ctrl-C, then stop it in order. */
import { inert } from "../ask/inert-text.ts";
import type { LoadedSettings, Terminal } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { createLogger } from "../log/logger.ts";
import { Product, type ReadyReport } from "./product.ts";
import { onSignals } from "./signals.ts";

export interface RunProductOptions {
  readonly loaded: LoadedSettings;
  readonly terminal: Terminal;
  /**
   * Called once when everything runs; what it returns is stopped before the product.
   * @param signal aborted when the user asks to stop
   */
  readonly onReady: (report: ReadyReport, signal: AbortSignal) => Promise<Companion | undefined>;
}

/** Something that runs beside the product and ends before it. */
export interface Companion {
  stop(): Promise<void>;
}

export async function runProduct({
  loaded,
  terminal,
  onReady,
}: RunProductOptions): Promise<ExitCode> {
  terminal.whenBroken?.("go on");
  const { settings, limits } = loaded;
  const logger = createLogger({
    role: "supervisor",
    dataDir: settings.dataDir,
    level: settings.logLevel,
  });
  const product = new Product({
    settings,
    limits,
    logger,
    onWaiting: (reason) =>
      terminal.err(
        `Taking OTLP data, waiting for ClickHouse: ${inert(reason)}. What arrives is kept until it answers.`,
      ),
  });
  const told = new AbortController();
  const stopped = Promise.withResolvers<void>();
  onSignals({
    stop: () => {
      told.abort();
      stopped.resolve();
    },
    kill: () => {
      product.kill();
      terminal.err("throughline: killed");
      process.exit(EXIT.forced);
    },
    reload: () => product.reload(),
  });
  let companion: Companion | undefined;
  try {
    const report = await untilAborted(product.start(), told.signal);
    companion = report && (await onReady(report, told.signal));
    await stopped.promise;
    terminal.out("Stopping.");
  } finally {
    await companion?.stop();
    await product.stop();
  }
  logger.info("stopped");
  return EXIT.ok;
}

/** @returns undefined when the user asked to stop first; the work's later failure is of no interest then */
async function untilAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal,
): Promise<Value | undefined> {
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    work.catch(() => undefined);
  }
}
