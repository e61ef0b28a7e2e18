/** One export request over either transport, on a connection of its own. */
import { connect, type IncomingHttpHeaders } from "node:http2";
import type { Signal } from "../contract.ts";

export interface Addresses {
  readonly grpcAddress: string;
  readonly httpAddress: string;
}

export interface WireBody {
  readonly signal: Signal;
  readonly contentType: "application/x-protobuf" | "application/json";
  readonly coding: "identity" | "gzip" | "zstd";
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type Answer = "accepted" | "refused" | { readonly other: string };

export type Sender = (addresses: Addresses, body: WireBody) => Promise<Answer>;

export const sendOverHttp: Sender = async ({ httpAddress }, body) => {
  const response = await fetch(`http://${httpAddress}/v1/${body.signal}`, {
    method: "POST",
    headers: { "content-type": body.contentType, "content-encoding": body.coding },
    body: body.bytes,
  });
  return answerOf(response);
};

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  if (response.status === 200 || response.status === 202) return "accepted";
  const isRetryable = Number(response.headers.get("retry-after")) > 0;
  if (response.status === 429 && isRetryable) return "refused";
  return { other: `HTTP ${response.status} ${text.slice(0, 200)}` };
}

/** As Zipkin's reporters do: JSON, to the path of theirs. */
export const sendZipkin: Sender = async ({ httpAddress }, { bytes }) => {
  const response = await fetch(`http://${httpAddress}/api/v2/spans`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: bytes,
  });
  return answerOf(response);
};

const SERVICES = {
  logs: "logs.v1.LogsService",
  traces: "trace.v1.TraceService",
  metrics: "metrics.v1.MetricsService",
} as const satisfies Record<Signal, string>;

export const sendOverGrpc: Sender = ({ grpcAddress }, { signal, coding, bytes }) =>
  new Promise((resolve) => {
    // Node's client counts what it has not sent yet against the memory that it takes answers with.
    const session = connect(`http://${grpcAddress}`, { maxSessionMemory: 1000 });
    session.on("error", () => undefined);
    const stream = session.request({
      ":method": "POST",
      ":path": `/opentelemetry.proto.collector.${SERVICES[signal]}/Export`,
      "content-type": "application/grpc",
      "grpc-encoding": coding,
      te: "trailers",
    });
    let status: unknown;
    const note = (headers: IncomingHttpHeaders) => void (status ??= headers["grpc-status"]);
    stream.on("response", note);
    stream.on("trailers", note);
    stream.on("error", () => undefined);
    stream.on("close", () => {
      session.destroy();
      if (status === "0") resolve("accepted");
      else resolve(status === "8" ? "refused" : { other: `gRPC ${String(status)}` });
    });
    stream.resume();
    const prefix = Buffer.alloc(5);
    prefix[0] = coding === "identity" ? 0 : 1;
    prefix.writeUInt32BE(bytes.length, 1);
    stream.write(prefix);
    stream.end(bytes);
  });
