import { ProtoTooLarge, ProtoWriter } from "../json/proto-writer.ts";
import type { Transcoded } from "../json/transcode.ts";
import { readZipkinJson } from "./read-json.ts";
import { readZipkinProtobuf } from "./read-protobuf.ts";
import { writeOtlpSpan } from "./write-otlp.ts";

/**
 * Turns a list of Zipkin v2 spans into an OTLP export request, so that everything after it knows one protocol: the span at
 * place i of the list is the only one of `resource_spans[i]`. Spans become one by one, so what is held is the request and its result.
 * @param bytesMax of the OTLP request: that of spans with little more than ids is three times as large
 */
export function transcodeZipkin(
  encoding: "json" | "protobuf",
  body: Uint8Array,
  bytesMax?: number,
): Transcoded {
  const writer = new ProtoWriter(body.length, bytesMax);
  const read = encoding === "json" ? readZipkinJson : readZipkinProtobuf;
  try {
    const message = read(body, (span) => writeOtlpSpan(writer, span));
    if (message === undefined) return { kind: "protobuf", body: writer.finish() };
    writer.discard();
    return { kind: "invalid", message };
  } catch (error) {
    writer.discard();
    if (error instanceof ProtoTooLarge) return { kind: "too_large" };
    throw error;
  }
}
