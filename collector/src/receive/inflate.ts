/**
 * Decompression that cannot be used against us: bounded in bytes, in ratio, and charged to the budget
 * before memory is taken. One implementation for both transports.
 */
import { createGunzip, createInflate, createZstdDecompress, constants as zlib } from "node:zlib";
import type { AdmissionTicket, IngestOutcome } from "../contract.ts";
import { LIMIT_SETTINGS, type ReceiveLimits } from "../limits.ts";
import { freeMemory } from "../owned-memory.ts";
import { readDeclaredLength } from "./declared-length.ts";
import { chargeOf } from "./ingest-call.ts";
import { errorCode } from "./receiver.ts";
import { splitZstdFrames } from "./zstd-frames.ts";

export type ContentCoding = "gzip" | "deflate" | "zstd";

/** For messages, in the order of preference. */
export const CONTENT_CODINGS: readonly ContentCoding[] = ["gzip", "zstd", "deflate"];

/**
 * @param name a `Content-Encoding` or `grpc-encoding` value; undefined and empty mean identity
 * @returns undefined when the coding is not supported
 */
export function parseContentCoding(
  name: string | undefined,
): ContentCoding | "identity" | undefined {
  switch (name?.trim().toLowerCase()) {
    case undefined:
    case "":
    case "identity":
      return "identity";
    case "gzip":
    case "x-gzip":
      return "gzip";
    case "deflate":
    case "zlib":
      return "deflate";
    case "zstd":
      return "zstd";
    default:
      return undefined;
  }
}

export interface InflateRequest {
  readonly coding: ContentCoding;
  readonly wire: Uint8Array;
  readonly limits: ReceiveLimits;
  /** Already holds the charge for `wire`; what is inflated is charged on top. */
  readonly ticket: AdmissionTicket;
}

export type InflateOutcome =
  | { readonly kind: "inflated"; readonly body: Uint8Array }
  | Exclude<IngestOutcome, { kind: "accepted" }>;

/** Below this a body is not judged by its ratio. */
const RATIO_FREE_BYTES = 1024 * 1024;
const CHUNK_MIN_BYTES = 4 * 1024;
const CHUNK_GUESS_MAX_BYTES = 256 * 1024;
/** A zstd frame may ask for a window of up to 2 GiB; 8 MiB is what its specification tells decoders to accept. */
const ZSTD_WINDOW_LOG_MAX = 23;
/** Each takes a trip to the thread pool, and 8 bytes are a frame. Senders make one, parallel compressors a few for each MiB. */
const ZSTD_FRAMES_MAX = 1024;

/** Never rejects. The wire's memory is given back when all of it was read, or none of it will be. Leaves the ticket charged for what it read; the caller settles or closes it. */
export function inflate(request: InflateRequest): Promise<InflateOutcome> {
  const { coding, wire, limits, ticket } = request;
  const pieces = coding === "zstd" ? splitZstdFrames(wire, ZSTD_FRAMES_MAX) : [wire];
  if (pieces === undefined) {
    const refusal = refuseFrames(request);
    freeMemory(wire);
    return Promise.resolve(refusal);
  }
  const bytesMax = Math.min(
    limits.bodyMaxBytes,
    Math.max(RATIO_FREE_BYTES, wire.length * limits.compressionRatioMax),
  );
  const chunkBytes = chooseChunkBytes(request, pieces, bytesMax);
  // Each chunk as much as it will be charged when the body is whole: what is refused then was inflated for nothing. Until then the
  // other half is for the window of the decompressor, and for the body that the chunks are joined in.
  const chargeChunk = () => ticket.charge(chargeOf(chunkBytes));
  const refusal = chargeChunk();
  if (refusal !== undefined) {
    freeMemory(wire);
    return Promise.resolve(refusal);
  }

  return new Promise((resolve) => {
    const stream = createDecompressor(coding, chunkBytes);
    const chunks: Buffer[] = [];
    let length = 0;
    let chargedLength = chunkBytes;
    const finish = (outcome: InflateOutcome) => {
      stream.destroy();
      resolve(outcome);
    };
    const letGo = (outcome: InflateOutcome) => {
      finish(outcome);
      // The last one may be written to yet.
      for (const chunk of chunks.slice(0, -1)) freeMemory(chunk);
    };
    stream.on("data", (chunk: Buffer) => {
      addChunk(chunks, chunk);
      length += chunk.length;
      if (length > bytesMax) return letGo(refuseSize(request, length));
      if (length < chargedLength) return;
      chargedLength += chunkBytes;
      // zlib allocates its next chunk only after this returns, so a refusal comes in time.
      const refused = chargeChunk();
      if (refused !== undefined) letGo(refused);
    });
    stream.on("error", (error) => finish(refuseBytes(request, error)));
    stream.on("end", () => {
      // Node ends without an error where something else follows: what a client sent is never left out without a word.
      const bytesLeft = wire.length - stream.bytesWritten;
      if (bytesLeft > 0) return letGo(refuseRest(request, bytesLeft));
      freeMemory(wire);
      // The window is given back before there is a body beside the chunks.
      stream.destroy();
      finish({ kind: "inflated", body: joinChunks(chunks, length) });
    });
    for (const piece of pieces.slice(0, -1)) stream.write(piece);
    stream.end(pieces.at(-1));
  });
}

function createDecompressor(coding: ContentCoding, chunkSize: number) {
  switch (coding) {
    case "gzip":
      return createGunzip({ chunkSize });
    case "deflate":
      return createInflate({ chunkSize });
    case "zstd":
      return createZstdDecompress({
        chunkSize,
        params: { [zlib.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX },
      });
  }
}

/**
 * One chunk for the whole body costs one trip to the thread pool and no joining: 1.07 instead of 1.39 ms for
 * 382 KB, and zstd then needs no window. An honest sender makes the declared length right; a wrong one costs only more chunks.
 */
function chooseChunkBytes(
  { coding, wire }: InflateRequest,
  pieces: readonly Uint8Array[],
  bytesMax: number,
): number {
  const declared = readDeclaredLength(coding, pieces);
  // One byte more, so that zlib sees the end without filling another chunk.
  if (declared !== undefined && declared < bytesMax) return Math.max(declared + 1, CHUNK_MIN_BYTES);
  return Math.min(Math.max(wire.length * 8, CHUNK_MIN_BYTES), CHUNK_GUESS_MAX_BYTES, bytesMax);
}

/** What one frame leaves of a chunk the next one goes on with: together they are one chunk, with its memory to itself. */
function addChunk(chunks: Buffer[], chunk: Buffer): void {
  const last = chunks.at(-1);
  const continues =
    last?.buffer === chunk.buffer && last.byteOffset + last.length === chunk.byteOffset;
  if (!continues) return void chunks.push(chunk);
  const { buffer, byteOffset, length } = last;
  chunks[chunks.length - 1] = Buffer.from(buffer, byteOffset, length + chunk.length);
}

function joinChunks(chunks: readonly Buffer[], length: number): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const body = Buffer.allocUnsafeSlow(length);
  let offset = 0;
  for (const chunk of chunks) {
    offset += chunk.copy(body, offset);
    freeMemory(chunk);
  }
  return body;
}

function refuseSize({ coding, wire, limits }: InflateRequest, length: number): InflateOutcome {
  const { receive } = LIMIT_SETTINGS;
  const limit =
    length > limits.bodyMaxBytes
      ? `more than ${limits.bodyMaxBytes} bytes (${receive.bodyMaxBytes.environmentName})`
      : `more than ${limits.compressionRatioMax} times its size (${receive.compressionRatioMax.environmentName})`;
  return {
    kind: "too_large",
    message: `The ${coding} body of ${wire.length} bytes inflates to ${limit}. Send smaller batches or raise the limit.`,
  };
}

function refuseFrames({ coding, wire }: InflateRequest): InflateOutcome {
  return {
    kind: "too_large",
    message: `The ${coding} body of ${wire.length} bytes has more than ${ZSTD_FRAMES_MAX} frames. Compress it as one.`,
  };
}

function refuseRest({ coding, wire }: InflateRequest, bytesLeft: number): InflateOutcome {
  return {
    kind: "malformed",
    message: `The body of ${wire.length} bytes is not valid ${coding}: ${bytesLeft} bytes follow its end.`,
  };
}

function refuseBytes({ coding, wire }: InflateRequest, error: Error): InflateOutcome {
  const code = errorCode(error);
  return {
    kind: "malformed",
    message: `The body of ${wire.length} bytes is not valid ${coding}: ${error.message}${code === "" ? "" : ` (${code})`}.`,
  };
}
