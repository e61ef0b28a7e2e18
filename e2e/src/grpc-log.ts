/** One OTLP/gRPC export, written byte by byte, so that the answer's trailers can be seen as they come. */
import { connect } from "node:http2";

export interface GrpcAnswer {
  /** gRPC's: 0 is OK, 8 is RESOURCE_EXHAUSTED. */
  readonly status: number;
  readonly message: string;
  /** The bytes of `grpc-status-details-bin` as Latin-1 text: the type names in it are readable. */
  readonly details: string;
}

/** ExportLogsServiceRequest { resource_logs { scope_logs { log_records { severity_number: 9 } } } } */
const REQUEST = Buffer.from([0x0a, 6, 0x12, 4, 0x12, 2, 0x10, 9]);

export async function exportOneLogOverGrpc(url: string): Promise<GrpcAnswer> {
  const session = connect(url);
  try {
    return await new Promise<GrpcAnswer>((resolve, reject) => {
      session.on("error", reject);
      const stream = session.request({
        ":method": "POST",
        ":path": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        "content-type": "application/grpc",
        te: "trailers",
      });
      let seen: Record<string, unknown> = {};
      stream.on("response", (headers) => (seen = { ...seen, ...headers }));
      stream.on("trailers", (trailers) => (seen = { ...seen, ...trailers }));
      stream.on("error", reject);
      stream.on("end", () =>
        resolve({
          status: Number(seen["grpc-status"]),
          message: String(seen["grpc-message"]),
          details: Buffer.from(String(seen["grpc-status-details-bin"]), "base64").toString(
            "latin1",
          ),
        }),
      );
      stream.resume();
      const prefix = Buffer.alloc(5);
      prefix.writeUInt32BE(REQUEST.length, 1);
      stream.end(Buffer.concat([prefix, REQUEST]));
    });
  } finally {
    session.close();
  }
}
