/**
 * One gRPC call, read straight off its HTTP/2 stream: the headers, five bytes that say how long the message is, the message.
 * What a client can make us hold is decided at those five bytes: the length is charged to the budget, or refused, before a
 * byte of the message is read; then the message goes into memory of exactly its length, which is given on as it is.
 */
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Admission, AdmissionTicket } from "../contract.ts";
import { LIMIT_SETTINGS, type ReceiveLimits } from "../limits.ts";
import { GRPC_STATUS, type RpcStatus } from "./export-response.ts";
import { parseContentCoding, type ContentCoding } from "./inflate.ts";
import { chargeOf } from "./ingest-call.ts";

/** One byte that says whether the message is compressed, four with its length. */
const FRAME_HEADER_BYTES = 5;

export interface GrpcCallOptions {
  readonly admission: Admission;
  readonly limits: ReceiveLimits;
}

/** A message that arrived whole, as it was sent. */
export interface GrpcMessage {
  readonly kind: "message";
  readonly wire: Uint8Array;
  /** `undefined` when it is none we know; `identity` when the message is not compressed. */
  readonly coding: ContentCoding | "identity" | undefined;
  readonly codingName: string;
  /** The caller closes it. */
  readonly ticket: AdmissionTicket;
}

interface RefusedCall {
  readonly kind: "refused";
  readonly reason: "too_large" | "overloaded" | "malformed";
  readonly status: RpcStatus;
  /** Declared or read, for the counter. */
  readonly sizeBytes: number;
}

type CallEnd = GrpcMessage | RefusedCall;

/**
 * Calls `done` once: with the message when the client has ended the call, with a refusal as soon as there is a reason for one.
 * Not at all when the client leaves before.
 */
export function readGrpcMessage(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: GrpcCallOptions,
  done: (end: CallEnd) => void,
): void {
  const reader = new MessageReader(headers["grpc-encoding"], options, done);
  stream.on("data", (chunk: Buffer) => reader.take(chunk));
  stream.once("end", () => reader.end());
  stream.once("close", () => reader.abandon());
}

class MessageReader {
  readonly #codingName: string;
  readonly #options: GrpcCallOptions;
  readonly #done: (end: CallEnd) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #header = new Uint8Array(FRAME_HEADER_BYTES);
  #headerBytes = 0;
  #wire: Uint8Array | undefined;
  #wireBytes = 0;
  #ticket: AdmissionTicket | undefined;
  #ended = false;

  constructor(
    codingName: string | string[] | undefined,
    options: GrpcCallOptions,
    done: (end: CallEnd) => void,
  ) {
    this.#codingName = typeof codingName === "string" ? codingName : "";
    this.#options = options;
    this.#done = done;
    this.#timer = setTimeout(() => this.#refuseLate(), options.limits.requestTimeoutMs);
  }

  take(chunk: Buffer): void {
    let offset = 0;
    while (!this.#ended && this.#wire === undefined && offset < chunk.length) {
      this.#header[this.#headerBytes++] = chunk[offset++] ?? 0;
      if (this.#headerBytes === FRAME_HEADER_BYTES) this.#admit();
    }
    const wire = this.#wire;
    if (this.#ended || wire === undefined) return;
    const rest = offset === 0 ? chunk : chunk.subarray(offset);
    if (rest.length > wire.length - this.#wireBytes) {
      this.#refuseMalformed("Export takes one message per call, and more followed.");
      return;
    }
    wire.set(rest, this.#wireBytes);
    this.#wireBytes += rest.length;
  }

  end(): void {
    if (this.#ended) return;
    const wire = this.#wire;
    const ticket = this.#ticket;
    if (wire === undefined || ticket === undefined || this.#wireBytes < wire.length) {
      const declared = wire === undefined ? "its length" : `${wire.length} bytes`;
      this.#refuseMalformed(
        `The call ended after ${this.#headerBytes + this.#wireBytes} bytes, before ${declared}.`,
      );
      return;
    }
    this.#ticket = undefined;
    const compressed = this.#header[0] === 1;
    this.#finish({
      kind: "message",
      wire,
      coding: compressed ? parseContentCoding(this.#codingName) : "identity",
      codingName: this.#codingName,
      ticket,
    });
  }

  /** The stream is gone. What was handed over is the receiver's, the rest is let go. */
  abandon(): void {
    this.#ended = true;
    this.#release();
  }

  #admit(): void {
    const { limits, admission } = this.#options;
    const compressed = this.#header[0] === 1;
    const maxBytes = compressed ? limits.compressedBodyMaxBytes : limits.bodyMaxBytes;
    const declaredBytes = new DataView(this.#header.buffer).getUint32(1);
    if (declaredBytes > maxBytes) {
      const names = LIMIT_SETTINGS.receive;
      const setting = compressed ? names.compressedBodyMaxBytes : names.bodyMaxBytes;
      const message =
        `The ${compressed ? "compressed " : ""}message has ${declaredBytes} bytes, more than ${maxBytes} ` +
        `(${setting.environmentName}). Send smaller batches or raise the limit.`;
      const status = { code: GRPC_STATUS.RESOURCE_EXHAUSTED, message };
      this.#refuse("too_large", status, declaredBytes);
      return;
    }
    const ticket = admission.open(compressed ? declaredBytes : chargeOf(declaredBytes));
    if (ticket.kind === "overloaded") {
      const { message, retryAfterMs } = ticket;
      const status = { code: GRPC_STATUS.RESOURCE_EXHAUSTED, message, retryAfterMs };
      this.#refuse("overloaded", status, declaredBytes);
      return;
    }
    this.#ticket = ticket;
    // Not filled with zeros, and its own: what is encoded is given to another thread, not copied.
    this.#wire = Buffer.allocUnsafeSlow(declaredBytes);
  }

  #refuseLate(): void {
    const { limits } = this.#options;
    const message =
      `The message did not arrive within ${limits.requestTimeoutMs} ms ` +
      `(${LIMIT_SETTINGS.receive.requestTimeoutMs.environmentName}).`;
    this.#refuse("malformed", { code: GRPC_STATUS.DEADLINE_EXCEEDED, message }, this.#wireBytes);
  }

  #refuseMalformed(message: string): void {
    this.#refuse(
      "malformed",
      { code: GRPC_STATUS.INVALID_ARGUMENT, message },
      this.#wire?.length ?? this.#headerBytes,
    );
  }

  #refuse(reason: RefusedCall["reason"], status: RpcStatus, sizeBytes: number): void {
    this.#finish({ kind: "refused", reason, status, sizeBytes });
  }

  #finish(end: CallEnd): void {
    this.#ended = true;
    this.#release();
    this.#done(end);
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#wire = undefined;
    this.#ticket?.close();
    this.#ticket = undefined;
  }
}
