/** One request out, its answer in: OTLP over bare HTTP/2 with gRPC's framing, or over HTTP/1.1. */
import { Agent, request as httpRequest } from "node:http";
import { connect, type ClientHttp2Session } from "node:http2";
import type { LoadSignal } from "./request-template.ts";

type SendOutcome = "accepted" | "refused" | "failed";

export interface Sender {
  /** Never rejects. `refused`: told to come back; `failed`: anything else that is not an acknowledgement. */
  send(signal: LoadSignal, body: Buffer): Promise<SendOutcome>;
  close(): void;
}

const GRPC_PATHS = {
  logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
  traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
} as const;
const GRPC_OK = "0";
const GRPC_RESOURCE_EXHAUSTED = "8";
const GRPC_UNAVAILABLE = "14";

/** @param connections streams are spread over them in turn, as several clients would */
export function createGrpcSender(address: string, connections: number): Sender {
  const sessions = Array.from({ length: connections }, () => {
    const session = connect(`http://${address}`);
    // A lost connection is seen by each of its requests.
    session.on("error", () => undefined);
    return session;
  });
  let turn = 0;
  return {
    send(signal, body) {
      const session = sessions[turn++ % sessions.length];
      return session === undefined || session.destroyed
        ? Promise.resolve("failed")
        : sendGrpc(session, signal, body);
    },
    close: () => {
      for (const session of sessions) session.destroy();
    },
  };
}

function sendGrpc(
  session: ClientHttp2Session,
  signal: LoadSignal,
  body: Buffer,
): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const stream = session.request({
      ":method": "POST",
      ":path": GRPC_PATHS[signal],
      "content-type": "application/grpc",
      te: "trailers",
    });
    let status: unknown;
    const note = (headers: Record<string, unknown>): void => {
      status = headers["grpc-status"] ?? status;
    };
    stream.on("response", note);
    stream.on("trailers", note);
    stream.on("error", () => undefined);
    stream.on("close", () => resolve(grpcOutcome(status)));
    stream.resume();
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(body.length, 1);
    stream.write(prefix);
    stream.end(body);
  });
}

function grpcOutcome(status: unknown): SendOutcome {
  if (status === GRPC_OK) return "accepted";
  return status === GRPC_RESOURCE_EXHAUSTED || status === GRPC_UNAVAILABLE ? "refused" : "failed";
}

export function createHttpSender(address: string, connections: number): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const [host = "", port = ""] = address.split(":");
  return {
    send: (signal, body) =>
      new Promise((resolve) => {
        const outgoing = httpRequest(
          {
            agent,
            host,
            port,
            method: "POST",
            path: `/v1/${signal}`,
            headers: { "content-type": "application/x-protobuf", "content-length": body.length },
          },
          (response) => {
            response.resume();
            response.on("end", () => resolve(httpOutcome(response.statusCode ?? 0)));
            response.on("error", () => resolve("failed"));
          },
        );
        outgoing.on("error", () => resolve("failed"));
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}

function httpOutcome(status: number): SendOutcome {
  if (status === 200) return "accepted";
  return status === 429 || status === 503 ? "refused" : "failed";
}
