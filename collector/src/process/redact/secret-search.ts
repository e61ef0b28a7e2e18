/* oxlint-disable typescript/no-non-null-assertion -- indexes are below the count of what was found */
/**
 * Tells records that have no secret at the price of a look at 32 bytes at a time: WebAssembly, because JavaScript has no
 * such instructions. It needs no fields: it looks through a request as it was sent, ids, keys and lengths included,
 * and what it finds there by chance costs a closer look.
 */
import type { Memory } from "../../otlp/wire/memory.ts";
import type { Detector } from "../rule-set.ts";
import { literalTables, SEARCHED_DETECTORS } from "./literal-sets.ts";
import { SECRET_SEARCH_MODULE } from "./secret-search-module.ts";

/** So much is copied and looked through at once: it stays in a core's cache. */
const PIECE_BYTES = 64 * 1024;
const CHUNK_BYTES = 32;
/** Before a piece: where a key before a `=` is looked for, and the beginning of what ends in the piece. */
const BEFORE_BYTES = 64;
/** Behind it: what is left of its last chunk, and how an int goes on. */
const BEHIND_BYTES = 64;

/** As `secret-search.wat` has it. */
const KEY_ENDS_AT = 1024;
const BYTES_AT = 8192;
const PIECE_AT = BYTES_AT + BEFORE_BYTES;
const FOUND_AT = PIECE_AT + PIECE_BYTES + BEHIND_BYTES;
/** The longest way back over blank, quote, backslash and four letters. */
const FLOOR_AT = BYTES_AT + 8;

/** What is used of it: TypeScript has its types with those of browsers only. */
declare global {
  namespace WebAssembly {
    interface Memory {
      readonly buffer: ArrayBuffer;
    }
    class Module {
      constructor(bytes: Uint8Array);
    }
    class Instance {
      constructor(module: Module);
      readonly exports: Readonly<Record<string, unknown>>;
    }
  }
}

interface SearchExports {
  readonly memory: WebAssembly.Memory;
  // oxlint-disable-next-line max-params -- WebAssembly takes numbers
  readonly search: (from: number, end: number, floor: number, into: number) => number;
}

export interface SecretSearchOptions {
  readonly detectors: ReadonlySet<Detector>;
  /** 1 for each hash of the last four letters of a key of the rules; 4096 of them. */
  readonly keyEnds: Uint8Array;
}

/** @returns false of detectors for which each text must be looked at */
export function isSearchable(detectors: ReadonlySet<Detector>): boolean {
  return [...detectors].every((detector) => SEARCHED_DETECTORS.has(detector));
}

export class SecretSearch {
  private readonly memory: Memory;
  private readonly search: SearchExports["search"];
  private readonly bytes: Uint8Array;
  /** What was found in the piece looked through last, as places in its copy. */
  private readonly found: Uint32Array;
  private foundCount = 0;
  /** The first of them that is not behind what was asked. */
  private next = 0;
  /** What is added to a place in the copy. */
  private copyOffset = 0;
  private requestStart = 0;
  private requestEnd = 0;
  /** The end of the piece looked through last. */
  private searchedTo = 0;
  /** Where the last record asked about begins. */
  private askedFrom = 0;

  constructor(memory: Memory, { detectors, keyEnds }: SecretSearchOptions) {
    this.memory = memory;
    const instance = new WebAssembly.Instance(searchModule());
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what secret-search.wat exports
    const exports = instance.exports as unknown as SearchExports;
    this.search = exports.search;
    this.bytes = new Uint8Array(exports.memory.buffer);
    this.found = new Uint32Array(exports.memory.buffer, FOUND_AT);
    this.bytes.set(literalTables(detectors), 0);
    this.bytes.set(keyEnds, KEY_ENDS_AT);
  }

  /** The records that follow lie in [start, end). */
  begin(start: number, end: number): void {
    this.requestStart = this.searchedTo = this.askedFrom = start;
    this.requestEnd = end;
    this.foundCount = this.next = 0;
  }

  /**
   * @returns false if no text and no number in [start, end) has anything that must be redacted. Records are asked about in the
   * order in which they lie; of others the answer is true
   */
  mayHold(start: number, end: number): boolean {
    if (start < this.askedFrom || end > this.requestEnd) return true;
    this.askedFrom = start;
    const { found } = this;
    for (;;) {
      const first = start - CHUNK_BYTES - this.copyOffset;
      while (this.next < this.foundCount && found[this.next]! <= first) this.next++;
      if (this.next < this.foundCount) return found[this.next]! + this.copyOffset < end;
      if (this.searchedTo >= end) return false;
      this.searchPiece();
    }
  }

  private searchPiece(): void {
    const start = this.searchedTo;
    const end = Math.min(start + PIECE_BYTES, this.requestEnd);
    const copyStart = Math.max(this.requestStart, start - BEFORE_BYTES);
    // Not what is left there of another request.
    this.bytes.fill(0, BYTES_AT, PIECE_AT - (start - copyStart));
    this.bytes.set(
      this.memory.bytes.subarray(copyStart, end + BEHIND_BYTES),
      PIECE_AT - (start - copyStart),
    );
    this.copyOffset = start - PIECE_AT;
    this.next = 0;
    // From one chunk before, where what ends in this piece may begin.
    this.foundCount = this.search(
      PIECE_AT - CHUNK_BYTES,
      PIECE_AT + (end - start),
      FLOOR_AT,
      FOUND_AT,
    );
    this.searchedTo = end;
  }
}

let compiled: WebAssembly.Module | undefined;

function searchModule(): WebAssembly.Module {
  return (compiled ??= new WebAssembly.Module(Buffer.from(SECRET_SEARCH_MODULE, "base64")));
}
