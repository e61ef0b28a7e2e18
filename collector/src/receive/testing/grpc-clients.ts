/** gRPC clients for the receiver's tests: grpc-js, and Node's http2 for what a client must not do. */
import { Client, credentials, type Metadata, type ServiceError } from "@grpc/grpc-js";
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import {
  startReceivers,
  type ReceiversOptions,
  type ReceiversUnderTest,
} from "./start-receivers.ts";

const LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
export const closers: (() => unknown)[] = [];

/** To be called after each test. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

export async function setUp(options?: ReceiversOptions): Promise<ReceiversUnderTest> {
  const receivers = await startReceivers(options);
  closers.push(() => receivers.stop());
  return receivers;
}

export function openClient(address: string, options: Record<string, number> = {}): Client {
  const client = new Client(address, credentials.createInsecure(), options);
  closers.push(() => client.close());
  return client;
}

interface Answer {
  readonly error: ServiceError | null;
  readonly response: Buffer | undefined;
}

export function send(
  client: Client,
  body: Buffer,
  path = LOGS,
  metadata?: Metadata,
): Promise<Answer> {
  const same = (bytes: Buffer) => bytes;
  return new Promise((resolve) => {
    const done = (error: ServiceError | null, response?: Buffer) => resolve({ error, response });
    if (metadata === undefined) client.makeUnaryRequest(path, same, same, body, done);
    else client.makeUnaryRequest(path, same, same, body, metadata, done);
  });
}

/** A client that can break the rules: sends exactly these pieces, ends only when told. */
export function openRawCall(port: number, headers: Record<string, string> = {}) {
  const session: ClientHttp2Session = connect(`http://127.0.0.1:${port}`);
  closers.push(() => session.destroy());
  const stream = session.request({
    ":method": "POST",
    ":path": LOGS,
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
  stream.on("error", () => undefined);
  session.on("error", () => undefined);
  const answered = new Promise<{ status: string; message: string }>((resolve, reject) => {
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

export function frame(body: Buffer, compressed = false, declaredBytes = body.length): Buffer {
  const header = Buffer.alloc(5);
  header[0] = compressed ? 1 : 0;
  header.writeUInt32BE(declaredBytes, 1);
  return Buffer.concat([header, body]);
}
