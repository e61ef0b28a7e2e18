import type { Problem } from "../wire.ts";
import { PROBLEMS, type ProblemCode } from "./catalog.ts";

/** Where in a text of the question the fault is: RFC 9457 extension members. */
export type ProblemMembers = Pick<
  Problem,
  "position" | "length" | "expected" | "suggestion" | "clickhouseCode"
>;

/** A refusal or failure that the client is told about. `message` becomes the problem's `detail`. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  readonly code: ProblemCode;
  /** Seconds, sent as `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;
  /** More members of the problem's body. */
  readonly members: ProblemMembers;

  constructor(
    code: ProblemCode,
    detail: string,
    options: {
      readonly cause?: unknown;
      readonly retryAfterSeconds?: number;
      readonly members?: ProblemMembers;
    } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.members = options.members ?? {};
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
