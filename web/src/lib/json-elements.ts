/**
 * Reads a JSON object while it arrives: the elements of one of its arrays come out as soon as they are complete, the rest
 * of the object at the end. Parsing 50,000 spans at once would stop the page; this way each piece is quick, and the
 * network and the parser work at the same time.
 */
export interface ElementReader {
  /** @returns the elements that the bytes complete, parsed; at least `pieceBytes` of text at a time, the last piece less */
  readonly push: (bytes: Uint8Array) => Generator<readonly unknown[], void, undefined>;
  /** @returns the object without the elements: its array is empty */
  readonly end: () => unknown;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const PIECE_BYTES = 128_000;

/** Inside the object, its members are at depth 1; inside the array, its elements are at depth 2. */
const MEMBER_DEPTH = 1;
const ELEMENT_DEPTH = 2;

class Reader {
  readonly #name: string;
  readonly #pieceBytes: number;
  readonly #decoder = new TextDecoder();
  /** Bytes not given out yet. */
  #held = new Uint8Array();
  /** The next byte to look at, and where the elements not given out begin. */
  #at = 0;
  #elementsFrom = -1;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #stringFrom = 0;
  #lastString = "";
  /** What stands around the elements. */
  #around = "";
  #isPast = false;

  constructor(name: string, pieceBytes: number) {
    this.#name = name;
    this.#pieceBytes = pieceBytes;
  }

  *push(bytes: Uint8Array): Generator<readonly unknown[], void, undefined> {
    if (this.#isPast) {
      this.#around += this.#decoder.decode(bytes, { stream: true });
      return;
    }
    const joined = new Uint8Array(this.#held.length + bytes.length);
    joined.set(this.#held);
    joined.set(bytes, this.#held.length);
    this.#held = joined;
    while (this.#at < this.#held.length && !this.#isPast) {
      const piece = this.#step();
      if (piece !== undefined) yield piece;
    }
    if (!this.#isPast) return;
    this.#around += this.#decoder.decode(this.#held, { stream: true });
    this.#held = new Uint8Array();
  }

  end(): unknown {
    return JSON.parse(this.#around + this.#decoder.decode(this.#held));
  }

  /** Looks at bytes up to the next that means something. */
  #step(): readonly unknown[] | undefined {
    if (this.#inString) {
      this.#skipString();
      return undefined;
    }
    const byte = this.#held[this.#at++];
    switch (byte) {
      case QUOTE:
        this.#inString = true;
        this.#stringFrom = this.#at;
        return undefined;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#open(byte);
        return undefined;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        return this.#close();
      case COMMA:
        return this.#isAfterElement() && this.#at - this.#elementsFrom > this.#pieceBytes
          ? this.#take(this.#at - 1, this.#at)
          : undefined;
      default:
        return undefined;
    }
  }

  #skipString(): void {
    const held = this.#held;
    let at = this.#at;
    for (; this.#inString && at < held.length; at++) {
      const byte = held[at];
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
    }
    this.#at = at;
    if (!this.#inString && this.#depth === MEMBER_DEPTH)
      this.#lastString = this.#decoder.decode(held.subarray(this.#stringFrom, at - 1));
  }

  #open(byte: number): void {
    const isArray =
      byte === OPEN_BRACKET && this.#depth === MEMBER_DEPTH && this.#lastString === this.#name;
    this.#depth++;
    if (!isArray) return;
    this.#around += this.#decoder.decode(this.#held.subarray(0, this.#at));
    this.#forget(this.#at);
    this.#elementsFrom = 0;
  }

  #close(): readonly unknown[] | undefined {
    this.#depth--;
    if (this.#depth !== MEMBER_DEPTH || this.#elementsFrom < 0) return undefined;
    const piece = this.#take(this.#at - 1, this.#at - 1);
    this.#isPast = true;
    return piece;
  }

  #isAfterElement(): boolean {
    return this.#elementsFrom >= 0 && this.#depth === ELEMENT_DEPTH;
  }

  /** @returns the elements before `to`; what follows is kept from `keepFrom` on */
  #take(to: number, keepFrom: number): readonly unknown[] {
    const text = this.#decoder.decode(this.#held.subarray(0, to));
    this.#forget(keepFrom);
    const elements: unknown = JSON.parse(`[${text}]`);
    return Array.isArray(elements) ? elements : [];
  }

  #forget(bytes: number): void {
    this.#held = this.#held.subarray(bytes);
    this.#at -= bytes;
    this.#stringFrom -= bytes;
  }
}

/** @param name of the array among the object's members */
export function createElementReader(name: string, pieceBytes = PIECE_BYTES): ElementReader {
  const reader = new Reader(name, pieceBytes);
  return { push: (bytes) => reader.push(bytes), end: () => reader.end() };
}
