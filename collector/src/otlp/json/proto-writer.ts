const SIZE_MIN = 1024;

/** More was written than a {@link ProtoWriter} may hold. */
export class ProtoTooLarge extends Error {
  override readonly name = "ProtoTooLarge";
}

/** Writes protobuf's wire format into memory that grows, up to a bound. */
export class ProtoWriter {
  private readonly bytesMax: number;
  private bytes: Uint8Array<ArrayBuffer>;
  private view: DataView;
  private position = 0;

  /** @throws ProtoTooLarge from any write beyond `bytesMax` */
  constructor(sizeHintBytes: number, bytesMax = Number.POSITIVE_INFINITY) {
    this.bytesMax = bytesMax;
    this.bytes = new Uint8Array(Math.max(sizeHintBytes, SIZE_MIN));
    this.view = new DataView(this.bytes.buffer);
  }

  /** What was written, in memory that nothing else is in. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.position);
  }

  /** What was written is of no use. */
  discard(): void {
    this.bytes.buffer.transfer(0);
  }

  varintField(number: number, value: bigint): void {
    this.reserve(16);
    this.varint(number * 8);
    let rest = BigInt.asUintN(64, value);
    while (rest > 127n) {
      this.bytes[this.position++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.bytes[this.position++] = Number(rest);
  }

  fixed64Field(number: number, value: bigint): void {
    this.reserve(16);
    this.varint(number * 8 + 1);
    this.view.setBigUint64(this.position, BigInt.asUintN(64, value), true);
    this.position += 8;
  }

  doubleField(number: number, value: number): void {
    this.reserve(16);
    this.varint(number * 8 + 1);
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  fixed32Field(number: number, value: number): void {
    this.reserve(16);
    this.varint(number * 8 + 5);
    this.view.setUint32(this.position, value, true);
    this.position += 4;
  }

  bytesField(number: number, value: Uint8Array): void {
    this.reserve(16 + value.length);
    this.varint(number * 8 + 2);
    this.varint(value.length);
    this.bytes.set(value, this.position);
    this.position += value.length;
  }

  /** Writes a message whose content `write` writes. */
  messageField(number: number, write: () => void): void {
    this.reserve(16);
    this.varint(number * 8 + 2);
    const lengthAt = this.position++;
    write();
    const length = this.position - lengthAt - 1;
    const extra = varintBytes(length) - 1;
    if (extra > 0) {
      // Most messages are short: one byte was left for the length, and what is longer moves.
      this.reserve(extra);
      this.bytes.copyWithin(lengthAt + 1 + extra, lengthAt + 1, this.position);
    }
    this.position = lengthAt;
    this.varint(length);
    this.position += length;
  }

  private varint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.bytes[this.position++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.position++] = rest;
  }

  private reserve(sizeBytes: number): void {
    const needed = this.position + sizeBytes;
    if (needed <= this.bytes.length) return;
    if (needed > this.bytesMax) throw new ProtoTooLarge();
    const size = Math.min(this.bytes.length * 2, this.bytesMax);
    const grown = new Uint8Array(Math.max(size, needed));
    grown.set(this.bytes);
    // Now, and not when V8 next looks: it may be tens of megabytes.
    this.bytes.buffer.transfer(0);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 127; rest >>>= 7) bytes++;
  return bytes;
}
