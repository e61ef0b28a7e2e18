import type { Signal } from "../contract.ts";
import { fieldsOf, isMessage, REQUEST_MESSAGES } from "./messages.ts";
import type { FieldType, MessageName } from "./messages.ts";
import { MalformedInput } from "./wire/malformed.ts";
import type { Memory } from "./wire/memory.ts";
import { WireReader } from "./wire/reader.ts";

/**
 * Names the field that lies at an offset of an export request, as `resource_logs[0].scope_logs[0].log_records[12].body`.
 * Walks the request again, by the tables of messages: the scan itself keeps no names. Slow, for error messages.
 * @param offset bytes from the start of the request; where the bytes make no sense any more, the last field that did
 */
export function locateField(signal: Signal, request: Uint8Array, offset: number): string {
  const bytes = new Uint8Array(request.length + 16);
  bytes.set(request);
  const walk = new FieldWalk(new WireReader(readOnlyMemory(bytes)), offset);
  return (
    walk.find({ message: REQUEST_MESSAGES[signal], start: 0, end: request.length }) || "request"
  );
}

function readOnlyMemory(bytes: Uint8Array<ArrayBuffer>): Memory {
  const refuse = () => {
    throw new RangeError("nothing is allocated while a field is located");
  };
  return {
    bytes,
    view: new DataView(bytes.buffer),
    words: new Int32Array(0),
    allocate: refuse,
    allocateWhileRead: refuse,
  };
}

interface Scope {
  readonly message: MessageName;
  readonly start: number;
  readonly end: number;
}

class FieldWalk {
  private readonly reader: WireReader;
  private readonly offset: number;

  constructor(reader: WireReader, offset: number) {
    this.reader = reader;
    this.offset = offset;
  }

  /** @returns the path inside the message, '' if the offset is the message itself */
  find(scope: Scope): string {
    const counts = new Map<number, number>();
    let p = scope.start;
    while (p < scope.end) {
      const start = p;
      const step = this.step(p, scope.end);
      const index = counts.get(step.number) ?? 0;
      counts.set(step.number, index + 1);
      const isHere = step.broken || (this.offset > start && this.offset <= step.end);
      if (isHere) return this.describe(scope.message, { ...step, index });
      p = step.end;
    }
    return "";
  }

  private describe(
    message: MessageName,
    step: { number: number; index: number; payload: number; end: number; broken: boolean },
  ): string {
    const field = fieldsOf(message).find((candidate) => candidate.number === step.number);
    if (field === undefined) return `field ${step.number}`;
    const name = field.repeated ? `${field.name}[${step.index}]` : field.name;
    if (step.broken || !isMessage(field.type)) return name;
    const rest = this.findInside(field.type, step.payload, step.end);
    return rest === "" ? name : `${name}.${rest}`;
  }

  private findInside(type: FieldType, start: number, end: number): string {
    return isMessage(type) && this.offset > start ? this.find({ message: type, start, end }) : "";
  }

  private step(
    p: number,
    end: number,
  ): { number: number; payload: number; end: number; broken: boolean } {
    let number = 0;
    try {
      const { reader } = this;
      let tag = reader.memory.bytes[p++] ?? 0;
      if (tag > 127) {
        tag = reader.tagRest(p, tag);
        p = reader.position;
      }
      number = tag >>> 3;
      if ((tag & 7) !== 2)
        return { number, payload: p, end: reader.skip(tag, p, end), broken: false };
      const payload = reader.payload(p, end);
      return { number, payload, end: reader.position, broken: false };
    } catch (error) {
      if (!(error instanceof MalformedInput)) throw error;
      return { number, payload: p, end, broken: true };
    }
  }
}
