/**
 * Bounds what gRPC clients make us hold. grpc-js reads a whole message, inflates it and only then calls the
 * handler, so a budget charged in the handler comes too late: hostile clients could have every stream hold
 * 64 MiB, or a few kilobytes that inflate to it. The guard therefore looks at each stream before grpc-js does
 * (Node announces new streams on a diagnostics channel):
 *
 *   - the length in the five bytes before the message is charged to the budget, or refused, before the
 *     message is read;
 *   - the message itself is read here, into memory of exactly its length, and grpc-js is given an empty one in its place. It
 *     would keep all pieces of a message, two dozen of 382 kB, and join them in the end: pieces that live so long are moved to
 *     V8's old generation, and only a collection of all of the heap finds them dead;
 *   - the compression is hidden from grpc-js: our own bounded `inflate` does it, the same as over HTTP;
 *   - a message has `requestTimeoutMs` to arrive and its call to be ended, and there is one per call: grpc-js calls the handler
 *     only when the client has ended its side, and until then the message is held and charged;
 *   - flow-control windows are raised from 64 KiB, which would cap a client 20 ms away at 3 MB/s.
 *
 * A client's identity belongs where the guard first sees the headers.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  constants,
  type IncomingHttpHeaders,
  type Http2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { Admission, AdmissionTicket } from "../contract.ts";
import { noteDeadBytes } from "../garbage-collection.ts";
import { LIMIT_SETTINGS, type ReceiveLimits } from "../limits.ts";
import { freeMemory } from "../owned-memory.ts";
import { encodeRpcStatus, GRPC_STATUS, type RpcStatus } from "./export-response.ts";
import { parseContentCoding, type ContentCoding } from "./inflate.ts";
import { chargeOf } from "./ingest-call.ts";

export interface GrpcGuardOptions {
  readonly admission: Admission;
  readonly limits: ReceiveLimits;
  /** Whether the session is one of the guarded server's; asked once per session. */
  readonly owns: (session: Http2Session) => boolean;
  /** Each call at its beginning, by its `path`; whether there is such a method is not the guard's to know. */
  readonly onCall: (path: string) => void;
  /** A refusal the guard answered itself. `path` is the method called. */
  readonly onRefused: (path: string, refused: GuardRefusal) => void;
}

interface GuardRefusal {
  readonly reason: "too_large" | "too_slow" | "overloaded" | "malformed";
  readonly message: string;
  /** Of the message where it arrived whole; otherwise 0. */
  readonly sizeBytes: number;
}

/** What the guard knows about a message that arrived whole. */
export interface GuardedMessage {
  /** The coding of the bytes, `undefined` when it is none we know; `identity` when the message is not compressed. */
  readonly coding: ContentCoding | "identity" | undefined;
  readonly codingName: string;
  /** As it was sent, in memory of its own. */
  readonly wire: Buffer<ArrayBuffer>;
  /** The caller closes it. */
  readonly ticket: AdmissionTicket;
}

const CHANNEL = "http2.server.stream.created";
/** Overwritten on every stream, so a client cannot choose it. */
export const CALL_ID_HEADER = "x-throughline-call";
/** One byte that says whether the message is compressed, four with its length. */
const FRAME_HEADER_BYTES = 5;
/** The frame of an empty message that is not compressed. */
const EMPTY_MESSAGE = Buffer.alloc(FRAME_HEADER_BYTES);
const WINDOW_BYTES = 1024 * 1024;

export class GrpcGuard {
  readonly #options: GrpcGuardOptions;
  readonly #sessions = new WeakMap<Http2Session, boolean>();
  readonly #calls = new Map<string, GuardedStream>();
  #lastId = 0;

  constructor(options: GrpcGuardOptions) {
    this.#options = options;
  }

  start(): void {
    subscribe(CHANNEL, this.#onStreamCreated);
  }

  stop(): void {
    unsubscribe(CHANNEL, this.#onStreamCreated);
  }

  /**
   * The message of a call, once; from then on the ticket is the caller's.
   * @param callId the value of `CALL_ID_HEADER` in the call's metadata
   */
  take(callId: string): GuardedMessage | undefined {
    const stream = this.#calls.get(callId);
    this.#calls.delete(callId);
    return stream?.take();
  }

  readonly #onStreamCreated = (message: unknown): void => {
    const created = toCreatedStream(message);
    if (created === undefined) return;
    const { stream, headers } = created;
    if (stream.session === undefined || !this.#owns(stream.session)) return;
    const id = String(++this.#lastId);
    const codingName = headers["grpc-encoding"];
    delete headers["grpc-encoding"];
    headers[CALL_ID_HEADER] = id;
    const path = headers[":path"] ?? "";
    this.#options.onCall(path);
    const coding = typeof codingName === "string" ? codingName : "";
    this.#calls.set(id, new GuardedStream(stream, path, coding, this.#options));
    stream.once("close", () => this.#calls.delete(id));
  };

  #owns(session: Http2Session): boolean {
    let owned = this.#sessions.get(session);
    if (owned === undefined) {
      owned = this.#options.owns(session);
      this.#sessions.set(session, owned);
      if (owned) widenWindows(session);
    }
    return owned;
  }
}

/** Idle streams hold nothing: a window is a permission to send, and what is sent is charged at its header. */
function widenWindows(session: Http2Session): void {
  session.settings({ initialWindowSize: WINDOW_BYTES });
  session.setLocalWindowSize(4 * WINDOW_BYTES);
}

class GuardedStream {
  readonly #stream: ServerHttp2Stream;
  readonly #path: string;
  readonly #codingName: string;
  readonly #options: GrpcGuardOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #header = Buffer.alloc(FRAME_HEADER_BYTES);
  /** What Node gives the bytes of the stream to; it goes on to grpc-js. */
  readonly #push: ServerHttp2Stream["push"];
  #headerBytes = 0;
  #messageBytes = 0;
  #wire: Buffer<ArrayBuffer> | undefined;
  #wireBytes = 0;
  #ticket: AdmissionTicket | undefined;
  /** Answered: what else arrives is let go of. */
  #isOver = false;

  constructor(
    stream: ServerHttp2Stream,
    path: string,
    codingName: string,
    options: GrpcGuardOptions,
  ) {
    this.#stream = stream;
    this.#path = path;
    this.#codingName = codingName;
    this.#options = options;
    this.#timer = setTimeout(() => this.#refuseLate(), options.limits.requestTimeoutMs);
    // grpc-js adds its listeners in the next tick: nothing may flow before.
    stream.pause();
    this.#push = stream.push.bind(stream);
    stream.push = (chunk: Buffer | null) =>
      chunk === null ? this.#push(null) : this.#receive(chunk);
    // A call answered before its message was read (an unknown method) must not keep its stream open.
    stream.once("finish", () => {
      this.#isOver = true;
      stream.resume();
    });
    stream.once("close", () => this.#letGo());
  }

  take(): GuardedMessage | undefined {
    const ticket = this.#ticket;
    const wire = this.#wire;
    if (ticket === undefined || wire === undefined) return undefined;
    clearTimeout(this.#timer);
    this.#ticket = this.#wire = undefined;
    const compressed = this.#header[0] === 1;
    return {
      coding: compressed ? parseContentCoding(this.#codingName) : "identity",
      codingName: this.#codingName,
      wire,
      ticket,
    };
  }

  /** @returns true: what is let in is charged, so there is nothing to hold back */
  #receive(chunk: Buffer): boolean {
    // Whatever becomes of it is copied here.
    noteDeadBytes(chunk.length);
    if (this.#isOver || chunk.length === 0) return true;
    let rest = chunk;
    if (this.#headerBytes < FRAME_HEADER_BYTES) {
      const taken = chunk.copy(this.#header, this.#headerBytes);
      this.#headerBytes += taken;
      if (this.#headerBytes < FRAME_HEADER_BYTES) return true;
      this.#admit();
      rest = chunk.subarray(taken);
    }
    // Refused at its header, or followed by more when the handler had taken it already.
    if (this.#isOver) return true;
    if (this.#wireBytes + rest.length > this.#messageBytes) {
      this.#refuse("malformed", {
        code: GRPC_STATUS.INVALID_ARGUMENT,
        message: "Export takes one message per call, and more followed.",
      });
      return true;
    }
    this.#wire?.set(rest, this.#wireBytes);
    this.#wireBytes += rest.length;
    if (this.#wireBytes < this.#messageBytes) return true;
    return this.#push(EMPTY_MESSAGE);
  }

  #admit(): void {
    const { limits, admission } = this.#options;
    const compressed = this.#header[0] === 1;
    const maxBytes = compressed ? limits.compressedBodyMaxBytes : limits.bodyMaxBytes;
    this.#messageBytes = this.#header.readUInt32BE(1);
    if (this.#messageBytes > maxBytes) {
      const names = LIMIT_SETTINGS.receive;
      const setting = compressed ? names.compressedBodyMaxBytes : names.bodyMaxBytes;
      this.#refuse("too_large", {
        code: GRPC_STATUS.RESOURCE_EXHAUSTED,
        message:
          `The ${compressed ? "compressed " : ""}message has ${this.#messageBytes} bytes, more than ${maxBytes} ` +
          `(${setting.environmentName}). Send smaller batches or raise the limit.`,
      });
      return;
    }
    const ticket = admission.open(compressed ? this.#messageBytes : chargeOf(this.#messageBytes));
    if (ticket.kind === "ticket") {
      this.#ticket = ticket;
      // Memory that nothing is written to is not taken from the machine: announcing a length costs a client more than us.
      this.#wire = Buffer.allocUnsafeSlow(this.#messageBytes);
      return;
    }
    const { message, retryAfterMs } = ticket;
    this.#refuse("overloaded", { code: GRPC_STATUS.RESOURCE_EXHAUSTED, message, retryAfterMs });
  }

  #refuseLate(): void {
    const { requestTimeoutMs } = this.#options.limits;
    const what = this.#isWhole
      ? "The message arrived, but the call was not ended by the client"
      : "The message did not arrive";
    this.#refuse("too_slow", {
      code: GRPC_STATUS.DEADLINE_EXCEEDED,
      message:
        `${what} within ${requestTimeoutMs} ms ` +
        `(${LIMIT_SETTINGS.receive.requestTimeoutMs.environmentName}).`,
    });
  }

  get #isWhole(): boolean {
    return this.#wire !== undefined && this.#wireBytes === this.#messageBytes;
  }

  /** The message is not held any more, and its bytes are given back; one that was taken is the caller's. */
  #letGo(): void {
    clearTimeout(this.#timer);
    this.#ticket?.close();
    if (this.#wire !== undefined) freeMemory(this.#wire);
    this.#ticket = this.#wire = undefined;
  }

  /**
   * Answers on the stream itself and ends it; grpc-js finds the stream closed and lets go of the call. Where the message was
   * whole it calls the handler even so, which must find nothing: what was refused is not stored.
   */
  #refuse(reason: GuardRefusal["reason"], status: RpcStatus): void {
    const sizeBytes = this.#isWhole ? this.#messageBytes : 0;
    this.#isOver = true;
    this.#letGo();
    const stream = this.#stream;
    this.#options.onRefused(this.#path, { reason, message: status.message, sizeBytes });
    if (stream.headersSent || stream.destroyed || stream.closed) return;
    stream.respond(
      {
        ":status": 200,
        "content-type": "application/grpc+proto",
        "grpc-status": String(status.code),
        "grpc-message": encodeURI(status.message),
        "grpc-status-details-bin": encodeRpcStatus(status, "protobuf").toString("base64"),
      },
      { endStream: true },
    );
    stream.close(constants.NGHTTP2_NO_ERROR);
  }
}

interface CreatedStream {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
}

/** Node documents the message's shape; anything else is not ours. */
function toCreatedStream(message: unknown): CreatedStream | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  if (!("stream" in message) || !("headers" in message)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- documented by Node for this channel
  return message as CreatedStream;
}
