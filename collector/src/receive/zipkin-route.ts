/**
 * `POST /api/v2/spans`: lists of Zipkin's spans, as JSON or protobuf, on the way of every other request. Zipkin answers 202 and
 * says nothing; where spans were refused one by one, two headers tell what a reporter's log would not.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Ingest, IngestOutcome, OtlpEncoding } from "../contract.ts";
import { readBody } from "./http-body.ts";
import { countUnsupported, sendText } from "./http-export.ts";
import { CONTENT_CODINGS, parseContentCoding } from "./inflate.ts";
import { callIngest, countRefusal, type Refusal } from "./ingest-call.ts";
import type { HttpReceiverOptions } from "./receiver.ts";

export const ZIPKIN_PATH = "/api/v2/spans";
const V1_PATH = "/api/v1/spans";

const REJECTED_SPANS_HEADER = "throughline-rejected-spans";
const REJECTED_REASON_HEADER = "throughline-rejected-reason";
const REASON_LENGTH_MAX = 1000;

export function registerZipkinRoute(app: FastifyInstance, receiver: HttpReceiverOptions): void {
  const options = { ...receiver, ingest: namingZipkinFields(receiver.ingest) };
  app.post(ZIPKIN_PATH, (request, reply) => answerSpans(options, request, reply));
  app.route({
    method: ["GET", "PUT", "PATCH", "DELETE"],
    url: ZIPKIN_PATH,
    handler: (_request, reply) =>
      sendText(
        reply.code(405).header("allow", "POST, OPTIONS"),
        `${ZIPKIN_PATH} takes Zipkin spans by POST; what is stored is asked for at the query service, under /zipkin/api/v2.`,
      ),
  });
  app.post(V1_PATH, (_request, reply) =>
    refuseMedia(
      options,
      reply,
      `Zipkin's first format is not taken. Send its second to POST ${ZIPKIN_PATH}: reporters have an encoding for it (JSON_V2, PROTO3).`,
    ),
  );
}

async function answerSpans(
  options: HttpReceiverOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const encoding = parseMediaType(request.headers["content-type"]);
  const coding = parseContentCoding(request.headers["content-encoding"]);
  if (encoding === undefined || coding === undefined) {
    return refuseMedia(
      options,
      reply.header("accept-encoding", CONTENT_CODINGS.join(", ")),
      encoding === undefined
        ? `Content-Type ${request.headers["content-type"] ?? ""} is not Zipkin's: send application/json or application/x-protobuf.`
        : `Content-Encoding ${request.headers["content-encoding"] ?? ""} is not supported: send ${CONTENT_CODINGS.join(", ")} or none.`,
    );
  }
  const { limits, admission } = options;
  const read = await readBody({ incoming: request.raw, coding, limits, admission });
  if (read.kind === "aborted") return reply.hijack();
  if (read.kind === "refused") {
    const { kind: reason, message } = read.refusal;
    const { sizeBytes } = read;
    countRefusal(options, { signal: "traces", transport: "http", reason, message, sizeBytes });
    return sendRefusal(reply, read.refusal);
  }
  const outcome = await callIngest(
    { signal: "traces", encoding: `zipkin-${encoding}`, body: read.body, transport: "http" },
    read.ticket,
    options,
  );
  return outcome.kind === "accepted" ? sendAccepted(reply, outcome) : sendRefusal(reply, outcome);
}

/** Without a type it is JSON, as Zipkin has it. @returns undefined for what is neither */
function parseMediaType(contentType: string | undefined): OtlpEncoding | undefined {
  switch (contentType?.split(";", 1)[0]?.trim().toLowerCase()) {
    case "application/x-protobuf":
    case "application/protobuf":
      return "protobuf";
    case undefined:
    case "":
    case "application/json":
      return "json";
    default:
      return undefined;
  }
}

function sendAccepted(
  reply: FastifyReply,
  { rejected, reason }: Extract<IngestOutcome, { kind: "accepted" }>,
): FastifyReply {
  if (rejected > 0) {
    void reply
      .header(REJECTED_SPANS_HEADER, String(rejected))
      .header(REJECTED_REASON_HEADER, headerText(reason));
  }
  return reply.code(202).send();
}

function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  switch (refusal.kind) {
    case "malformed":
      return sendText(reply.code(400), refusal.message);
    case "too_large":
      return sendText(reply.code(413), refusal.message);
    case "overloaded": {
      const seconds = Math.max(1, Math.ceil(refusal.retryAfterMs / 1000));
      return sendText(reply.code(429).header("retry-after", String(seconds)), refusal.message);
    }
  }
}

function refuseMedia(
  options: HttpReceiverOptions,
  reply: FastifyReply,
  message: string,
): FastifyReply {
  countUnsupported(options, "traces", message);
  return sendText(reply.code(415), message);
}

function namingZipkinFields(ingest: Ingest): Ingest {
  return async (request) => {
    const outcome = await ingest(request);
    return outcome.kind === "accepted"
      ? { ...outcome, reason: nameZipkinFields(outcome.reason) }
      : outcome;
  };
}

/** The span at place i of the list is the only one of `resource_spans[i]`. */
function nameZipkinFields(reason: string): string {
  return reason.replaceAll(
    /resource_spans\[(\d+)\](?:\.scope_spans\[0\](?:\.spans\[0\])?)?/g,
    "[$1]",
  );
}

/** A header is one line of ASCII. */
function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, " ").slice(0, REASON_LENGTH_MAX);
}
