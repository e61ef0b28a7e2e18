/** A query service that answers what a test says, for what a real one answers only when much is stored. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { Meta, Problem } from "@throughline/query/wire";

export interface StubService {
  readonly url: string;
  stop(): void;
}

/** @param answer sends what is asked for; or does not, which is a question that takes for ever */
export async function startStubService(
  answer: (asked: URL, response: ServerResponse) => void,
): Promise<StubService> {
  const server = createServer((request, response) =>
    answer(new URL(request.url ?? "", "http://stub"), response),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export function sendProblem(
  response: ServerResponse,
  { code, status, detail }: Pick<Problem, "code" | "status" | "detail">,
): void {
  const problem = { type: `urn:throughline:problem:${code}`, title: "", status, code, detail };
  response
    .writeHead(status, { "content-type": "application/problem+json" })
    .end(JSON.stringify(problem));
}

/** @param reason why the answer is not whole; without one it is */
export function metaOf(reason?: string): Meta {
  const cost = { elapsedMs: 0, rowsRead: 0, bytesRead: 0 };
  return { ...cost, complete: reason === undefined, ...(reason === undefined ? {} : { reason }) };
}
