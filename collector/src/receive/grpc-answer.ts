/** What a gRPC client is told, on the stream of its call. */
import { constants, type ServerHttp2Stream } from "node:http2";
import { encodeRpcStatus, type RpcStatus } from "./export-response.ts";

const CONTENT_TYPE = "application/grpc+proto";
/** Said with every answer, so that a client may choose. */
const ACCEPTED_ENCODINGS = "identity,deflate,gzip,zstd";

/** Five bytes before a message: not compressed, and its length. */
function frame(message: Buffer): Buffer {
  const framed = Buffer.alloc(5 + message.length);
  framed.writeUInt32BE(message.length, 1);
  message.copy(framed, 5);
  return framed;
}

/** A message, then the trailers of success. */
export function answerMessage(stream: ServerHttp2Stream, message: Buffer): void {
  if (isGone(stream)) return;
  stream.respond(
    { ":status": 200, "content-type": CONTENT_TYPE, "grpc-accept-encoding": ACCEPTED_ENCODINGS },
    { waitForTrailers: true },
  );
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(frame(message));
}

/** A status instead of a message. What the client still sends is not read. */
export function answerStatus(stream: ServerHttp2Stream, status: RpcStatus): void {
  if (isGone(stream)) return;
  stream.respond(
    {
      ":status": 200,
      "content-type": CONTENT_TYPE,
      "grpc-accept-encoding": ACCEPTED_ENCODINGS,
      "grpc-status": String(status.code),
      "grpc-message": encodeURI(status.message.toWellFormed()),
      "grpc-status-details-bin": encodeRpcStatus(status, "protobuf").toString("base64"),
    },
    { endStream: true },
  );
  end(stream);
}

/** An answer for what is no gRPC at all. */
export function answerUnsupportedMedia(stream: ServerHttp2Stream): void {
  if (isGone(stream)) return;
  stream.respond({ ":status": 415 }, { endStream: true });
  end(stream);
}

/** What has come of the call, and what still comes, must not count against the window of the whole connection. */
function end(stream: ServerHttp2Stream): void {
  stream.resume();
  stream.close(constants.NGHTTP2_NO_ERROR);
}

/** The client has left, or was answered. */
function isGone(stream: ServerHttp2Stream): boolean {
  return stream.headersSent || stream.destroyed || stream.closed;
}
