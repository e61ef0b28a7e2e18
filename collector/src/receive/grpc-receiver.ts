/**
 * OTLP/gRPC: `Export` of the trace, logs and metrics services. grpc-js speaks the protocol; messages are
 * handed over as bytes and answers are written as bytes, so nothing is decoded on this thread. What a client
 * can make us hold is bounded by the guard.
 */
import {
  Metadata,
  Server,
  ServerCredentials,
  status as Status,
  type handleUnaryCall,
  type sendUnaryData,
} from "@grpc/grpc-js";
import type { Socket } from "node:net";
import type { IngestOutcome } from "../contract.ts";
import type { ReceiveLimits } from "../limits.ts";
import {
  encodeExportResponse,
  encodeRpcStatus,
  GRPC_STATUS,
  type RpcStatus,
} from "./export-response.ts";
import { CALL_ID_HEADER, GrpcGuard, type GuardedMessage } from "./grpc-guard.ts";
import { CONTENT_CODINGS, inflate } from "./inflate.ts";
import { answerInHttp1 } from "./http1-answer.ts";
import { callIngest, chargeInflated, chargeOf, countRefusal } from "./ingest-call.ts";
import { OTLP_SERVICES, type OtlpService } from "./otlp-services.ts";
import { startPortFront } from "./port-front.ts";
import { formatAddress, type Receiver, type ReceiverOptions } from "./receiver.ts";
import { describeGrpcPort } from "./wrong-port.ts";

const STOP_GRACE_MS = 5000;
const KEEPALIVE_TIMEOUT_MS = 20_000;
/** Node's http2 counts headers, settings and unsent data of one connection against this. */
const SESSION_MEMORY_MIB = 32;

/** @throws ListenError */
export async function startGrpcReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { host, limits, metrics, refusals, admission } = options;
  const guarded = new Set<string>();
  const guard = new GrpcGuard({
    admission,
    limits,
    owns: (session) => guarded.has(connectionKey(session.socket)),
    onCall: (path) => {
      if (serviceAt(path) !== undefined) return;
      const message = `Nothing is at ${path}: OTLP/gRPC is taken for ${OTLP_SERVICES.map(({ signal }) => signal).join(", ")}.`;
      refusals.note({ transport: "grpc", reason: "unknown_path", message });
    },
    onRefused: (path, refused) => {
      const service = serviceAt(path);
      if (service === undefined) return;
      countRefusal(options, { signal: service.signal, transport: "grpc", ...refused });
    },
  });
  const server = createServer(limits);
  for (const service of OTLP_SERVICES) {
    server.register(
      service.grpcPath,
      createHandler(service, guard, options),
      identity,
      identity,
      "unary",
    );
  }
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  guard.start();
  let port = options.port;
  const front = await startPortFront({
    host,
    port,
    transport: "grpc",
    limits,
    metrics,
    refusals,
    onHttp1: (socket) => {
      const message = describeGrpcPort({ grpcPort: port, httpPort: options.otherPort() });
      metrics.wrongProtocolConnections.inc({ transport: "grpc" });
      refusals.note({ transport: "grpc", reason: "wrong_protocol", message });
      answerInHttp1(socket, "400 Bad Request", message);
    },
    onHttp2: (socket) => {
      const key = connectionKey(socket);
      guarded.add(key);
      socket.once("close", () => guarded.delete(key));
      injector.injectConnection(socket);
    },
  }).catch((error: unknown) => {
    guard.stop();
    server.forceShutdown();
    throw error;
  });
  port = front.port;
  let stopping: Promise<void> | undefined;
  const stop = async (graceMs: number) => {
    const stopped = front.stop(graceMs);
    injector.drain(graceMs);
    await stopped;
    server.forceShutdown();
    guard.stop();
  };
  return {
    port,
    address: formatAddress(host, port),
    stop: (graceMs = STOP_GRACE_MS) => (stopping ??= stop(graceMs)),
  };
}

function serviceAt(path: string): OtlpService | undefined {
  return OTLP_SERVICES.find(({ grpcPath }) => grpcPath === path);
}

function createServer(limits: ReceiveLimits): Server {
  return new Server({
    // The guard refuses with the setting's name before this does; it is the second line.
    "grpc.max_receive_message_length": Math.max(limits.bodyMaxBytes, limits.compressedBodyMaxBytes),
    "grpc.max_concurrent_streams": limits.streamsPerConnectionMax,
    "grpc.max_connection_idle_ms": limits.idleTimeoutMs,
    "grpc.keepalive_time_ms": limits.idleTimeoutMs,
    "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
    "grpc-node.max_session_memory": SESSION_MEMORY_MIB,
    "grpc.enable_channelz": 0,
  });
}

function identity(bytes: Buffer): Buffer {
  return bytes;
}

function connectionKey(socket: Pick<Socket, "localPort" | "remoteAddress" | "remotePort">): string {
  return `${socket.localPort} ${socket.remoteAddress} ${socket.remotePort}`;
}

function createHandler(
  service: OtlpService,
  guard: GrpcGuard,
  options: ReceiverOptions,
): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    const callId = call.metadata.get(CALL_ID_HEADER)[0];
    const message = typeof callId === "string" ? guard.take(callId) : undefined;
    // The client went away between its last byte and now; the guard has let go of the call.
    if (message === undefined) return callback({ code: Status.CANCELLED });
    void exportMessage(message, service, options).then(
      (outcome) => answer(service, outcome, callback),
      // Nothing above rejects; if it did, the call must still be answered.
      (error: unknown) => {
        message.ticket.close();
        options.onBug?.(error);
        callback({ code: Status.INTERNAL });
      },
    );
  };
}

type CallOutcome = IngestOutcome | { readonly kind: "unsupported_media"; readonly message: string };

async function exportMessage(
  guarded: GuardedMessage,
  { signal }: OtlpService,
  options: ReceiverOptions,
): Promise<CallOutcome> {
  const { coding, codingName, wire, ticket } = guarded;
  // Before it is read, which gives its memory back and leaves it empty.
  const sizeBytes = wire.length;
  const refuse = <R extends Exclude<CallOutcome, { kind: "accepted" }>>(refusal: R): R => {
    ticket.close();
    const { kind: reason, message } = refusal;
    countRefusal(options, { signal, transport: "grpc", reason, message, sizeBytes });
    return refusal;
  };
  if (coding === undefined) {
    return refuse({
      kind: "unsupported_media",
      message: `grpc-encoding ${codingName} is not supported: send ${CONTENT_CODINGS.join(", ")} or none.`,
    });
  }
  let body: Uint8Array = wire;
  if (coding === "identity") {
    ticket.settle(chargeOf(body.length));
  } else {
    ticket.settle(sizeBytes);
    const inflated = await inflate({ coding, wire, limits: options.limits, ticket });
    if (inflated.kind !== "inflated") return refuse(inflated);
    body = inflated.body;
    const refusal = chargeInflated(ticket, body.length);
    if (refusal !== undefined) return refuse(refusal);
  }
  return callIngest({ signal, encoding: "protobuf", body, transport: "grpc" }, ticket, options);
}

function answer(service: OtlpService, outcome: CallOutcome, callback: sendUnaryData<Buffer>): void {
  if (outcome.kind === "accepted") {
    callback(null, encodeExportResponse(service, "protobuf", outcome.rejected, outcome.reason));
    return;
  }
  const status = toRpcStatus(outcome);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", encodeRpcStatus(status, "protobuf"));
  callback({ code: status.code, details: status.message, metadata });
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
