import type { SealedSegment } from "../contract.ts";
import type { Disk } from "./disk.ts";
import { writeWhole } from "./disk.ts";
import type { SegmentContents } from "./scan-segment.ts";
import { readSegmentBody } from "./segment-body.ts";
import { encodeSentMark, FRAME_HEADER_BYTES } from "./segment-format.ts";
import type { SegmentDescription } from "./segment-format.ts";

export interface WaitingSegmentOptions {
  readonly id: string;
  readonly path: string;
  readonly description: SegmentDescription;
  readonly contents: SegmentContents;
  /** Empty, or why the file is kept in quarantine after its insert. */
  readonly damage: string;
  /** A write or sync in this file has failed; it is not used again. */
  readonly suspect: boolean;
  /** It may have been sent to ClickHouse before this process knew it. */
  readonly inDoubt: boolean;
}

/** A segment whose bytes will not change any more. */
export class WaitingSegment implements SealedSegment {
  readonly #disk: Disk;
  readonly #options: WaitingSegmentOptions;
  /** By this process: a segment may be in doubt without a mark, because it was cut short. */
  #marked = false;

  constructor(disk: Disk, options: WaitingSegmentOptions) {
    this.#disk = disk;
    this.#options = options;
  }

  get id() {
    return this.#options.id;
  }
  get signal() {
    return this.#options.description.signal;
  }
  get table() {
    return this.#options.description.table;
  }
  get day() {
    return this.#options.description.day;
  }
  get columns() {
    return this.#options.description.columns;
  }
  get insertSettings() {
    return this.#options.description.insertSettings;
  }
  get rows() {
    return this.#options.contents.rows;
  }
  get bodyBytes() {
    return this.#options.contents.bodyBytes;
  }
  get frames() {
    return this.#options.contents.frames;
  }
  get damage() {
    return this.#options.damage;
  }
  get suspect() {
    return this.#options.suspect;
  }
  get inDoubt() {
    return this.#options.inDoubt;
  }
  get deduplicationToken() {
    const checksum = this.#options.contents.bodyChecksum.toString(16).padStart(8, "0");
    return `${this.table}/${this.id}/${checksum}`;
  }

  async markSent(): Promise<void> {
    if (this.#marked) return;
    const { checks, extents } = this.#options.contents;
    const last = extents.at(-1)?.to ?? 0;
    const file = await this.#disk.open(this.#options.path, "update");
    try {
      await writeWhole(file, [encodeSentMark(checks)], last + FRAME_HEADER_BYTES);
      await file.sync();
    } finally {
      await file.close();
    }
    this.#marked = true;
  }

  async *body(framesMax?: number): AsyncGenerator<Uint8Array, void, undefined> {
    const file = await this.#disk.open(this.#options.path, "read");
    try {
      const { checks, extents } = this.#options.contents;
      yield* readSegmentBody(file, checks, { extents, framesMax: framesMax ?? Infinity });
    } finally {
      await file.close();
    }
  }
}
