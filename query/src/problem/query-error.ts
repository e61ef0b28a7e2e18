import type { Problem } from "../wire.ts";
import { PROBLEMS, type ProblemCode } from "./catalog.ts";

/** A refusal or failure that the client is told about. `message` becomes the problem's `detail`. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  readonly code: ProblemCode;
  /** Seconds, sent as `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { readonly cause?: unknown; readonly retryAfterSeconds?: number } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The HTTP client left before the answer: nobody is told. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";
}

/** RFC 9457 body of a code and its detail. */
export function toProblem(code: ProblemCode, detail: string): Problem {
  const kind = PROBLEMS[code];
  return {
    type: `urn:throughline:problem:${code}`,
    title: kind.title,
    status: kind.status,
    code,
    detail,
  };
}
