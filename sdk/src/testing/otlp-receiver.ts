import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import {
  decodeLogsRequest,
  decodeTraceRequest,
  type ReceivedLog,
  type ReceivedSpan,
} from "./otlp-decode.ts";

/** A collector for tests: real gRPC and HTTP servers that remember what they were sent. */
export interface OtlpReceiver {
  readonly grpcEndpoint: string;
  readonly httpEndpoint: string;
  readonly spans: ReceivedSpan[];
  readonly logs: ReceivedLog[];
  /** Metric exports that arrived; their content is not decoded. */
  readonly metricRequests: Uint8Array[];
  /** Bodies of OTLP/HTTP calls with JSON, parsed. */
  readonly jsonRequests: unknown[];
  /**
   * What the receiver does with a call; "stall" never answers, "busy" is RESOURCE_EXHAUSTED with a RetryInfo of 300 ms,
   * "too-large" the same code without.
   */
  behaviour: "accept" | "unavailable" | "invalid" | "stall" | "busy" | "too-large";
  /** Calls that were answered with an error. */
  errorsAnswered: number;
  stop(): Promise<void>;
}

const CODES = {
  unavailable: status.UNAVAILABLE,
  invalid: status.INVALID_ARGUMENT,
  busy: status.RESOURCE_EXHAUSTED,
  "too-large": status.RESOURCE_EXHAUSTED,
} as const;

/** google.rpc.Status { code: 8, details: [ RetryInfo { retry_delay: { nanos: 300_000_000 } } ] } */
const RETRY_IN_300_MS = Buffer.from(
  `0808${"1a34"}0a28${Buffer.from("type.googleapis.com/google.rpc.RetryInfo").toString("hex")}12080a0610${"80c6868f01"}`,
  "hex",
);

const identity = (bytes: Buffer): Buffer => bytes;

function unaryService(path: string): ServiceDefinition {
  return {
    Export: {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: identity,
      requestDeserialize: identity,
      responseSerialize: identity,
      responseDeserialize: identity,
    },
  };
}

/** @param port for a receiver that comes back where it was; 0 picks a free one */
export async function startOtlpReceiver(port = 0): Promise<OtlpReceiver> {
  const received = {
    spans: [] as ReceivedSpan[],
    logs: [] as ReceivedLog[],
    metricRequests: [] as Uint8Array[],
    jsonRequests: [] as unknown[],
  };
  const grpc = new Server();
  const accept = {
    traces: (bytes: Uint8Array) => received.spans.push(...decodeTraceRequest(bytes)),
    logs: (bytes: Uint8Array) => received.logs.push(...decodeLogsRequest(bytes)),
    metrics: (bytes: Uint8Array) => received.metricRequests.push(bytes),
  };
  const services = [
    ["/opentelemetry.proto.collector.trace.v1.TraceService/Export", accept.traces],
    ["/opentelemetry.proto.collector.logs.v1.LogsService/Export", accept.logs],
    ["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", accept.metrics],
  ] as const;
  const receiver: Pick<OtlpReceiver, "behaviour" | "errorsAnswered"> = {
    behaviour: "accept",
    errorsAnswered: 0,
  };
  for (const [path, take] of services) {
    const handle: handleUnaryCall<Buffer, Buffer> = (call, callback) => {
      if (receiver.behaviour === "stall") return;
      if (receiver.behaviour === "accept") {
        take(call.request);
        callback(null, Buffer.alloc(0));
        return;
      }
      receiver.errorsAnswered++;
      const metadata = new Metadata();
      if (receiver.behaviour === "busy") metadata.set("grpc-status-details-bin", RETRY_IN_300_MS);
      const code = CODES[receiver.behaviour];
      callback({ code, details: `told to be ${receiver.behaviour}`, metadata });
    };
    grpc.addService(unaryService(path), { Export: handle });
  }
  const grpcPort = await new Promise<number>((resolve, reject) => {
    grpc.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const http = createServer((request, response) => {
    void buffer(request).then((body) => {
      const bytes = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
      if (request.headers["content-type"] === "application/json") {
        received.jsonRequests.push(JSON.parse(bytes.toString("utf8")));
      } else if (request.url === "/v1/traces") accept.traces(bytes);
      else if (request.url === "/v1/logs") accept.logs(bytes);
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  const httpPort = typeof address === "object" && address !== null ? address.port : 0;
  return Object.assign(receiver, {
    ...received,
    grpcEndpoint: `http://127.0.0.1:${grpcPort}`,
    httpEndpoint: `http://127.0.0.1:${httpPort}`,
    stop: async () => {
      grpc.forceShutdown();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  });
}
