/** How refusals and failures leave as RFC 9457 problem details. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ProblemCode } from "../problem/catalog.ts";
import { ClientGone, QueryError, toProblem } from "../problem/query-error.ts";
import { nearest } from "./nearest.ts";

export function installProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    if (error instanceof ClientGone) {
      // Nobody listens; the status is for the log only.
      return reply.code(499).send();
    }
    const problem = toQueryProblem(error, request);
    if (problem.code === "internal" || problem.code.startsWith("clickhouse_")) {
      request.log.error({ err: error, code: problem.code }, "a question failed");
    }
    return sendProblem(reply, problem);
  });
}

export function sendProblem(reply: FastifyReply, error: QueryError): FastifyReply {
  const problem = { ...toProblem(error.code, error.message), ...error.members };
  if (error.retryAfterSeconds !== undefined) {
    reply.header("retry-after", String(error.retryAfterSeconds));
  }
  return reply
    .code(problem.status)
    .header("cache-control", "no-store")
    .type("application/problem+json")
    .send(JSON.stringify(problem));
}

export function toQueryProblem(error: unknown, request: FastifyRequest): QueryError {
  if (error instanceof QueryError) return error;
  if (isFastifyError(error)) {
    if (error.validation !== undefined) return validationProblem(error, request);
    const known = FASTIFY_PROBLEMS[error.code];
    if (known !== undefined) {
      return new QueryError(known.code, known.says(request), { cause: error });
    }
    if ((error.statusCode ?? 500) < 500) {
      return new QueryError("invalid_parameter", error.message, { cause: error });
    }
  }
  return new QueryError("internal", `The request ${request.id} failed; the log has the reason.`, {
    cause: error,
  });
}

interface FastifyProblem {
  readonly code: ProblemCode;
  readonly says: (request: FastifyRequest) => string;
}

/** Of the paths that are shown in a problem. */
const SHOWN_MAX = 200;

/** What Fastify refuses by itself, by its code. */
const FASTIFY_PROBLEMS: Readonly<Record<string, FastifyProblem>> = {
  FST_ERR_BAD_URL: {
    code: "invalid_parameter",
    says: ({ url }) =>
      `The path ${shown(url.split("?")[0] ?? "")} is not percent-encoded: a % stands before two hex digits, of UTF-8; as itself it is %25.`,
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: "body_too_large",
    says: ({ server }) => `A body has at most ${server.initialConfig.bodyLimit ?? 0} bytes.`,
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: "unsupported_media_type",
    says: ({ headers }) =>
      `The body is of the type ${shown(headers["content-type"] ?? "")}; expected application/json.`,
  },
};

function shown(text: string): string {
  return JSON.stringify(text.slice(0, SHOWN_MAX));
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && "statusCode" in error;
}

function validationProblem(error: FastifyError, request: FastifyRequest): QueryError {
  const first = error.validation?.[0];
  const extra: unknown = first?.params["additionalProperty"];
  if (typeof extra === "string") {
    const known = knownParameters(request);
    const guess = nearest(extra, known);
    const list = known.length === 0 ? "It takes none." : `It takes ${known.join(", ")}.`;
    return new QueryError(
      "unknown_parameter",
      `${request.routeOptions.url ?? request.url} has no parameter ${JSON.stringify(extra.slice(0, 100))}. ${guess === undefined ? "" : `Did you mean ${guess}? `}${list}`,
    );
  }
  const name = first?.instancePath.split("/")[1] ?? "";
  const values: unknown = first?.params["allowedValue"];
  const allowed = Array.isArray(values) ? ` (${values.join(", ")})` : "";
  return new QueryError(
    "invalid_parameter",
    `The parameter ${name} ${describe(name, request) ?? first?.message ?? "is not valid"}${allowed}.`,
  );
}

/** The parameter's own words, where its schema has a closed list. */
function describe(name: string, request: FastifyRequest): string | undefined {
  const property = queryProperties(request)[name];
  if (!isRecord(property) || !Array.isArray(property["anyOf"])) return undefined;
  const options = property["anyOf"].map((each: unknown) =>
    isRecord(each) ? String(each["const"]) : "",
  );
  return `must be one of ${options.join(", ")}`;
}

function knownParameters(request: FastifyRequest): string[] {
  return Object.keys(queryProperties(request));
}

function queryProperties(request: FastifyRequest): Readonly<Record<string, unknown>> {
  const schema: unknown = request.routeOptions.schema?.querystring;
  const properties = isRecord(schema) ? schema["properties"] : undefined;
  return isRecord(properties) ? properties : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
