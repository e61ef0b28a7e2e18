/** Why an engine could not be started; the codes are stable and listed in the README. */
export type EngineErrorCode =
  | "UNSUPPORTED_PLATFORM"
  | "BINARY_NOT_FOUND"
  | "DATA_DIR_IN_USE"
  | "PORT_IN_USE"
  | "START_FAILED"
  | "START_TIMEOUT";

/** An operating failure of the embedded ClickHouse; the message names the remedy. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  /** For PORT_IN_USE: the option that sets the port. */
  readonly field: "httpPort" | "tcpPort" | undefined;

  constructor(
    code: EngineErrorCode,
    message: string,
    context: { readonly field?: "httpPort" | "tcpPort"; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: context.cause });
    this.name = "EngineError";
    this.code = code;
    this.field = context.field;
  }
}
