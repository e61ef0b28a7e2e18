/**
 * Requests that Node's HTTP server gives up before any route could answer: headers too large or too slow, a body too slow,
 * bytes that are not HTTP. Node's own answers to these name no setting, and nobody would count them.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Signal } from "../contract.ts";
import { LIMIT_SETTINGS, type ReceiveLimits } from "../limits.ts";
import type { RejectReason } from "../telemetry/metrics.ts";
import { answerInHttp1, formatHttp1Answer } from "./http1-answer.ts";
import { countRefusal } from "./ingest-call.ts";
import { errorCode, type ReceiverOptions } from "./receiver.ts";

export interface ClientErrorOptions extends Pick<
  ReceiverOptions,
  "limits" | "metrics" | "refusals"
> {
  /** What is sent to a path; undefined for one that takes no telemetry. */
  readonly signalAt: (path: string) => Signal | undefined;
}

/** The newest request of a connection. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Where on a connection the error came: between requests or in headers, in a body, or where nothing can be said any more. */
type Place =
  | { readonly kind: "headers" }
  | { readonly kind: "body"; readonly signal: Signal | undefined }
  | { readonly kind: "answered" };

interface Failure {
  readonly status: string;
  readonly reason: RejectReason;
  readonly message: string;
}

export function answerClientErrors(server: Server, options: ClientErrorOptions): void {
  const exchanges = new WeakMap<object, Exchange>();
  server.on("request", (request, response) => {
    exchanges.set(request.socket, { request, response });
  });
  const answered = new WeakSet<object>();
  server.on("clientError", (error, socket) => {
    // Each further chunk on a connection whose parser has failed is an error again.
    if (socket.destroyed || answered.has(socket)) return;
    answered.add(socket);
    const place = placeOf(exchanges.get(socket), options);
    const failure = explain(error, place, options.limits);
    // Also one that ended its connection in the middle: nobody reads an answer, and nothing was refused.
    if (failure === undefined || place.kind === "answered" || !(socket instanceof Socket)) {
      socket.destroy();
      return;
    }
    const { status, reason, message } = failure;
    const signal = place.kind === "body" ? place.signal : undefined;
    countRefusal(options, { transport: "http", signal, reason, message, sizeBytes: 0 });
    if (place.kind === "headers") {
      answerInHttp1(socket, status, message);
      return;
    }
    // At once: what else came of the body could make it whole, and a request that was told 408 would be stored.
    socket.write(formatHttp1Answer(status, message));
    socket.destroy();
  });
}

function placeOf(exchange: Exchange | undefined, { signalAt }: ClientErrorOptions): Place {
  if (exchange === undefined) return { kind: "headers" };
  const { request, response } = exchange;
  if (request.complete && response.writableFinished) return { kind: "headers" };
  // A second status line would be read as part of the first answer, or as the answer to the request before.
  if (request.complete || response.headersSent) return { kind: "answered" };
  return { kind: "body", signal: signalAt(request.url?.split("?", 1)[0] ?? "") };
}

/** @returns undefined for a connection that broke */
function explain(error: Error, { kind }: Place, limits: ReceiveLimits): Failure | undefined {
  const code = errorCode(error);
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return {
        status: "431 Request Header Fields Too Large",
        reason: "too_large",
        message:
          `The request's line and headers have more than ${limits.headersMaxBytes} bytes ` +
          `(${LIMIT_SETTINGS.receive.headersMaxBytes.environmentName}). Send fewer or shorter headers, or raise the limit.`,
      };
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return {
        status: "413 Payload Too Large",
        reason: "too_large",
        message: "The extensions of the body's chunks are too long. Send chunks without them.",
      };
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return kind === "headers" ? describeSlowHeaders(limits) : describeSlowBody(limits);
    case "HPE_INVALID_EOF_STATE":
      return undefined;
    default:
      if (!code.startsWith("HPE_")) return undefined;
      return {
        status: "400 Bad Request",
        reason: "malformed",
        message: `This is not HTTP/1.1: ${error.message}.`,
      };
  }
}

/** Also for a connection whose first bytes do not say yet which protocol it is. */
export function describeSlowHeaders({
  headersTimeoutMs,
  requestTimeoutMs,
}: Pick<ReceiveLimits, "headersTimeoutMs" | "requestTimeoutMs">): Failure {
  const { receive } = LIMIT_SETTINGS;
  const isShorter = headersTimeoutMs <= requestTimeoutMs;
  const setting = isShorter ? receive.headersTimeoutMs : receive.requestTimeoutMs;
  return describeSlow("headers", Math.min(headersTimeoutMs, requestTimeoutMs), setting);
}

function describeSlowBody({ requestTimeoutMs }: ReceiveLimits): Failure {
  return describeSlow("body", requestTimeoutMs, LIMIT_SETTINGS.receive.requestTimeoutMs);
}

function describeSlow(
  what: "headers" | "body",
  timeoutMs: number,
  { environmentName }: { readonly environmentName: string },
): Failure {
  return {
    status: "408 Request Timeout",
    reason: "too_slow",
    message:
      `The request's ${what} did not arrive within ${timeoutMs} ms (${environmentName}). ` +
      "Send it again, or raise the limit where the network is that slow.",
  };
}
