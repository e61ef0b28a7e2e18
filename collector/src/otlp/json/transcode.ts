import type { Signal } from "../../contract.ts";
import { ENUM_VALUES, fieldsOf, isEnum, isMessage, REQUEST_MESSAGES } from "../messages.ts";
import type { EnumName, Field, MessageName, ScalarType } from "../messages.ts";
import { InvalidJson, lineAndColumn } from "./invalid-json.ts";
import { JsonReader } from "./json-reader.ts";
import { ProtoTooLarge, ProtoWriter } from "./proto-writer.ts";
import { base64Bytes, hexBytes, parseDouble, parseInteger } from "./scalars.ts";

export type Transcoded =
  /** In memory that nothing else is in. */
  | { readonly kind: "protobuf"; readonly body: Uint8Array<ArrayBuffer> }
  /** Names the field, what was expected and what was found, with line and column. */
  | { readonly kind: "invalid"; readonly message: string }
  /** It would have more bytes than were allowed: numbers of one digit become eight bytes. */
  | { readonly kind: "too_large" };

/**
 * Turns an export request in OTLP's JSON form into the protobuf form, so that one scanner reads both. The JSON form is
 * protobuf's canonical one except that ids are hexadecimal. Accepted beyond it: field names as in the .proto files,
 * enums by name, 64-bit integers as JSON numbers with all their digits. Keys nobody knows are passed over.
 * @param bytesMax of the protobuf form
 */
export function transcodeJson(signal: Signal, text: Uint8Array, bytesMax?: number): Transcoded {
  const transcoder = new Transcoder(text, bytesMax);
  try {
    return { kind: "protobuf", body: transcoder.request(REQUEST_MESSAGES[signal]) };
  } catch (error) {
    transcoder.discard();
    if (error instanceof ProtoTooLarge) return { kind: "too_large" };
    if (!(error instanceof InvalidJson)) throw error;
    const where = transcoder.path() || "request";
    const place = lineAndColumn(text, error.offset);
    return { kind: "invalid", message: `${where}: ${error.message} (${place})` };
  }
}

class Transcoder {
  private readonly reader: JsonReader;
  private readonly writer: ProtoWriter;
  /** Keys and indexes that lead to the value being read. */
  private readonly steps: (string | number)[] = [];

  constructor(text: Uint8Array, bytesMax: number | undefined) {
    this.reader = new JsonReader(text);
    this.writer = new ProtoWriter(text.length, bytesMax);
  }

  request(message: MessageName): Uint8Array<ArrayBuffer> {
    this.expectKind("object", `an object, ${message}`);
    this.message(message);
    this.reader.end();
    return this.writer.finish();
  }

  discard(): void {
    this.writer.discard();
  }

  path(): string {
    return this.steps
      .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
      .join("")
      .slice(1);
  }

  private message(message: MessageName): void {
    const fields = jsonFieldsOf(message);
    this.reader.object((key) => {
      const field = fields.get(key);
      if (field === undefined) {
        this.reader.skip();
        return;
      }
      this.steps.push(key);
      if (this.reader.peek() === "null") this.reader.null();
      else if (field.repeated) this.repeated(field);
      else this.value(field);
      this.steps.pop();
    });
  }

  private repeated(field: Field): void {
    this.expectKind("array", "an array");
    this.reader.array((index) => {
      this.steps.push(index);
      this.value(field);
      this.steps.pop();
    });
  }

  private value(field: Field): void {
    const { type, number } = field;
    if (isMessage(type)) {
      // An item of a list may be null: then it is there, and empty.
      const isNull = this.reader.peek() === "null";
      if (!isNull) this.expectKind("object", `an object, ${type}`);
      this.writer.messageField(number, () => (isNull ? this.reader.null() : this.message(type)));
    } else if (isEnum(type)) {
      this.writer.varintField(number, this.enumValue(type));
    } else {
      this.scalar(number, type);
    }
  }

  // oxlint-disable-next-line complexity -- one case per type of protobuf that OTLP uses
  private scalar(number: number, type: ScalarType): void {
    const { writer } = this;
    switch (type) {
      case "string":
        this.expectKind("string", "a string");
        return writer.bytesField(number, this.reader.string());
      case "bytes":
        return writer.bytesField(number, this.text("base64 in a string", base64Bytes));
      case "id":
        return writer.bytesField(number, this.text("hexadecimal digits in a string", hexBytes));
      case "bool":
        this.expectKind("boolean", "true or false");
        return writer.varintField(number, this.reader.boolean() ? 1n : 0n);
      case "uint32":
        return writer.varintField(number, this.integer(0n, 2n ** 32n - 1n));
      case "int64":
        return writer.varintField(number, this.integer(-(2n ** 63n), 2n ** 63n - 1n));
      case "uint64":
        return writer.varintField(number, this.integer(0n, 2n ** 64n - 1n));
      case "sint32": {
        const value = this.integer(-(2n ** 31n), 2n ** 31n - 1n);
        return writer.varintField(number, value < 0n ? -2n * value - 1n : 2n * value);
      }
      case "fixed32":
        return writer.fixed32Field(number, Number(this.integer(0n, 2n ** 32n - 1n)));
      case "fixed64":
        return writer.fixed64Field(number, this.integer(0n, 2n ** 64n - 1n));
      case "sfixed64":
        return writer.fixed64Field(number, this.integer(-(2n ** 63n), 2n ** 63n - 1n));
      case "double":
        return writer.doubleField(number, this.double());
    }
  }

  private text(expected: string, parse: (text: Uint8Array) => Uint8Array | undefined): Uint8Array {
    const { offset } = this.reader;
    this.expectKind("string", expected);
    const found = this.reader.found();
    const bytes = parse(this.reader.string());
    return bytes ?? this.reader.fail(`expected ${expected}, found ${found}`, offset);
  }

  /** A number or a string of digits, half-closed on both sides: min <= value <= max. */
  private integer(min: bigint, max: bigint): bigint {
    const { offset } = this.reader;
    const found = this.reader.found();
    const value = parseInteger(this.numberText());
    if (value === undefined || value < min || value > max) {
      this.reader.fail(`expected an integer from ${min} to ${max}, found ${found}`, offset);
    }
    return value;
  }

  private double(): number {
    const { offset } = this.reader;
    const found = this.reader.found();
    const value = parseDouble(this.numberText());
    return value ?? this.reader.fail(`expected a number, found ${found}`, offset);
  }

  private enumValue(name: EnumName): bigint {
    const { offset } = this.reader;
    const found = this.reader.found();
    const text = this.numberText();
    const index = ENUM_VALUES[name].indexOf(text);
    const value = index >= 0 ? BigInt(index) : parseInteger(text);
    if (value === undefined || value < -(2n ** 31n) || value >= 2n ** 31n) {
      this.reader.fail(`expected a number or name of ${name}, found ${found}`, offset);
    }
    return value;
  }

  /** @returns the text of a number, or of a string that should be one; '' for anything else */
  private numberText(): string {
    switch (this.reader.peek()) {
      case "number":
        return this.reader.number();
      case "string":
        return Buffer.from(this.reader.string()).toString("utf8");
      default:
        return "";
    }
  }

  private expectKind(kind: "object" | "array" | "string" | "boolean", expected: string): void {
    const found = this.reader.peek();
    if (found !== kind) this.reader.fail(`expected ${expected}, found ${this.reader.found()}`);
  }
}

const tables = new Map<MessageName, ReadonlyMap<string, Field>>();

/** The fields of a message by their JSON names, and by their names in the .proto file. */
function jsonFieldsOf(message: MessageName): ReadonlyMap<string, Field> {
  let table = tables.get(message);
  if (table === undefined) {
    table = new Map(
      fieldsOf(message).flatMap((field) => [
        [camelCase(field.name), field],
        [field.name, field],
      ]),
    );
    tables.set(message, table);
  }
  return table;
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
