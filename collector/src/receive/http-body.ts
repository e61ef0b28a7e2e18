/** Reads one request body off HTTP/1.1, bounded and charged before it is buffered. */
import type { IncomingMessage } from "node:http";
import type { Admission, AdmissionTicket } from "../contract.ts";
import { noteDeadBytes } from "../garbage-collection.ts";
import { LIMIT_SETTINGS, type ReceiveLimits } from "../limits.ts";
import { freeMemory } from "../owned-memory.ts";
import { inflate, type ContentCoding } from "./inflate.ts";
import { chargeInflated, chargeOf, type Refusal } from "./ingest-call.ts";

export interface BodyRequest {
  readonly incoming: IncomingMessage;
  readonly coding: ContentCoding | "identity";
  readonly limits: ReceiveLimits;
  readonly admission: Admission;
}

export type BodyOutcome =
  | { readonly kind: "body"; readonly body: Uint8Array; readonly ticket: AdmissionTicket }
  /** `sizeBytes`: as it came, where it arrived whole; otherwise 0. */
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly sizeBytes: number }
  /** The client went away in the middle; nobody is there to be answered. */
  | { readonly kind: "aborted" };

/** Never rejects. Holds an open ticket only when the outcome is `body`. */
export async function readBody(request: BodyRequest): Promise<BodyOutcome> {
  const outcome = await readCharged(request);
  if (outcome.kind === "refused") letPass(request.incoming);
  return outcome;
}

/** Node reads what is left of a body that was answered already, as fast as it is sent. */
function letPass(incoming: IncomingMessage): void {
  incoming.on("data", (chunk: Buffer) => noteDeadBytes(chunk.length));
}

async function readCharged(request: BodyRequest): Promise<BodyOutcome> {
  const { incoming, coding, limits, admission } = request;
  const wireMaxBytes = coding === "identity" ? limits.bodyMaxBytes : limits.compressedBodyMaxBytes;
  const declaredBytes = readContentLength(incoming);
  if (declaredBytes !== undefined && declaredBytes > wireMaxBytes) {
    return { kind: "refused", refusal: refuseLength(request, wireMaxBytes), sizeBytes: 0 };
  }
  const declared = declaredBytes ?? 0;
  const ticket = admission.open(coding === "identity" ? chargeOf(declared) : declared);
  if (ticket.kind === "overloaded") {
    return { kind: "refused", refusal: ticket, sizeBytes: 0 };
  }
  const wire =
    declaredBytes === undefined
      ? await readChunked(request, wireMaxBytes, ticket)
      : await readDeclared(incoming, declaredBytes);
  const outcome = wire instanceof Uint8Array ? await decode(wire, request, ticket) : wire;
  if (outcome.kind !== "body") ticket.close();
  return outcome;
}

async function decode(
  wire: Uint8Array,
  { coding, limits }: BodyRequest,
  ticket: AdmissionTicket,
): Promise<BodyOutcome> {
  if (coding === "identity") {
    ticket.settle(chargeOf(wire.length));
    return { kind: "body", body: wire, ticket };
  }
  // Before it is read, which gives its memory back and leaves it empty.
  const sizeBytes = wire.length;
  const inflated = await inflate({ coding, wire, limits, ticket });
  if (inflated.kind !== "inflated") return { kind: "refused", refusal: inflated, sizeBytes };
  const refusal = chargeInflated(ticket, inflated.body.byteLength);
  if (refusal !== undefined) return { kind: "refused", refusal, sizeBytes };
  return { kind: "body", body: inflated.body, ticket };
}

/** Node's parser has checked that it is digits only and that no chunked coding contradicts it. */
function readContentLength(incoming: IncomingMessage): number | undefined {
  const value = incoming.headers["content-length"];
  return value === undefined ? undefined : Number(value);
}

/** The buffer is as long as declared, so nothing is joined afterwards; Node delivers not a byte more. */
function readDeclared(
  incoming: IncomingMessage,
  declaredBytes: number,
): Promise<Uint8Array | BodyOutcome> {
  return new Promise((resolve) => {
    const body = Buffer.allocUnsafeSlow(declaredBytes);
    let length = 0;
    incoming.on("data", (chunk: Buffer) => {
      length += chunk.copy(body, length);
      noteDeadBytes(chunk.length);
    });
    let isWhole = false;
    const abort = () => {
      if (isWhole) return;
      freeMemory(body);
      resolve({ kind: "aborted" });
    };
    incoming.once("end", () => {
      isWhole = true;
      resolve(body);
    });
    incoming.once("error", abort);
    incoming.once("close", abort);
  });
}

function readChunked(
  request: BodyRequest,
  wireMaxBytes: number,
  ticket: AdmissionTicket,
): Promise<Uint8Array | BodyOutcome> {
  const { incoming } = request;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (refusal: Refusal, sizeBytes: number) => {
      chunks.length = 0;
      noteDeadBytes(length);
      incoming.off("data", onData);
      resolve({ kind: "refused", refusal, sizeBytes });
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > wireMaxBytes) return refuse(refuseLength(request, wireMaxBytes), 0);
      const refusal = ticket.charge(chunk.length);
      if (refusal !== undefined) return refuse(refusal, 0);
      chunks.push(chunk);
    };
    incoming.on("data", onData);
    incoming.once("end", () => {
      const refusal = ticket.charge(length);
      if (refusal !== undefined) return refuse(refusal, length);
      const body = Buffer.allocUnsafeSlow(length);
      let offset = 0;
      for (const chunk of chunks) offset += chunk.copy(body, offset);
      noteDeadBytes(length);
      resolve(body);
    });
    incoming.once("error", () => resolve({ kind: "aborted" }));
    incoming.once("close", () => resolve({ kind: "aborted" }));
  });
}

function refuseLength({ coding }: BodyRequest, wireMaxBytes: number): Refusal {
  const { bodyMaxBytes, compressedBodyMaxBytes } = LIMIT_SETTINGS.receive;
  const setting = coding === "identity" ? bodyMaxBytes : compressedBodyMaxBytes;
  return {
    kind: "too_large",
    message:
      `The ${coding === "identity" ? "" : `${coding} `}body is larger than ${wireMaxBytes} bytes ` +
      `(${setting.environmentName}). Send smaller batches or raise the limit.`,
  };
}
