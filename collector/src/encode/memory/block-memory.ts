/** What small blocks take is not worth a search. */
const SMALL_BYTES = 64 * 1024;
/** A block does not lie in memory that is more times its size. */
const WASTE_MAX = 4;
/** Beyond what was asked for, so that the next block, a little larger, fits too. */
const SLACK = 1 / 8;
const PAGE_BYTES = 4096;

/**
 * Memory for blocks, which come by the megabyte and die in order. New memory for each costs a tenth of what encoding does:
 * pages to be cleared, and collections that V8 begins because of its size. So it goes around: from the encoder with a block
 * to the spool, and back when the block is stored.
 */
export class BlockMemory {
  private readonly retainedBytes: number;
  private spare: ArrayBuffer[] = [];
  private spareBytes = 0;

  /** @param retainedBytes how much may lie here unused */
  constructor(retainedBytes: number) {
    this.retainedBytes = retainedBytes;
  }

  /** @returns so many bytes, not cleared, at the beginning of memory that nothing else is in */
  take(sizeBytes: number): Uint8Array<ArrayBuffer> {
    const largest = Math.max(sizeBytes * WASTE_MAX, SMALL_BYTES);
    let best: ArrayBuffer | undefined;
    for (const memory of this.spare) {
      const { byteLength } = memory;
      if (byteLength < sizeBytes || byteLength > largest) continue;
      if (best === undefined || byteLength < best.byteLength) best = memory;
    }
    if (best !== undefined) {
      this.spare.splice(this.spare.indexOf(best), 1);
      this.spareBytes -= best.byteLength;
      return new Uint8Array(best, 0, sizeBytes);
    }
    const capacity = Math.ceil((sizeBytes * (1 + SLACK)) / PAGE_BYTES) * PAGE_BYTES;
    // Not filled with zeros first: every byte is written.
    return new Uint8Array(Buffer.allocUnsafeSlow(capacity).buffer, 0, sizeBytes);
  }

  /** Of a block that nobody will read again. What does not fit here is given back to the system, the oldest first. */
  giveBack(memory: ArrayBuffer): void {
    if (memory.byteLength === 0) return;
    this.spare.push(memory);
    this.spareBytes += memory.byteLength;
    while (this.spareBytes > this.retainedBytes) {
      const oldest = this.spare.shift();
      if (oldest === undefined) return;
      this.spareBytes -= oldest.byteLength;
      oldest.transfer(0);
    }
  }

  /** All that lies here, for somebody else to give back. */
  takeAll(): ArrayBuffer[] {
    const all = this.spare;
    this.spare = [];
    this.spareBytes = 0;
    return all;
  }
}
