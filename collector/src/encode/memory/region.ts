import type { Memory } from "../../otlp/wire/memory.ts";

const BYTES_MIN = 256;
const HINT_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Bytes of one column that grow at their end. When the room is used up the region moves to a larger one; the hole
 * it leaves is given back with everything else when the batch is done.
 */
export class Region {
  readonly memory: Memory;
  /** Offset of the first byte, and where the next one goes. */
  start = 0;
  position = 0;
  private limit = 0;
  /** What was needed last time, so that a steady load grows nothing. */
  private hintBytes = BYTES_MIN;
  private markedBytes = 0;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  get usedBytes(): number {
    return this.position - this.start;
  }

  /** Makes room for sizeBytes more at `position`. May replace `memory.bytes` and move the region. */
  reserve(sizeBytes: number): void {
    if (sizeBytes > this.limit - this.position) this.grow(sizeBytes);
  }

  mark(): void {
    this.markedBytes = this.usedBytes;
  }

  rollback(): void {
    this.position = this.start + this.markedBytes;
  }

  /** Forgets the bytes and the room: the memory was taken back. */
  reset(): void {
    const usedBytes = this.usedBytes;
    this.hintBytes = Math.min(Math.max(usedBytes + (usedBytes >> 2), BYTES_MIN), HINT_BYTES_MAX);
    this.start = this.position = this.limit = this.markedBytes = 0;
  }

  private grow(sizeBytes: number): void {
    const { usedBytes } = this;
    const capacity = Math.max(2 * (this.limit - this.start), usedBytes + sizeBytes, this.hintBytes);
    const start = this.memory.allocate(capacity);
    if (usedBytes > 0) this.memory.bytes.copyWithin(start, this.start, this.position);
    this.start = start;
    this.position = start + usedBytes;
    this.limit = start + capacity;
  }
}
