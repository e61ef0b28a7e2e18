/** Answers for clients that speak the other port's protocol: readable by them, and naming the right port. */
import { createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import { GRPC_STATUS } from "./export-response.ts";
import { LINGER_MS } from "./http1-answer.ts";
import { OTLP_SERVICES } from "./otlp-services.ts";

/** The two ports as clients reach them now. */
export interface OtlpPorts {
  readonly grpcPort: number;
  readonly httpPort: number;
}

const HTTP_PATHS = OTLP_SERVICES.map((service) => service.httpPath).join(", ");

export function describeGrpcPort({ grpcPort, httpPort }: OtlpPorts): string {
  return (
    `Port ${grpcPort} speaks OTLP/gRPC (HTTP/2) only, and this request is HTTP/1.1. ` +
    `Send OTLP/HTTP to port ${httpPort}, paths ${HTTP_PATHS}, or set the exporter's protocol to grpc.`
  );
}

export function describeHttpPort({ grpcPort, httpPort }: OtlpPorts): string {
  return (
    `Port ${httpPort} speaks OTLP/HTTP (HTTP/1.1), and this request is gRPC or HTTP/2. ` +
    `Send OTLP/gRPC to port ${grpcPort}, or set the exporter's protocol to http/protobuf.`
  );
}

export function describePlainPort(port: number): string {
  return (
    `Port ${port} speaks no TLS, and this connection began with it. Begin the exporter's endpoint with http:// ` +
    "(over gRPC some need OTEL_EXPORTER_OTLP_INSECURE=true), or put a proxy that ends TLS in front of the port."
  );
}

/**
 * A server whose only work is to answer HTTP/2 on the HTTP port: gRPC calls get a gRPC status, anything else
 * a 505. Emit `connection` on it with the socket.
 */
export function createWrongPortHttp2Server(ports: () => OtlpPorts): Http2Server {
  const server = createServer({ settings: { maxConcurrentStreams: 8 } });
  server.on("session", (session) => session.setTimeout(LINGER_MS, () => session.destroy()));
  server.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    const isGrpc = headers["content-type"]?.startsWith("application/grpc") ?? false;
    const message = describeHttpPort(ports());
    if (isGrpc) answerGrpc(stream, message);
    else answerHttp2(stream, message);
    stream.resume();
    stream.once("finish", () => stream.session?.close());
  });
  return server;
}

function answerGrpc(stream: ServerHttp2Stream, message: string): void {
  stream.respond(
    {
      ":status": 200,
      "content-type": "application/grpc",
      "grpc-status": String(GRPC_STATUS.UNIMPLEMENTED),
      "grpc-message": encodeURI(message),
    },
    { endStream: true },
  );
}

function answerHttp2(stream: ServerHttp2Stream, message: string): void {
  stream.respond({ ":status": 505, "content-type": "text/plain; charset=utf-8" });
  stream.end(`${message}\n`);
}
