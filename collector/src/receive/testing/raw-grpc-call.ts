import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from "node:http2";

interface RawAnswer {
  readonly status: string;
  readonly message: string;
}

export interface RawCall {
  readonly session: ClientHttp2Session;
  readonly stream: ClientHttp2Stream;
  /** Rejects if the stream is closed without a status. */
  readonly answered: Promise<RawAnswer>;
}

/** A client that can break the rules: sends exactly these pieces, ends only when told. */
export function startRawCall(
  port: number,
  path: string,
  headers: Record<string, string> = {},
): RawCall {
  const session = connect(`http://127.0.0.1:${port}`);
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
  stream.on("error", () => undefined);
  session.on("error", () => undefined);
  const answered = new Promise<RawAnswer>((resolve, reject) => {
    const read = (got: IncomingHttpHeaders) => {
      if (got["grpc-status"] === undefined) return;
      resolve({
        status: got["grpc-status"].toString(),
        message: decodeURI(got["grpc-message"]?.toString() ?? ""),
      });
    };
    stream.on("response", read);
    stream.on("trailers", read);
    stream.on("close", () => reject(new Error("closed without a status")));
  });
  answered.catch(() => undefined);
  stream.resume();
  return { session, stream, answered };
}

/** A message as gRPC frames it. */
export function frame(body: Buffer, compressed = false, declaredBytes = body.length): Buffer {
  const header = Buffer.alloc(5);
  header[0] = compressed ? 1 : 0;
  header.writeUInt32BE(declaredBytes, 1);
  return Buffer.concat([header, body]);
}
