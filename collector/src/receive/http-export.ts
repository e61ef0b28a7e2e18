/** `POST /v1/<signal>`: from headers and body to one call of `ingest`, and from its outcome to an answer. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { OtlpEncoding, IngestOutcome, Signal } from "../contract.ts";
import {
  encodeExportResponse,
  encodeRpcStatus,
  GRPC_STATUS,
  type RpcStatus,
} from "./export-response.ts";
import { readBody } from "./http-body.ts";
import { CONTENT_CODINGS, parseContentCoding } from "./inflate.ts";
import { callIngest, countRefusal, type Refusal } from "./ingest-call.ts";
import type { OtlpService } from "./otlp-services.ts";
import type { HttpReceiverOptions } from "./receiver.ts";
import { describeHttpPort, type OtlpPorts } from "./wrong-port.ts";

export interface ExportRoute {
  readonly service: OtlpService;
  readonly options: HttpReceiverOptions;
  readonly ports: () => OtlpPorts;
}

const MEDIA_TYPES: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: "application/x-protobuf",
  json: "application/json",
};

export function registerExportRoute(app: FastifyInstance, route: ExportRoute): void {
  const { httpPath, signal } = route.service;
  app.post(httpPath, (request, reply) => answerExport(route, request, reply));
  app.route({
    method: ["GET", "PUT", "PATCH", "DELETE"],
    url: httpPath,
    handler: (_request, reply) =>
      sendText(
        reply.code(405).header("allow", "POST, OPTIONS"),
        `${httpPath} takes OTLP ${signal} by POST, as ${MEDIA_TYPES.protobuf} or ${MEDIA_TYPES.json}.`,
      ),
  });
}

async function answerExport(
  route: ExportRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { service, options } = route;
  const { signal } = service;
  const encoding = parseMediaType(request.headers["content-type"]);
  if (encoding === undefined) return refuseMediaType(route, request, reply);
  const coding = parseContentCoding(request.headers["content-encoding"]);
  if (coding === undefined) return refuseCoding(route, request, reply, encoding);

  const { limits, admission } = options;
  const read = await readBody({ incoming: request.raw, coding, limits, admission });
  if (read.kind === "aborted") return reply.hijack();
  if (read.kind === "refused") {
    const { kind: reason, message } = read.refusal;
    const { sizeBytes } = read;
    countRefusal(options, { signal, transport: "http", reason, message, sizeBytes });
    return sendOutcome(reply, service, encoding, read.refusal);
  }
  const { body, ticket } = read;
  const outcome = await callIngest({ signal, encoding, body, transport: "http" }, ticket, options);
  return sendOutcome(reply, service, encoding, outcome);
}

/** @returns undefined for what is neither; parameters such as `charset` are ignored */
function parseMediaType(contentType: string | undefined): OtlpEncoding | undefined {
  switch (contentType?.split(";", 1)[0]?.trim().toLowerCase()) {
    case "application/x-protobuf":
    case "application/protobuf":
      return "protobuf";
    case "application/json":
      return "json";
    default:
      return undefined;
  }
}

function refuseMediaType(
  { service, options, ports }: ExportRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const contentType = request.headers["content-type"] ?? "";
  const isGrpc = contentType.startsWith("application/grpc");
  if (isGrpc) options.metrics.wrongProtocolConnections.inc({ transport: "http" });
  const got = contentType === "" ? "No Content-Type" : `Content-Type ${contentType}`;
  const message = isGrpc
    ? describeHttpPort(ports())
    : `${got} is not OTLP: send ${MEDIA_TYPES.protobuf} or ${MEDIA_TYPES.json}.`;
  countUnsupported(options, service.signal, message);
  const code = isGrpc ? GRPC_STATUS.UNIMPLEMENTED : GRPC_STATUS.INVALID_ARGUMENT;
  return sendStatus(reply.code(415), "json", { code, message });
}

function refuseCoding(
  { service, options }: ExportRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  encoding: OtlpEncoding,
): FastifyReply {
  const supported = CONTENT_CODINGS.join(", ");
  const message = `Content-Encoding ${request.headers["content-encoding"] ?? ""} is not supported: send ${supported} or none.`;
  countUnsupported(options, service.signal, message);
  void reply.code(415).header("accept-encoding", supported);
  return sendStatus(reply, encoding, { code: GRPC_STATUS.INVALID_ARGUMENT, message });
}

/** Refused at its headers: of the body nothing was read. */
export function countUnsupported(
  options: HttpReceiverOptions,
  signal: Signal,
  message: string,
): void {
  const reason = "unsupported_media";
  countRefusal(options, { signal, transport: "http", reason, message, sizeBytes: 0 });
}

function sendOutcome(
  reply: FastifyReply,
  service: OtlpService,
  encoding: OtlpEncoding,
  outcome: IngestOutcome,
): FastifyReply {
  if (outcome.kind === "accepted") {
    const body = encodeExportResponse(service, encoding, outcome.rejected, outcome.reason);
    return reply.code(200).type(MEDIA_TYPES[encoding]).send(body);
  }
  return sendRefusal(reply, encoding, outcome);
}

function sendRefusal(reply: FastifyReply, encoding: OtlpEncoding, refusal: Refusal): FastifyReply {
  const { message } = refusal;
  switch (refusal.kind) {
    case "malformed":
      return sendStatus(reply.code(400), encoding, { code: GRPC_STATUS.INVALID_ARGUMENT, message });
    case "too_large":
      return sendStatus(reply.code(413), encoding, {
        code: GRPC_STATUS.RESOURCE_EXHAUSTED,
        message,
      });
    case "overloaded": {
      const { retryAfterMs } = refusal;
      // Whole seconds only, rounded up: a client that comes too early is refused again.
      void reply
        .code(429)
        .header("retry-after", String(Math.max(1, Math.ceil(retryAfterMs / 1000))));
      const code = GRPC_STATUS.RESOURCE_EXHAUSTED;
      return sendStatus(reply, encoding, { code, message, retryAfterMs });
    }
  }
}

function sendStatus(reply: FastifyReply, encoding: OtlpEncoding, status: RpcStatus): FastifyReply {
  return reply.type(MEDIA_TYPES[encoding]).send(encodeRpcStatus(status, encoding));
}

export function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("text/plain; charset=utf-8").send(`${text}\n`);
}
