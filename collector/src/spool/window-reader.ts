import type { DiskFile } from "./disk.ts";

const WINDOW_BYTES = 1 << 20;

/**
 * Reads a file through one fixed buffer, so that many small frames cost one read and a large frame costs no
 * memory. What it returns is valid until the next call.
 */
export class WindowReader {
  readonly #file: DiskFile;
  readonly #window: Buffer;
  #start = 0;
  #length = 0;

  constructor(file: DiskFile, windowBytes: number = WINDOW_BYTES) {
    this.#file = file;
    this.#window = Buffer.allocUnsafe(windowBytes);
  }

  /**
   * @param lengthBytes anything; at most the window's size is returned at once
   * @returns at least 1 and at most `lengthBytes` bytes from `position`; empty only at the end of the file
   */
  async some(position: number, lengthBytes: number): Promise<Buffer> {
    if (position < this.#start || position >= this.#start + this.#length) {
      await this.#fill(position);
    }
    const from = position - this.#start;
    return this.#window.subarray(from, Math.min(from + lengthBytes, this.#length));
  }

  /** @returns exactly `lengthBytes` (at most the window's size), or what is left at the end of the file */
  async exactly(position: number, lengthBytes: number): Promise<Buffer> {
    const bytes = await this.some(position, lengthBytes);
    if (bytes.length === lengthBytes) return bytes;
    await this.#fill(position);
    return this.#window.subarray(0, Math.min(lengthBytes, this.#length));
  }

  async #fill(position: number): Promise<void> {
    this.#start = position;
    this.#length = 0;
    while (this.#length < this.#window.length) {
      const target = this.#window.subarray(this.#length);
      const count = await this.#file.read(target, position + this.#length);
      if (count === 0) return;
      this.#length += count;
    }
  }
}
