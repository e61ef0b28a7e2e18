/**
 * A Zipkin span becomes an OTLP span, by OpenTelemetry's "Zipkin" mapping read backwards:
 *
 *   localEndpoint.serviceName    resource attribute service.name
 *   localEndpoint ip, port       network.local.address, network.local.port
 *   remoteEndpoint.serviceName   peer.service, unless there is a tag of that name
 *   remoteEndpoint ip, port      network.peer.address, network.peer.port
 *   no kind                      SPAN_KIND_INTERNAL
 *   annotations                  events
 *   tags                         attributes, all of them texts; but those that OpenTelemetry's exporters write for fields that
 *                                Zipkin has not (status, scope, trace state) go back to their fields
 *   tag error                    status Error; its text is the message. The attribute stays
 *   debug                        attribute zipkin.debug
 *   shared                       both ends of a call have one span id there. OTLP has no such thing: the callee gets an id made of
 *                                the old one, the caller's span as its parent, and zipkin.shared and zipkin.parent_id say what was sent
 */
import type { ProtoWriter } from "../json/proto-writer.ts";
import type { ZipkinEndpoint, ZipkinKind, ZipkinSpan } from "./zipkin-span.ts";

const KIND_NUMBERS: Readonly<Record<ZipkinKind, bigint>> = {
  SERVER: 2n,
  CLIENT: 3n,
  PRODUCER: 4n,
  CONSUMER: 5n,
};
const KIND_INTERNAL = 1n;
const STATUS_OK = 1n;
const STATUS_ERROR = 2n;
const FLAG_SAMPLED = 1;
/** As the OpenTelemetry Collector marks it. */
const START_ABSENT = "otel.zipkin.absentField.startTime";

/** Writes one `resource_spans` of an export request, with one span in it. */
export function writeOtlpSpan(writer: ProtoWriter, span: ZipkinSpan): void {
  const tags = new Map(span.tags);
  const scope = {
    name: take(tags, "otel.scope.name", "otel.library.name"),
    version: take(tags, "otel.scope.version", "otel.library.version"),
  };
  writer.messageField(1, () => {
    const service = span.local?.serviceName ?? "";
    if (service !== "") {
      writer.messageField(1, () => stringAttribute(writer, 1, "service.name", service));
    }
    writer.messageField(2, () => {
      if (scope.name !== "" || scope.version !== "") {
        writer.messageField(1, () => {
          writer.bytesField(1, utf8(scope.name));
          writer.bytesField(2, utf8(scope.version));
        });
      }
      writer.messageField(2, () => writeSpan(writer, span, tags));
    });
  });
}

function writeSpan(writer: ProtoWriter, span: ZipkinSpan, tags: Map<string, string>): void {
  const traceState = take(tags, "w3c.tracestate");
  const startNanos = span.timestampMicros * 1000n;
  writer.bytesField(1, span.traceId);
  writer.bytesField(2, span.shared ? calleeId(span) : span.id);
  writer.bytesField(3, utf8(traceState));
  const parent = span.shared ? span.id : span.parentId;
  if (parent.length > 0) writer.bytesField(4, parent);
  writer.bytesField(5, utf8(span.name));
  writer.varintField(6, kindOf(span, tags));
  writer.fixed64Field(7, startNanos);
  writer.fixed64Field(8, BigInt.asUintN(64, startNanos + span.durationMicros * 1000n));
  for (const annotation of span.annotations) {
    writer.messageField(11, () => {
      writer.fixed64Field(1, annotation.timestampMicros * 1000n);
      writer.bytesField(2, utf8(annotation.value));
    });
  }
  writeStatus(writer, tags);
  writeAttributes(writer, span, tags);
  if (span.debug) writer.fixed32Field(16, FLAG_SAMPLED);
}

/** The same for every report of the same end of the same call. */
function calleeId(span: ZipkinSpan): Uint8Array {
  const name = Buffer.from(span.local?.serviceName ?? "", "utf8");
  let hash = FNV_OFFSET;
  for (const byte of Buffer.concat([span.traceId, span.id, name])) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
  }
  const id = Buffer.alloc(8);
  id.writeBigUInt64BE(hash);
  return id;
}

/** FNV-1a of 64 bits: ids need to differ, nobody has to be kept from finding one. */
const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

function kindOf({ kind }: ZipkinSpan, tags: Map<string, string>): bigint {
  if (kind !== undefined) return KIND_NUMBERS[kind];
  if (tags.get("span.kind") === "internal") tags.delete("span.kind");
  return KIND_INTERNAL;
}

function writeStatus(writer: ProtoWriter, tags: Map<string, string>): void {
  const code = take(tags, "otel.status_code").replace(/^STATUS_CODE_/, "");
  const description = take(tags, "otel.status_description");
  const error = tags.get("error");
  if (code === "OK") writer.messageField(15, () => writer.varintField(3, STATUS_OK));
  const failed = code === "ERROR" || (code === "" && error !== undefined && error !== "false");
  if (!failed) return;
  // Beside a status the tag only repeats it: OpenTelemetry's exporters write both.
  if (code === "ERROR") tags.delete("error");
  const said = error === undefined || error === "true" ? "" : error;
  writer.messageField(15, () => {
    writer.bytesField(2, utf8(description === "" ? said : description));
    writer.varintField(3, STATUS_ERROR);
  });
}

function writeAttributes(
  writer: ProtoWriter,
  span: ZipkinSpan,
  tags: ReadonlyMap<string, string>,
): void {
  for (const [key, value] of tags) stringAttribute(writer, 9, key, value);
  const add = (key: string, value: string): void => {
    if (value !== "" && !tags.has(key)) stringAttribute(writer, 9, key, value);
  };
  const flag = (key: string, set: boolean): void => add(key, set ? "true" : "");
  add("peer.service", span.remote?.serviceName ?? "");
  writeAddress(add, "local", span.local);
  writeAddress(add, "peer", span.remote);
  flag("zipkin.debug", span.debug);
  flag("zipkin.shared", span.shared);
  if (span.shared) add("zipkin.parent_id", Buffer.from(span.parentId).toString("hex"));
  flag(START_ABSENT, span.timestampMicros === 0n);
}

function writeAddress(
  add: (key: string, value: string) => void,
  end: "local" | "peer",
  endpoint: ZipkinEndpoint | undefined,
): void {
  if (endpoint === undefined) return;
  const { ipv4, ipv6, port } = endpoint;
  add(`network.${end}.address`, ipv4 === "" ? ipv6 : ipv4);
  if (ipv4 !== "") add(`zipkin.${end}.ipv6`, ipv6);
  add(`network.${end}.port`, port === 0 ? "" : String(port));
}

// oxlint-disable-next-line max-params -- where, and a key with its value
function stringAttribute(writer: ProtoWriter, field: number, key: string, value: string): void {
  writer.messageField(field, () => {
    writer.bytesField(1, utf8(key));
    writer.messageField(2, () => writer.bytesField(1, utf8(value)));
  });
}

/** Takes the first that is there out of the tags, and the others too. @returns '' when none is */
function take(tags: Map<string, string>, ...keys: readonly string[]): string {
  const found = keys.map((key) => tags.get(key)).find((value) => value !== undefined);
  for (const key of keys) tags.delete(key);
  return found ?? "";
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text, "utf8");
}
