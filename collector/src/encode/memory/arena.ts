import type { Memory } from "../../otlp/wire/memory.ts";

/** Readers may look this far past the end of what was allocated. */
const PADDING_BYTES = 64;
const BYTES_MAX = 2 ** 30;

/**
 * Memory handed out piece by piece and taken back all at once. It doubles when it is full, and what was handed out
 * keeps its offset. It is shrunk when it is taken back, so one large batch is not paid for ever.
 */
export class Arena implements Memory {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  words: Int32Array;
  private used = 0;
  /** What is still read, though it was replaced. */
  private outgrown: Uint8Array<ArrayBuffer>[] = [];
  private readonly retainedBytes: number;

  /** @param retainedBytes what may stay allocated between two batches; also the first size */
  constructor(retainedBytes: number) {
    this.retainedBytes = roundUp(retainedBytes + PADDING_BYTES);
    const buffer = new ArrayBuffer(this.retainedBytes);
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.words = new Int32Array(buffer);
  }

  get sizeBytes(): number {
    return this.bytes.length;
  }

  allocate(sizeBytes: number): number {
    const offset = this.allocateWhileRead(sizeBytes);
    if (this.outgrown.length > 0) this.giveBackOutgrown();
    return offset;
  }

  allocateWhileRead(sizeBytes: number): number {
    const offset = this.used;
    const used = offset + roundUp(sizeBytes);
    if (used + PADDING_BYTES > this.bytes.length) this.expand(used + PADDING_BYTES);
    this.used = used;
    return offset;
  }

  /**
   * So many bytes are likely to be asked for. Memory that is not touched costs nothing; memory that is outgrown is held twice
   * while it is copied.
   */
  foresee(sizeBytes: number): void {
    const wanted = Math.min(this.used + sizeBytes, BYTES_MAX);
    if (wanted <= this.bytes.length || wanted <= this.retainedBytes) return;
    this.expand(wanted);
    this.giveBackOutgrown();
  }

  /** Takes everything back: every offset handed out so far is void. */
  reset(): void {
    this.used = 0;
    this.giveBackOutgrown();
    if (this.bytes.length <= this.retainedBytes) return;
    const old = this.bytes;
    this.adopt(new ArrayBuffer(this.retainedBytes));
    giveBack(old);
  }

  private expand(neededBytes: number): void {
    if (neededBytes > BYTES_MAX) {
      throw new RangeError(`a batch needs ${neededBytes} bytes of memory, more than ${BYTES_MAX}`);
    }
    const sizeBytes = Math.min(Math.max(neededBytes, this.bytes.length * 2), BYTES_MAX);
    const old = this.bytes;
    this.adopt(new ArrayBuffer(roundUp(sizeBytes)));
    this.bytes.set(old.subarray(0, this.used));
    this.outgrown.push(old);
  }

  private giveBackOutgrown(): void {
    for (const old of this.outgrown) giveBack(old);
    this.outgrown.length = 0;
  }

  private adopt(buffer: ArrayBuffer): void {
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.words = new Int32Array(buffer);
  }
}

/** Now, and not when V8 next looks: it may be hundreds of megabytes. */
export function giveBack(bytes: Uint8Array<ArrayBuffer>): void {
  bytes.buffer.transfer(0);
}

function roundUp(sizeBytes: number): number {
  return (sizeBytes + 7) & ~7;
}
