/**
 * A segment id is 16 bytes, written as 32 hex digits: 8 bytes of microseconds since 1970, then 8 random bytes.
 * The first half makes ids ascend (never twice, even when the clock steps back); the second makes ids of two
 * collectors, and of two lives of one file, differ.
 */
import type { Clock } from "../clock.ts";

export interface SegmentIds {
  next(): string;
}

export interface SegmentIdSources {
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  /** The largest id ever seen on disk; new ids are larger. */
  readonly after: string | undefined;
}

const ID_PATTERN = /^[0-9a-f]{32}$/;

export function isSegmentId(text: string): boolean {
  return ID_PATTERN.test(text);
}

export function createSegmentIds(sources: SegmentIdSources): SegmentIds {
  let last = sources.after === undefined ? 0n : BigInt(`0x${sources.after.slice(0, 16)}`);
  return {
    next() {
      const now = BigInt(Math.trunc(sources.clock.unixMs())) * 1000n;
      last = now > last ? now : last + 1n;
      const random = Buffer.from(sources.randomBytes(8)).toString("hex");
      return last.toString(16).padStart(16, "0") + random;
    },
  };
}
