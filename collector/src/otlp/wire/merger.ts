import type { Memory } from "./memory.ts";
import { MalformedInput } from "./malformed.ts";

/** Joined bytes per request: this many times its size, and never less than the second figure. */
const BUDGET_FACTOR = 4;
const BUDGET_BYTES_MIN = 65_536;

/**
 * Protobuf lets a sub-message be sent in pieces: what arrives of a singular field is merged, and the encoding of
 * the merged message is the pieces one after the other. No encoder does this; a proxy that concatenates may.
 * So the pieces are copied together, and the rest of the scan sees one message.
 */
export class Merger {
  /** Where the last join lies. */
  start = 0;
  end = 0;
  /** Where in the request the last joined piece was: what an error inside joined bytes points at. */
  origin = 0;
  /** True if something of the request lies elsewhere now. */
  hasJoined = false;
  private readonly memory: Memory;
  private requestStart = 0;
  private requestEnd = 0;
  private budgetBytes = 0;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  begin(requestStart: number, requestEnd: number): void {
    this.requestStart = requestStart;
    this.requestEnd = requestEnd;
    this.hasJoined = false;
    this.budgetBytes = Math.max(BUDGET_FACTOR * (requestEnd - requestStart), BUDGET_BYTES_MIN);
  }

  /** Joins the pieces first and second; the result is in `start` and `end`. */
  join(
    first: { readonly start: number; readonly end: number },
    second: { readonly start: number; readonly end: number },
  ): void {
    if (this.holds(second.start)) this.origin = second.start;
    const firstLength = first.end - first.start;
    const secondLength = second.end - second.start;
    if (firstLength === 0 || secondLength === 0) {
      const only = firstLength === 0 ? second : first;
      this.start = only.start;
      this.end = only.end;
      return;
    }
    const length = firstLength + secondLength;
    this.budgetBytes -= length;
    if (this.budgetBytes < 0) {
      throw new MalformedInput(this.origin, "more messages sent in pieces than can be joined");
    }
    this.hasJoined = true;
    const start = this.memory.allocateWhileRead(length + 16);
    this.memory.bytes.copyWithin(start, first.start, first.end);
    this.memory.bytes.copyWithin(start + firstLength, second.start, second.end);
    this.start = start;
    this.end = start + length;
  }

  /** @returns the offset itself where it lies in the request, else the place that was joined last */
  originOf(offset: number): number {
    return this.holds(offset) ? offset : this.origin;
  }

  private holds(offset: number): boolean {
    return offset >= this.requestStart && offset <= this.requestEnd;
  }
}
