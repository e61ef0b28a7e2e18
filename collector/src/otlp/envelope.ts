/* oxlint-disable typescript/no-non-null-assertion -- an index past the end is caught by the bounds check of the message, not per byte */
import { AttributeList } from "./attribute-list.ts";
import type { Rejection, ScanLimits } from "./rejection.ts";
import type { Merger } from "./wire/merger.ts";
import type { WireReader } from "./wire/reader.ts";

/** What the records of one ResourceLogs, ResourceSpans or ResourceMetrics have in common. */
export class ResourceFields {
  /** Another number for every resource of every request; tells a block that a new run of rows begins. */
  serial = 0;
  droppedAttributesCount = 0;
  /** The AnyValue of `service.name`; empty when there is none. */
  serviceNameStart = 0;
  serviceNameEnd = 0;
  schemaUrlStart = 0;
  schemaUrlEnd = 0;
  readonly attributes: AttributeList;
  rejection: Rejection | undefined = undefined;

  constructor(attributes: AttributeList) {
    this.attributes = attributes;
  }
}

/** What the records of one ScopeLogs, ScopeSpans or ScopeMetrics have in common. */
export class ScopeFields {
  serial = 0;
  nameStart = 0;
  nameEnd = 0;
  versionStart = 0;
  versionEnd = 0;
  droppedAttributesCount = 0;
  schemaUrlStart = 0;
  schemaUrlEnd = 0;
  readonly attributes: AttributeList;
  rejection: Rejection | undefined = undefined;

  constructor(attributes: AttributeList) {
    this.attributes = attributes;
  }
}

/** Told of every LogRecord, Span or Metric, after the resource and scope it belongs to are known. */
export interface RecordScanner {
  scan(start: number, end: number): void;
}

const SERVICE_NAME = new TextEncoder().encode("service.name");

/**
 * The part of an export request that is the same for all three signals, tags included:
 *
 *   Export…ServiceRequest   resource_x = 1 (repeated)
 *   ResourceX               resource = 1, scope_x = 2 (repeated), schema_url = 3
 *   ScopeX                  scope = 1, records = 2 (repeated), schema_url = 3
 *
 * Fields may come in any order: a resource after its scopes is legal, and `schema_url` always comes last. So each
 * message is walked twice, first for what its records share, then for the records; the first walk only steps from
 * length to length.
 */
export class EnvelopeScanner {
  readonly resource: ResourceFields;
  readonly scope: ScopeFields;
  private readonly reader: WireReader;
  private readonly merger: Merger;
  private readonly limits: ScanLimits;
  private sharedStart = 0;
  private sharedEnd = 0;
  private schemaUrlStart = 0;
  private schemaUrlEnd = 0;

  constructor(reader: WireReader, merger: Merger, limits: ScanLimits) {
    this.reader = reader;
    this.merger = merger;
    this.limits = limits;
    this.resource = new ResourceFields(new AttributeList(reader, merger, limits));
    this.scope = new ScopeFields(new AttributeList(reader, merger, limits));
  }

  /** Scans the request at [start, end). */
  scan(start: number, end: number, records: RecordScanner): void {
    this.forEachRepeated(0x0a, start, end, (from, to) => this.scanResource(from, to, records));
  }

  private scanResource(start: number, end: number, records: RecordScanner): void {
    this.findShared(start, end);
    const { resource } = this;
    resource.schemaUrlStart = this.schemaUrlStart;
    resource.schemaUrlEnd = this.schemaUrlEnd;
    this.readResource(this.sharedStart, this.sharedEnd);
    this.forEachRepeated(0x12, start, end, (from, to) => {
      this.findShared(from, to);
      this.scope.schemaUrlStart = this.schemaUrlStart;
      this.scope.schemaUrlEnd = this.schemaUrlEnd;
      this.readScope(this.sharedStart, this.sharedEnd);
      this.forEachRepeated(0x12, from, to, (first, last) => records.scan(first, last));
    });
  }

  /** The first walk: finds field 1, joined where it was sent in pieces, and `schema_url`. */
  private findShared(start: number, end: number): void {
    const { reader, merger } = this;
    const { bytes } = reader.memory;
    this.sharedStart = this.sharedEnd = this.schemaUrlStart = this.schemaUrlEnd = start;
    let p = start;
    while (p < end) {
      let tag = bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x12: // scope_x or records = 2
          reader.payload(p, end);
          p = reader.position;
          break;
        case 0x0a: {
          // resource or scope = 1
          const from = reader.payload(p, end);
          p = reader.position;
          merger.join({ start: this.sharedStart, end: this.sharedEnd }, { start: from, end: p });
          this.sharedStart = merger.start;
          this.sharedEnd = merger.end;
          break;
        }
        case 0x1a: // schema_url = 3
          this.schemaUrlStart = reader.payload(p, end);
          p = this.schemaUrlEnd = reader.position;
          break;
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
  }

  // oxlint-disable-next-line max-params -- the wanted tag, the message and what to do; an object would say no more
  private forEachRepeated(
    wanted: number,
    start: number,
    end: number,
    visit: (start: number, end: number) => void,
  ): void {
    const { reader } = this;
    let p = start;
    while (p < end) {
      let tag = reader.memory.bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      if (tag === wanted) {
        const from = reader.payload(p, end);
        p = reader.position;
        visit(from, p);
      } else {
        p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
  }

  private readResource(start: number, end: number): void {
    const { reader, resource } = this;
    resource.serial++;
    resource.droppedAttributesCount = 0;
    resource.attributes.clear();
    let p = start;
    while (p < end) {
      let tag = reader.memory.bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x0a: {
          // attributes = 1
          const from = reader.payload(p, end);
          p = reader.position;
          resource.attributes.add(from, p);
          break;
        }
        case 0x10: // dropped_attributes_count = 2
          p = reader.varint64(p);
          resource.droppedAttributesCount = reader.low;
          break;
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
    this.findServiceName();
    resource.rejection =
      resource.attributes.rejection ??
      (resource.schemaUrlEnd - resource.schemaUrlStart > this.limits.valueBytesMax
        ? "text_limit"
        : undefined);
  }

  /** Finds `service.name` again: after the scan, and after the attributes of the resource were changed. */
  findServiceName(): void {
    const { resource } = this;
    const { entries, count } = resource.attributes;
    resource.serviceNameStart = resource.serviceNameEnd = 0;
    for (let at = 0; at < count * 4; at += 4) {
      if (entries[at + 1] !== SERVICE_NAME.length) continue;
      if (!this.equals(entries[at]!, SERVICE_NAME)) continue;
      resource.serviceNameStart = entries[at + 2]!;
      resource.serviceNameEnd = entries[at + 3]!;
    }
  }

  private equals(start: number, expected: Uint8Array): boolean {
    const { bytes } = this.reader.memory;
    for (let i = 0; i < expected.length; i++) {
      if (bytes[start + i] !== expected[i]) return false;
    }
    return true;
  }

  private readScope(start: number, end: number): void {
    const { reader, scope } = this;
    scope.serial++;
    scope.droppedAttributesCount = 0;
    scope.nameStart = scope.nameEnd = scope.versionStart = scope.versionEnd = start;
    scope.attributes.clear();
    let p = start;
    while (p < end) {
      let tag = reader.memory.bytes[p++]!;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      switch (tag) {
        case 0x0a: // name = 1
          scope.nameStart = reader.payload(p, end);
          p = scope.nameEnd = reader.position;
          break;
        case 0x12: // version = 2
          scope.versionStart = reader.payload(p, end);
          p = scope.versionEnd = reader.position;
          break;
        case 0x1a: {
          // attributes = 3
          const from = reader.payload(p, end);
          p = reader.position;
          scope.attributes.add(from, p);
          break;
        }
        case 0x20: // dropped_attributes_count = 4
          p = reader.varint64(p);
          scope.droppedAttributesCount = reader.low;
          break;
        default:
          p = reader.skip(tag, p, end);
      }
    }
    if (p !== end) reader.failTruncated(end);
    const longest = Math.max(
      scope.nameEnd - scope.nameStart,
      scope.versionEnd - scope.versionStart,
      scope.schemaUrlEnd - scope.schemaUrlStart,
    );
    scope.rejection =
      scope.attributes.rejection ??
      (longest > this.limits.valueBytesMax ? "text_limit" : undefined);
  }
}
