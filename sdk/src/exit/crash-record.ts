import { logs, SeverityNumber } from "@opentelemetry/api";

/**
 * Writes the log record of an exception nobody caught.
 * @param origin as Node names it: `uncaughtException` or `unhandledRejection`
 * @param fatal false when the application listens itself and lives on
 */
export function recordCrash(
  error: unknown,
  origin: string,
  details: { readonly fatal: boolean; readonly version: string },
): void {
  const exception = toError(error);
  logs.getLogger("throughline.process", details.version).emit({
    severityNumber: details.fatal ? SeverityNumber.FATAL : SeverityNumber.ERROR,
    severityText: details.fatal ? "fatal" : "error",
    body: `${origin === "unhandledRejection" ? "Unhandled rejection" : "Uncaught exception"}: ${exception.name}: ${exception.message}`,
    attributes: {
      "exception.type": exception.name,
      "exception.message": exception.message,
      "exception.stacktrace": exception.stack ?? "",
      "exception.escaped": true,
      "throughline.crash.origin": origin,
    },
  });
}

/** Anything can be thrown; what is not an Error has no stack and is shown as text. */
function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const error = new Error(String(thrown));
  error.name = typeof thrown;
  error.stack = "";
  return error;
}
