/** Zipkin's JSON: a list of spans. Keys nobody knows are passed over; what is no list, text or number of its field is refused by name. */
import { InvalidJson, lineAndColumn } from "../json/invalid-json.ts";
import { JsonReader } from "../json/json-reader.ts";
import { hexBytes, parseInteger } from "../json/scalars.ts";
import {
  emptyEndpoint,
  emptySpan,
  MICROS_MAX,
  ZIPKIN_KINDS,
  type ZipkinAnnotation,
  type ZipkinEndpoint,
  type ZipkinKind,
  type ZipkinSpan,
} from "./zipkin-span.ts";

const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;
const PORT_MAX = 65_535n;

/**
 * Calls `take` with each span, in the order of the list.
 * @returns undefined when the whole text was read, else what is wrong with which field, and where
 */
export function readZipkinJson(
  text: Uint8Array,
  take: (span: ZipkinSpan) => void,
): string | undefined {
  const reader = new SpanListReader(text);
  try {
    reader.list(take);
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidJson)) throw error;
    const place = lineAndColumn(text, error.offset);
    return `${reader.path() || "request"}: ${error.message} (${place})`;
  }
}

class SpanListReader {
  private readonly reader: JsonReader;
  /** Keys and indexes that lead to the value being read. */
  private readonly steps: (string | number)[] = [];

  constructor(text: Uint8Array) {
    this.reader = new JsonReader(text);
  }

  /** Of the value that was being read: `[3].localEndpoint.port`. */
  path(): string {
    return this.steps
      .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
      .join("")
      .replace(/^\./, "");
  }

  list(take: (span: ZipkinSpan) => void): void {
    this.each(() => take(this.span()), "a list of spans");
    this.reader.end();
  }

  private span(): ZipkinSpan {
    const span = emptySpan();
    this.fields("an object, a span", (key) => this.spanField(span, key));
    if (span.traceId.length === 0) this.missing("traceId");
    if (span.id.length === 0) this.missing("id");
    return span;
  }

  // oxlint-disable-next-line complexity -- one case per field of a span
  private spanField(span: ZipkinSpan, key: string): void {
    switch (key) {
      case "traceId":
        span.traceId = this.id(TRACE_ID_DIGITS);
        return;
      case "id":
        span.id = this.id(SPAN_ID_DIGITS);
        return;
      case "parentId":
        span.parentId = this.id(SPAN_ID_DIGITS);
        return;
      case "kind":
        span.kind = this.kind();
        return;
      case "name":
        span.name = this.text();
        return;
      case "timestamp":
        span.timestampMicros = this.integer(MICROS_MAX);
        return;
      case "duration":
        span.durationMicros = this.integer(MICROS_MAX);
        return;
      case "localEndpoint":
        span.local = this.endpoint();
        return;
      case "remoteEndpoint":
        span.remote = this.endpoint();
        return;
      case "annotations":
        this.each(() => span.annotations.push(this.annotation()), "a list of annotations");
        return;
      case "tags":
        this.fields("an object, the tags", (tag) => span.tags.set(tag, this.scalar()));
        return;
      case "debug":
        span.debug = this.flag();
        return;
      case "shared":
        span.shared = this.flag();
        return;
      default:
        this.reader.skip();
    }
  }

  private endpoint(): ZipkinEndpoint {
    const endpoint = emptyEndpoint();
    this.fields("an object, an endpoint", (key) => {
      if (key === "serviceName" || key === "ipv4" || key === "ipv6") endpoint[key] = this.text();
      else if (key === "port") endpoint.port = Number(this.integer(PORT_MAX));
      else this.reader.skip();
    });
    return endpoint;
  }

  private annotation(): ZipkinAnnotation {
    let timestampMicros = 0n;
    let value = "";
    this.fields("an object, an annotation", (key) => {
      if (key === "timestamp") timestampMicros = this.integer(MICROS_MAX);
      else if (key === "value") value = this.text();
      else this.reader.skip();
    });
    return { timestampMicros, value };
  }

  /** Reads an object; a field that is null is as if it were not there. */
  private fields(expected: string, field: (key: string) => void): void {
    this.expectKind("object", expected);
    this.reader.object((key) => {
      this.steps.push(key);
      if (this.reader.peek() === "null") this.reader.null();
      else field(key);
      this.steps.pop();
    });
  }

  private each(item: () => void, expected: string): void {
    this.expectKind("array", expected);
    this.reader.array((index) => {
      this.steps.push(index);
      item();
      this.steps.pop();
    });
  }

  /** @returns half as many bytes as digits, zeros on the left of an id that is shorter */
  private id(digits: number): Uint8Array {
    const expected = `1 to ${digits} hexadecimal digits in a string`;
    const { offset } = this.reader;
    this.expectKind("string", expected);
    const found = this.reader.found();
    const text = Buffer.from(this.reader.string()).toString("latin1");
    const bytes =
      text === "" || text.length > digits
        ? undefined
        : hexBytes(Buffer.from(text.padStart(digits, "0")));
    return bytes ?? this.reader.fail(`expected ${expected}, found ${found}`, offset);
  }

  private kind(): ZipkinKind {
    const { offset } = this.reader;
    const found = this.reader.found();
    const text = this.text();
    const kind = ZIPKIN_KINDS.find((each) => each === text);
    return kind ?? this.reader.fail(`expected ${ZIPKIN_KINDS.join(", ")}, found ${found}`, offset);
  }

  private text(): string {
    this.expectKind("string", "a string");
    return Buffer.from(this.reader.string()).toString("utf8");
  }

  /** Tags are texts; senders that write numbers and booleans mean their text. */
  private scalar(): string {
    const kind = this.reader.peek();
    if (kind === "number") return this.reader.number();
    if (kind === "boolean") return String(this.reader.boolean());
    return this.text();
  }

  /** A number, or a string of digits. */
  private integer(max: bigint): bigint {
    const { offset } = this.reader;
    const found = this.reader.found();
    const kind = this.reader.peek();
    const text = kind === "number" ? this.reader.number() : kind === "string" ? this.text() : "";
    const value = parseInteger(text);
    if (value === undefined || value < 0n || value > max) {
      this.reader.fail(`expected an integer from 0 to ${max}, found ${found}`, offset);
    }
    return value;
  }

  private flag(): boolean {
    if (this.reader.peek() !== "boolean") {
      this.reader.fail(`expected true or false, found ${this.reader.found()}`);
    }
    return this.reader.boolean();
  }

  private missing(field: string): never {
    this.steps.push(field);
    return this.reader.fail("is missing; every span has one");
  }

  private expectKind(kind: "object" | "array" | "string", expected: string): void {
    if (this.reader.peek() !== kind) {
      this.reader.fail(`expected ${expected}, found ${this.reader.found()}`);
    }
  }
}
