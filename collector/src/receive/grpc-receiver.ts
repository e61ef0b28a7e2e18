/**
 * OTLP/gRPC: `Export` of the trace, logs and metrics services, on Node's HTTP/2 alone. A call is one message and one answer,
 * so gRPC here is five bytes before the message and two trailers; messages are handed over as bytes and answers are
 * written as bytes, so nothing is decoded on this thread.
 */
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { IngestOutcome } from "../contract.ts";
import type { ReceiveLimits } from "../limits.ts";
import { encodeExportResponse, GRPC_STATUS, type RpcStatus } from "./export-response.ts";
import { answerMessage, answerStatus, answerUnsupportedMedia } from "./grpc-answer.ts";
import { readGrpcMessage, type GrpcMessage } from "./grpc-call.ts";
import { CONTENT_CODINGS, inflate } from "./inflate.ts";
import { callIngest, chargeInflated, countRefusal } from "./ingest-call.ts";
import { OTLP_SERVICES, type OtlpService } from "./otlp-services.ts";
import { startPortFront } from "./port-front.ts";
import { formatAddress, type Receiver, type ReceiverOptions } from "./receiver.ts";
import { answerHttp1OnGrpcPort } from "./wrong-port.ts";

const STOP_GRACE_MS = 5000;
/** How long the other end may take to say that it is still there. */
const PING_TIMEOUT_MS = 20_000;
/** Node's http2 counts headers, settings and unsent data of one connection against this. */
const SESSION_MEMORY_MIB = 32;
/**
 * 64 KiB, the protocol's own, would cap a client 20 ms away at 3 MB/s. Idle streams hold nothing: a window is a permission to
 * send, and what is sent is charged at its header.
 */
const STREAM_WINDOW_BYTES = 1024 * 1024;
const SESSION_WINDOW_BYTES = 4 * STREAM_WINDOW_BYTES;

/** @throws ListenError */
export async function startGrpcReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { host, limits, metrics } = options;
  const sessions = new Set<ServerHttp2Session>();
  const server = createGrpcServer(options, sessions);
  let port = options.port;
  const front = await startPortFront({
    host,
    port,
    transport: "grpc",
    limits,
    metrics,
    onHttp1: (socket) => {
      metrics.wrongProtocolConnections.inc({ transport: "grpc" });
      answerHttp1OnGrpcPort(socket, { grpcPort: port, httpPort: options.otherPort() });
    },
    onHttp2: (socket) => void server.emit("connection", socket),
  });
  port = front.port;
  let stopping: Promise<void> | undefined;
  const stop = async (graceMs: number) => {
    const stopped = front.stop(graceMs);
    // Says so to the clients, and closes each connection behind its last answer.
    for (const session of sessions) session.close();
    await stopped;
    for (const session of sessions) session.destroy();
  };
  return {
    port,
    address: formatAddress(host, port),
    stop: (graceMs = STOP_GRACE_MS) => (stopping ??= stop(graceMs)),
  };
}

function createGrpcServer(
  options: ReceiverOptions,
  sessions: Set<ServerHttp2Session>,
): Http2Server {
  const { limits } = options;
  const server = createServer({
    maxSessionMemory: SESSION_MEMORY_MIB,
    settings: {
      maxConcurrentStreams: limits.streamsPerConnectionMax,
      initialWindowSize: STREAM_WINDOW_BYTES,
      maxHeaderListSize: limits.headersMaxBytes,
    },
  });
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    // What breaks a session closes its streams, which is where it is seen.
    session.on("error", () => undefined);
    session.setLocalWindowSize(SESSION_WINDOW_BYTES);
    watchIdle(session, limits);
  });
  server.on("sessionError", () => undefined);
  server.on("stream", (stream, headers) => answerCall(stream, headers, options));
  return server;
}

/** A connection without calls is closed; one with calls is asked whether anybody is there. */
function watchIdle(session: ServerHttp2Session, limits: ReceiveLimits): void {
  let calls = 0;
  session.on("stream", (stream) => {
    calls += 1;
    stream.once("close", () => (calls -= 1));
  });
  session.setTimeout(limits.idleTimeoutMs, () => {
    if (session.closed || session.destroyed) return;
    if (calls === 0) {
      session.close();
      return;
    }
    const timer = setTimeout(() => session.destroy(), PING_TIMEOUT_MS);
    session.once("close", () => clearTimeout(timer));
    session.ping((error) => {
      if (error === null) clearTimeout(timer);
    });
  });
}

function answerCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: ReceiverOptions,
): void {
  // Whatever it is, `close` follows.
  stream.on("error", () => undefined);
  if (headers["content-type"]?.startsWith("application/grpc") !== true) {
    answerUnsupportedMedia(stream);
    return;
  }
  const path = headers[":path"] ?? "";
  const service = OTLP_SERVICES.find(({ grpcPath }) => grpcPath === path);
  if (service === undefined) {
    const message = `The server does not implement the method ${path}`;
    answerStatus(stream, { code: GRPC_STATUS.UNIMPLEMENTED, message });
    return;
  }
  readGrpcMessage(stream, headers, options, (end) => {
    if (end.kind === "refused") {
      countRefusal(options, service.signal, end.reason, end.sizeBytes);
      answerStatus(stream, end.status);
      return;
    }
    void exportMessage(end, service, options).then(
      (outcome) => answerOutcome(stream, service, outcome),
      // Nothing above rejects; if it did, the call must still be answered.
      (error: unknown) => {
        end.ticket.close();
        options.onBug?.(error);
        const message = "The collector failed on this request. Send it again.";
        answerStatus(stream, { code: GRPC_STATUS.UNAVAILABLE, message });
      },
    );
  });
}

type CallOutcome = IngestOutcome | { readonly kind: "unsupported_media"; readonly message: string };

async function exportMessage(
  { wire, coding, codingName, ticket }: GrpcMessage,
  { signal }: OtlpService,
  options: ReceiverOptions,
): Promise<CallOutcome> {
  const refuse = <R extends Exclude<CallOutcome, { kind: "accepted" }>>(refusal: R): R => {
    ticket.close();
    countRefusal(options, signal, refusal.kind, wire.length);
    return refusal;
  };
  if (coding === undefined) {
    return refuse({
      kind: "unsupported_media",
      message: `grpc-encoding ${codingName} is not supported: send ${CONTENT_CODINGS.join(", ")} or none.`,
    });
  }
  let body = wire;
  if (coding !== "identity") {
    const inflated = await inflate({ coding, wire, limits: options.limits, ticket });
    if (inflated.kind !== "inflated") return refuse(inflated);
    body = inflated.body;
    const refusal = chargeInflated(ticket, body.length);
    if (refusal !== undefined) return refuse(refusal);
  }
  return callIngest({ signal, encoding: "protobuf", body, transport: "grpc" }, ticket, options);
}

function answerOutcome(
  stream: ServerHttp2Stream,
  service: OtlpService,
  outcome: CallOutcome,
): void {
  if (outcome.kind !== "accepted") {
    answerStatus(stream, toRpcStatus(outcome));
    return;
  }
  const { rejected, reason } = outcome;
  answerMessage(stream, encodeExportResponse(service, "protobuf", rejected, reason));
}

function toRpcStatus(refusal: Exclude<CallOutcome, { kind: "accepted" }>): RpcStatus {
  const { message } = refusal;
  switch (refusal.kind) {
    case "malformed":
      return { code: GRPC_STATUS.INVALID_ARGUMENT, message };
    case "too_large":
      // Without RetryInfo: clients must not send the same bytes again.
      return { code: GRPC_STATUS.RESOURCE_EXHAUSTED, message };
    case "overloaded":
      return { code: GRPC_STATUS.RESOURCE_EXHAUSTED, message, retryAfterMs: refusal.retryAfterMs };
    case "unsupported_media":
      return { code: GRPC_STATUS.UNIMPLEMENTED, message };
  }
}
