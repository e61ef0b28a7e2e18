import { context, logs, SeverityNumber } from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import { ValueBudget } from "./any-value.ts";
import { readConsoleCall } from "./console-record.ts";
import { isPrinting, printing } from "./own-output.ts";

const LEVELS = {
  trace: { number: SeverityNumber.TRACE, text: "trace" },
  debug: { number: SeverityNumber.DEBUG, text: "debug" },
  log: { number: SeverityNumber.INFO, text: "info" },
  info: { number: SeverityNumber.INFO, text: "info" },
  warn: { number: SeverityNumber.WARN, text: "warn" },
  error: { number: SeverityNumber.ERROR, text: "error" },
} as const;

type ConsoleMethod = keyof typeof LEVELS;

/**
 * Makes a log record of every console call; the call still prints first, exactly as before.
 * Calls made while telemetry is being exported are only printed: they would feed on themselves.
 * @param attributesLengthMax characters of the objects that one call logs
 * @returns a function that puts the original methods back
 */
export function captureConsole(version: string, attributesLengthMax: number): () => void {
  const logger = logs.getLogger("throughline.console", version);
  const originals = new Map<ConsoleMethod, (...args: unknown[]) => void>();
  let busy = false;

  const record = (method: ConsoleMethod, args: readonly unknown[]): void => {
    if (isTracingSuppressed(context.active())) return;
    try {
      const budget = new ValueBudget(attributesLengthMax);
      const { body, attributes, exception } = readConsoleCall(args, budget);
      const level = LEVELS[method];
      if (method === "trace") attributes["code.stacktrace"] = callerStack();
      logger.emit({
        severityNumber: level.number,
        severityText: level.text,
        body,
        attributes,
        ...(exception === undefined ? {} : { exception }),
      });
    } catch {
      // A getter or toJSON of a logged value threw. The line is printed; a log call must never fail its caller.
    }
  };

  for (const method of methodNames()) {
    const original = console[method];
    originals.set(method, original);
    console[method] = function (this: unknown, ...args: unknown[]): void {
      // console.trace prints through console.error, a getter may log, a logger may print here: one call is one record.
      if (busy || isPrinting()) {
        original.apply(this, args);
        return;
      }
      busy = true;
      try {
        printing(() => original.apply(this, args));
        record(method, args);
      } finally {
        busy = false;
      }
    };
  }
  return () => {
    for (const [method, original] of originals) console[method] = original;
  };
}

function methodNames(): readonly ConsoleMethod[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a const object
  return Object.keys(LEVELS) as ConsoleMethod[];
}

function callerStack(): string {
  const frames = (new Error().stack ?? "").split("\n");
  // The message line, this function, `record` and the wrapper are ours.
  return frames.slice(4).join("\n");
}
