const LENGTH_MIN = 256;
const LENGTH_RETAINED = 1 << 18;

/** A growing list of unsigned 32-bit numbers; the numbers are not objects and the list is used again. */
export class NumberList {
  values = new Uint32Array(LENGTH_MIN);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) this.grow(1);
    this.values[this.length++] = value;
  }

  pushPair(first: number, second: number): void {
    if (this.length + 2 > this.values.length) this.grow(2);
    this.values[this.length] = first;
    this.values[this.length + 1] = second;
    this.length += 2;
  }

  /** Makes room for count more, so that the caller may write to `values` itself. */
  reserve(count: number): void {
    if (this.length + count > this.values.length) this.grow(count);
  }

  clear(): void {
    this.length = 0;
    if (this.values.length > LENGTH_RETAINED) this.values = new Uint32Array(LENGTH_MIN);
  }

  private grow(count: number): void {
    const grown = new Uint32Array(Math.max(this.values.length * 2, this.length + count));
    grown.set(this.values.subarray(0, this.length));
    this.values = grown;
  }
}
