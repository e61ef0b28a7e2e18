/**
 * Requests that Node's HTTP server gives up before there is a path: a line and headers too large or too slow, bytes that are not
 * HTTP. Answered as problem details, whatever API was meant, and counted.
 */
import { maxHeaderSize, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import { Socket } from "node:net";
import type { ProblemCode } from "../problem/catalog.ts";
import { toProblem } from "../problem/query-error.ts";
import type { QueryMetrics } from "../telemetry/metrics.ts";

interface ConnectionError extends Error {
  readonly code?: string;
}

export function answerClientErrors(server: Server, metrics: QueryMetrics): void {
  const responses = new WeakMap<object, ServerResponse>();
  server.on("request", (request, response) => responses.set(request.socket, response));
  server.on("clientError", (error: ConnectionError, socket) => {
    // Each further chunk on a connection whose parser has failed is an error again.
    if (!socket.writable) return;
    const failure = explain(error);
    const response = responses.get(socket);
    // Of an answer that has begun, a second status line would be read as a part.
    const isAnswering = response?.headersSent === true && !response.writableFinished;
    if (failure === undefined || isAnswering || !(socket instanceof Socket)) {
      socket.destroy();
      return;
    }
    metrics.requests.inc({ endpoint: "unknown", outcome: failure.code });
    metrics.requestSeconds.observe({ endpoint: "unknown" }, 0);
    socket.end(formatProblem(failure));
    // Closing while the client still writes would reset the connection and lose the answer with it.
    socket.resume();
    socket.once("end", () => socket.destroySoon());
    socket.setTimeout(LINGER_MS, () => socket.destroy());
  });
}

const LINGER_MS = 2_000;

interface Failure {
  readonly code: ProblemCode;
  readonly detail: string;
}

/** @returns undefined for a connection that broke */
function explain({ code = "", message }: ConnectionError): Failure | undefined {
  if (code === "HPE_HEADER_OVERFLOW") {
    return {
      code: "headers_too_large",
      detail: `The address and the headers have more than ${maxHeaderSize} bytes. Narrow the filter, or send fewer or shorter headers.`,
    };
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return {
      code: "request_too_slow",
      detail: "The request did not arrive in time. Send it again.",
    };
  }
  if (!code.startsWith("HPE_") || code === "HPE_INVALID_EOF_STATE") return undefined;
  return { code: "malformed_request", detail: `This is not HTTP/1.1: ${message}.` };
}

function formatProblem({ code, detail }: Failure): string {
  const problem = toProblem(code, detail);
  const body = JSON.stringify(problem);
  return (
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ""}\r\nconnection: close\r\n` +
    `content-type: application/problem+json\r\ncache-control: no-store\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}
