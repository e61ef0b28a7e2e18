import type { Problem } from "@throughline/query/wire";

/** What the query service, or the way to it, answered instead of data. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** Stable: the service's own code, or `unreachable` and `unreadable` for what never became an answer. */
  readonly code: string;
  readonly status: number;
  /** Where in the statement or the filter the fault is; undefined where that is not known. */
  readonly position: number | undefined;

  constructor(
    problem: Pick<Problem, "code" | "detail" | "status" | "title" | "position">,
    cause?: unknown,
  ) {
    super(problem.detail === "" ? problem.title : problem.detail, { cause });
    this.code = problem.code;
    this.status = problem.status;
    this.position = problem.position;
  }
}

export type QueryValue = string | number | readonly string[] | undefined;

/** @returns `path?…`; empty values are left out, arrays repeat their name */
export function apiUrl(path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = typeof value === "object" ? value : [value ?? ""];
    for (const one of values) if (one !== "") params.append(name, String(one));
  }
  const search = params.toString();
  return search === "" ? path : `${path}?${search}`;
}

/**
 * @throws ApiError for every answer that is not 2xx, and when there is none; an abort passes through as it is
 */
export async function getJson<T>(url: string, signal: AbortSignal): Promise<T> {
  const response = await ask(url, signal);
  const body: unknown = await response.json();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service serializes with the schema T comes from
  return body as T;
}

/** The answer as it comes, for whom parsing it at once would stop the page. Fails as {@link getJson} does. */
export async function ask(
  url: string,
  signal: AbortSignal,
  request: RequestInit = { headers: { accept: "application/json" } },
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...request, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError(
      {
        code: "unreachable",
        status: 0,
        title: "The query service cannot be reached",
        detail: "No answer came from the query service. Check that it is running, then try again.",
      },
      error,
    );
  }
  if (!response.ok) throw new ApiError(await readProblem(response));
  return response;
}

async function readProblem(response: Response): Promise<Problem> {
  const fallback: Problem = {
    type: "about:blank",
    title: response.statusText,
    status: response.status,
    code: "unreadable",
    detail: `The query service answered ${response.status} without saying why.`,
  };
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body !== "object" || body === null) return fallback;
  const text = (name: string, otherwise: string) => {
    const value: unknown = Reflect.get(body, name);
    return typeof value === "string" && value !== "" ? value : otherwise;
  };
  const position: unknown = Reflect.get(body, "position");
  return {
    ...fallback,
    ...(typeof position === "number" ? { position } : {}),
    title: text("title", fallback.title),
    code: text("code", fallback.code),
    detail: text("detail", fallback.detail),
  };
}
