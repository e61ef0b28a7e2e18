/* oxlint-disable typescript/no-non-null-assertion -- indexes are in range by construction */
import type { AnyValueWriter } from "../encode/any-value-writer.ts";
import { Region } from "../encode/memory/region.ts";
import type { AttributeList } from "../otlp/attribute-list.ts";
import type { EnvelopeScanner } from "../otlp/envelope.ts";
import type { LogRecordFields } from "../otlp/logs.ts";
import type { MetricFields, PointFields } from "../otlp/metric-fields.ts";
import { SpanEventList, SpanLinkList } from "../otlp/span-lists.ts";
import type { SpanFields } from "../otlp/traces.ts";

type Fields = Map<string, string>;

/** The fields of a scanned record as they would be stored, by names such as `attributes.http.route`. */
export class FieldTexts {
  private readonly writer: AnyValueWriter;
  private readonly envelope: EnvelopeScanner;

  constructor(writer: AnyValueWriter, envelope: EnvelopeScanner) {
    this.writer = writer;
    this.envelope = envelope;
  }

  ofLog(record: LogRecordFields): ReadonlyMap<string, string> {
    const fields = this.ofEnvelope();
    this.value(fields, "body", record.bodyStart, record.bodyEnd);
    this.text(fields, "event_name", record.eventNameStart, record.eventNameEnd);
    this.attributes(fields, "attributes", record.attributes);
    return fields;
  }

  ofSpan(span: SpanFields): ReadonlyMap<string, string> {
    const fields = this.ofEnvelope();
    this.text(fields, "name", span.nameStart, span.nameEnd);
    this.text(fields, "status.message", span.statusMessageStart, span.statusMessageEnd);
    this.attributes(fields, "attributes", span.attributes);
    const { events, links } = span;
    for (let i = 0, from = 0; i < events.count; i++) {
      const at = i * SpanEventList.STRIDE;
      this.text(fields, `events[${i}].name`, events.items[at + 2]!, events.items[at + 3]!);
      const to = events.items[at + 5]!;
      this.attributes(fields, `events[${i}].attributes`, events.attributes, { from, to });
      from = to;
    }
    for (let i = 0, from = 0; i < links.count; i++) {
      const to = links.items[i * SpanLinkList.STRIDE + 8]!;
      this.attributes(fields, `links[${i}].attributes`, links.attributes, { from, to });
      from = to;
    }
    return fields;
  }

  ofPoint(metric: MetricFields, point: PointFields): ReadonlyMap<string, string> {
    const fields = this.ofEnvelope();
    this.text(fields, "name", metric.nameStart, metric.nameEnd);
    this.attributes(fields, "attributes", point.attributes);
    return fields;
  }

  private ofEnvelope(): Fields {
    const fields: Fields = new Map();
    this.attributes(fields, "resource", this.envelope.resource.attributes);
    this.attributes(fields, "scope", this.envelope.scope.attributes);
    return fields;
  }

  // oxlint-disable-next-line max-params -- a list, or a part of one
  private attributes(
    fields: Fields,
    name: string,
    list: AttributeList,
    part = { from: 0, to: list.count },
  ): void {
    for (let at = 4 * part.from; at < 4 * part.to; at += 4) {
      const keyStart = list.entries[at]!;
      const key = this.textAt(keyStart, keyStart + list.entries[at + 1]!);
      this.value(fields, `${name}.${key}`, list.entries[at + 2]!, list.entries[at + 3]!);
    }
  }

  // oxlint-disable-next-line max-params -- where, and under which name
  private text(fields: Fields, name: string, start: number, end: number): void {
    if (end > start) fields.set(name, this.textAt(start, end));
  }

  // oxlint-disable-next-line max-params -- where, and under which name
  private value(fields: Fields, name: string, start: number, end: number): void {
    const region = new Region(this.writer.memory);
    this.writer.append(region, start, end);
    let from = region.start;
    while (this.writer.memory.bytes[from++]! > 127);
    fields.set(name, this.textAt(from, region.position));
  }

  private textAt(start: number, end: number): string {
    return Buffer.from(this.writer.memory.bytes.buffer, start, end - start).toString("utf8");
  }
}
