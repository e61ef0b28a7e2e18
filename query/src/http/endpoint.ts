/** How an endpoint is described: its path, what it takes, what it answers and how it refuses. */
import type { TSchema } from "typebox";
import type { ProblemCode } from "../problem/catalog.ts";

export interface Endpoint {
  /** GET where not said. */
  readonly method?: "GET" | "POST" | "DELETE";
  /** As Fastify writes it: `/api/traces/:traceId`. */
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params?: TSchema;
  readonly querystring: TSchema;
  /** Of a POST, as JSON. */
  readonly body?: TSchema;
  readonly answer: TSchema;
  /** Of the answer; `application/json` where not said. Of a stream, `answer` describes one piece. */
  readonly contentType?: string;
  /** What it refuses beyond `COMMON_PROBLEMS`. */
  readonly problems: readonly ProblemCode[];
}

/** Of every endpoint that asks ClickHouse. */
export const ASKING_PROBLEMS: readonly ProblemCode[] = [
  "query_limit",
  "overloaded",
  "clickhouse_unavailable",
  "clickhouse_schema",
  "clickhouse_denied",
  "clickhouse_failed",
];

/** Of every endpoint that takes a body. */
export const BODY_PROBLEMS: readonly ProblemCode[] = ["body_too_large", "unsupported_media_type"];

/** Of every endpoint. */
export const COMMON_PROBLEMS: readonly ProblemCode[] = ["unknown_parameter", "internal"];
