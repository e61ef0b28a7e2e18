import { request as requestHttp, type IncomingMessage } from "node:http";
import {
  connect as connectHttp2,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from "node:http2";
import { request as requestHttps } from "node:https";
import type { SecureContextOptions } from "node:tls";

/**
 * One empty export call, which every OTLP receiver accepts and no receiver stores. Made with Node's own clients, so
 * that the answer of a wrong port, a proxy or a login page is seen as it came.
 */
export type CallAnswer =
  | {
      readonly kind: "answered";
      /** HTTP status; 0 where a gRPC answer has none. */
      readonly status: number;
      /** undefined when the answer was not gRPC. */
      readonly grpcStatus: number | undefined;
      readonly message: string;
      /** The collector's clock minus ours; undefined without a Date header. Known to about a second. */
      readonly clockAheadMs: number | undefined;
    }
  | { readonly kind: "failed"; readonly code: string; readonly message: string };

export interface CallTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: SecureContextOptions;
  readonly timeoutMs: number;
}

const MESSAGE_LENGTH_MAX = 300;

export function callGrpc(target: CallTarget, path: string): Promise<CallAnswer> {
  return new Promise((resolve) => {
    const startedMs = Date.now();
    const session = connectHttp2(target.url.origin, { ...target.tls });
    const end = (answer: CallAnswer): void => {
      clearTimeout(timer);
      session.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(timedOut(target)), target.timeoutMs);
    session.on("error", (error: Error) => end(failed(error)));
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...target.headers,
    });
    stream.on("error", (error: Error) => end(failed(error)));
    // A frame that is not compressed and has no bytes: an empty message.
    stream.end(Buffer.alloc(5));
    readGrpcAnswer(stream, startedMs, end);
  });
}

function readGrpcAnswer(
  stream: ClientHttp2Stream,
  startedMs: number,
  end: (answer: CallAnswer) => void,
): void {
  let status = 0;
  let clockAheadMs: number | undefined;
  const fields: Record<string, string> = {};
  const keep = (headers: IncomingHttpHeaders): void => {
    for (const name of ["grpc-status", "grpc-message"]) {
      const value = headers[name];
      if (value !== undefined) fields[name] = value.toString();
    }
  };
  stream.on("response", (headers) => {
    status = Number(headers[":status"] ?? 0);
    clockAheadMs = clockAhead(headers.date, startedMs);
    keep(headers);
  });
  stream.on("trailers", keep);
  let body = "";
  stream.on("data", (chunk: Buffer) => {
    body += chunk.toString().slice(0, MESSAGE_LENGTH_MAX);
  });
  stream.on("end", () => {
    const code = fields["grpc-status"];
    end({
      kind: "answered",
      status,
      grpcStatus: code === undefined ? undefined : Number(code),
      message: oneLine(code === undefined ? body : decode(fields["grpc-message"] ?? "")),
      clockAheadMs,
    });
  });
}

export function callHttp(target: CallTarget): Promise<CallAnswer> {
  return new Promise((resolve) => {
    const startedMs = Date.now();
    const options = {
      method: "POST",
      headers: {
        "content-type": "application/x-protobuf",
        "content-length": "0",
        ...target.headers,
      },
      timeout: target.timeoutMs,
    };
    const receive = (response: IncomingMessage): void => {
      let body = "";
      response.on("data", (chunk: Buffer) => {
        if (body.length < MESSAGE_LENGTH_MAX) body += chunk.toString();
      });
      response.on("error", (error) => resolve(failed(error)));
      response.on("end", () =>
        resolve({
          kind: "answered",
          status: response.statusCode ?? 0,
          grpcStatus: undefined,
          message: oneLine(body),
          clockAheadMs: clockAhead(response.headers.date, startedMs),
        }),
      );
    };
    const request =
      target.url.protocol === "https:"
        ? requestHttps(target.url, { ...options, ...target.tls }, receive)
        : requestHttp(target.url, options, receive);
    request.on("timeout", () => {
      resolve(timedOut(target));
      request.destroy();
    });
    request.on("error", (error) => resolve(failed(error)));
    request.end();
  });
}

/** The header has whole seconds, so its middle is compared with the middle of our waiting. */
function clockAhead(date: string | undefined, startedMs: number): number | undefined {
  const theirs = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(theirs) ? undefined : theirs + 500 - (startedMs + Date.now()) / 2;
}

function timedOut(target: CallTarget): CallAnswer {
  return { kind: "failed", code: "ETIMEDOUT", message: `no answer in ${target.timeoutMs} ms` };
}

function failed(error: Error): CallAnswer {
  const first = firstCause(error);
  const code = "code" in first && typeof first.code === "string" ? first.code : "UNKNOWN";
  return { kind: "failed", code, message: first.message };
}

/** A name with several addresses fails with one error that holds the others; HTTP/2 wraps what the socket met. */
function firstCause(error: Error): Error {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? firstCause(inner) : error;
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- an answer may hold anything; a terminal must not obey it
  const printable = text.replaceAll(/[\u0000-\u001F\u007F-\u009F]+/g, " ").trim();
  return printable.slice(0, MESSAGE_LENGTH_MAX);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: better shown as it came than not at all.
    return text;
  }
}
