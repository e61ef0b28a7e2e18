/** The query service over HTTP: its answers checked, its problems as what the command says and ends with. */
import { Problem } from "@throughline/query/wire";
import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";
import { CommandError } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { inert } from "./inert-text.ts";
import { widthOf } from "./text-width.ts";

type Params = Readonly<Record<string, string | undefined>>;

export interface ApiClient {
  /** @throws CommandError for what the service refuses, and when nothing answers */
  get<const S extends TSchema>(schema: S, path: string, params: Params): Promise<Static<S>>;
  /** An answer that is read as it comes. @throws as `get` */
  stream(path: string, params: Params, request?: RequestInit): Promise<Response>;
  /** The body of a streamed answer, whole. @throws as `get` */
  read<const S extends TSchema>(schema: S, response: Response): Promise<Static<S>>;
  /** The body of a streamed answer, as it comes. @throws CommandError when it breaks off */
  chunks(response: Response): AsyncGenerator<Uint8Array>;
}

/** The service said no, in the words of the API. */
export class RefusedError extends CommandError {
  readonly problem: Problem;

  constructor(message: string, problem: Problem) {
    super(message, EXIT_BY_CODE[problem.code] ?? EXIT.failed);
    this.name = "RefusedError";
    this.problem = problem;
  }
}

export function createApiClient(url: string, signal: AbortSignal): ApiClient {
  const send = async (path: string, params: Params, request: RequestInit): Promise<Response> => {
    const address = addressOf(url, path, params);
    let response: Response;
    try {
      response = await fetch(address, { ...request, signal });
    } catch (error) {
      throw signal.aborted ? error : unreachable(url, error);
    }
    if (!response.ok) throw await refusal(response, address, params["q"]);
    return response;
  };
  const read = async <const S extends TSchema>(
    schema: S,
    response: Response,
  ): Promise<Static<S>> => {
    const body: unknown = await response.json().catch((error: unknown) => {
      if (signal.aborted) throw error;
      throw error instanceof SyntaxError ? otherAnswer(url, String(error)) : brokenOff(url, error);
    });
    const validator = Compile(schema);
    if (!validator.Check(body)) {
      const first = validator.Errors(body)[0];
      throw otherAnswer(url, `${first?.instancePath ?? ""} ${first?.message ?? ""}`);
    }
    return body;
  };
  return {
    read,
    chunks: async function* ({ body }) {
      try {
        yield* body ?? [];
      } catch (error) {
        throw signal.aborted ? error : brokenOff(url, error);
      }
    },
    stream: (path, params, request = {}) => send(path, params, request),
    get: async (schema, path, params) =>
      read(schema, await send(path, params, { headers: { accept: "application/json" } })),
  };
}

function addressOf(url: string, path: string, params: Params): URL {
  const address = new URL(path.replace(/^\//, ""), url.endsWith("/") ? url : `${url}/`);
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) address.searchParams.set(name, value);
  }
  return address;
}

/** What was asked wrongly is the user's to mend; what is not there is not an error of anybody. */
const EXIT_BY_CODE: Readonly<Record<string, ExitCode>> = {
  invalid_parameter: EXIT.usage,
  unknown_parameter: EXIT.usage,
  invalid_query: EXIT.usage,
  body_too_large: EXIT.usage,
  headers_too_large: EXIT.usage,
  sql_refused: EXIT.usage,
  sql_failed: EXIT.usage,
  trace_not_found: EXIT.nothing,
  request_not_found: EXIT.nothing,
};

async function refusal(
  response: Response,
  address: URL,
  query: string | undefined,
): Promise<CommandError> {
  const body: unknown = await response.json().catch(() => undefined);
  if (!Value.Check(Problem, body)) {
    return new CommandError(
      `${address.origin}${address.pathname} answered ${response.status}: is that a Throughline query service?`,
    );
  }
  const lines = [inert(body.detail), ...underlined(body, query)];
  return new RefusedError(lines.join("\n"), body);
}

/** The filter with a mark under what is wrong in it, as a compiler shows it. */
function underlined(
  { position, length = 1 }: Problem,
  query: string | undefined,
): readonly string[] {
  if (query === undefined || position === undefined) return [];
  const before = inert(query.slice(0, position));
  const wrong = inert(query.slice(position, position + length));
  const mark = "^".repeat(Math.max(1, widthOf(wrong)));
  return [`  ${inert(query)}`, `  ${" ".repeat(widthOf(before))}${mark}`];
}

function unreachable(url: string, error: unknown): CommandError {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "no answer";
  return new CommandError(
    `nothing answers at ${url} (${code}): is throughline start running? --url or THROUGHLINE_URL say where`,
    EXIT.failed,
    { cause: error },
  );
}

function brokenOff(url: string, cause: unknown): CommandError {
  return new CommandError(`the answer of ${url} broke off`, EXIT.failed, { cause });
}

function otherAnswer(url: string, what: string): CommandError {
  return new CommandError(
    `${url} gave an answer of another shape than expected (${what.trim()}): is it of another version?`,
  );
}
