/**
 * The durable queue between "encoded" and "in ClickHouse".
 *
 * Promises:
 *   1. `append` says `stored` only after every block is written and synced.
 *   2. What was stored is in `recovered` or `onSealed` segments until `release` or `quarantine`, whatever crashes.
 *   3. A sealed segment's bytes never change, so neither does its deduplication token.
 *   4. Nothing stored is ever dropped to make room: at the cap, `append` refuses.
 *
 * There is one loop. It takes everything that waits, writes it to the open segment of each (table, UTC day), syncs
 * all touched files at once, answers, and begins again: one sync in flight, and the slower the disk the larger the
 * groups. Sealing and repair happen in the same loop, between two groups, so no segment changes state under a write.
 *
 * The files are the only record; `recover-segments.ts` reads them at start.
 */
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { EncodedBlock, SealedSegment } from "../contract.ts";
import type { Disk } from "./disk.ts";
import { EarlierSegments } from "./earlier-segments.ts";
import { OpenSegment, SEGMENT_OVERHEAD_BYTES } from "./open-segment.ts";
import type { SegmentContents } from "./scan-segment.ts";
import { SegmentFiles } from "./segment-files.ts";
import type { SegmentDescription } from "./segment-format.ts";
import { SealByAge } from "./seal-by-age.ts";
import { createSegmentIds } from "./segment-id.ts";
import type { SegmentIds } from "./segment-id.ts";
import type { SpoolLimits } from "../limits.ts";
import type { SpoolTelemetry } from "./spool-telemetry.ts";
import { WaitingSegment } from "./waiting-segment.ts";

export type AppendOutcome =
  | { readonly kind: "stored" }
  /** Nothing may be assumed about the blocks; the sender has to send them again. */
  | { readonly kind: "refused"; readonly message: string; readonly retryAfterMs: number };

export interface SpoolOptions {
  /** Held by the caller, with `lockDirectory`. */
  readonly directory: string;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly limits: SpoolLimits;
  /** Column names of a table's blocks, recorded in the header of every new segment. */
  readonly columnsOf: (table: string) => readonly string[];
  /** Recorded likewise. */
  readonly insertSettings: Readonly<Record<string, string>>;
  readonly telemetry: SpoolTelemetry;
  readonly logger: Logger;
  /** Whether ClickHouse takes nothing at all now, as far as is known. */
  readonly isServerAway: () => boolean;
  /** Called once for each segment that begins to wait for ClickHouse, the recovered ones included. */
  readonly onSealed: (segment: SealedSegment) => void;
}

export interface SpoolStatus {
  readonly writable: boolean;
  /** Why not; empty while writable. */
  readonly problem: string;
  readonly usedBytes: number;
  /** Those of an earlier process that are not read yet included; what they hold is not in `recordsWaiting` yet. */
  readonly segmentsWaiting: number;
  readonly recordsWaiting: number;
  readonly segmentsQuarantined: number;
  /** Files of an earlier process that the disk would not let us read; the next start tries again. */
  readonly segmentsUnreadable: number;
}

interface PendingAppend {
  readonly blocks: readonly EncodedBlock[];
  readonly bytes: number;
  readonly resolve: (outcome: AppendOutcome) => void;
}

/** Of the file system, of the user's quota, of the process's limit. */
const DISK_FULL: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
/** How long a client is told to wait when the spool is full or its disk fails. */
const RETRY_AFTER_MS = 1000;
/** Blocks can be much larger than the requests that memory was granted for: so many groups of them may wait for a slow disk. */
const GROUPS_PENDING_MAX = 2;

export class Spool {
  readonly #options: SpoolOptions;
  readonly #files: SegmentFiles;
  readonly #ids: SegmentIds;
  readonly #open = new Map<string, OpenSegment>();
  readonly #waiting = new Map<string, WaitingSegment>();
  readonly #age: SealByAge;
  /** Hold synced rows, and wait for their end frame before they may be sealed. */
  readonly #uncut = new Set<OpenSegment>();
  #pending: PendingAppend[] = [];
  #pendingBytes = 0;
  #running: Promise<void> | undefined;
  #sealEverything = false;
  #maintenanceDue = false;
  /** Since the last time that room was made. */
  #isDiskFull = false;
  #failure: { readonly message: string; readonly atMs: number } | undefined;
  #closed = false;
  readonly #earlier: EarlierSegments;

  private constructor(options: SpoolOptions, files: SegmentFiles) {
    this.#options = options;
    this.#files = files;
    this.#age = new SealByAge(options);
    const { disk, telemetry, logger } = options;
    const adopt = (segment: WaitingSegment) => this.#wait(segment);
    this.#earlier = new EarlierSegments({ disk, files, telemetry, logger, adopt });
    const after = files.largestId();
    this.#ids = createSegmentIds({ ...options, after });
  }

  /**
   * Takes data when it resolves. What an earlier process left is read meanwhile, oldest first, with `onSealed` for each
   * segment: gigabytes of it must not keep anybody waiting. `recovered` tells when that is done.
   */
  static async open(options: SpoolOptions): Promise<Spool> {
    const { disk, directory, logger } = options;
    const { recycledFilesMax } = options.limits;
    const files = new SegmentFiles({ disk, directory, recycledFilesMax, logger });
    const ids = await files.load();
    const spool = new Spool(options, files);
    options.telemetry.setUsage(files);
    spool.#earlier.start(ids);
    return spool;
  }

  /** Settles when every file of an earlier process has been looked into, or the spool is closed. Never rejects. */
  get recovered(): Promise<void> {
    return this.#earlier.recovered;
  }

  /** Whether every file of an earlier process has been looked into. */
  get isRecovered(): boolean {
    return this.#earlier.unread === 0;
  }

  /** Takes up what `throughline quarantine` has done; to be called every second or so. Never rejects. */
  noticeQuarantine(): Promise<void> {
    return this.#earlier.noticeQuarantine();
  }

  /**
   * The answer `append` would give to this many bytes now, so that a request can be refused before it is
   * encoded. @returns undefined when there is room
   */
  refusal(bytes: number): Extract<AppendOutcome, { kind: "refused" }> | undefined {
    if (this.#closed) return refused("the collector is stopping; send again");
    const failure = this.#failure;
    if (
      failure !== undefined &&
      this.#options.clock.monotonicMs() - failure.atMs < RETRY_AFTER_MS
    ) {
      return refused(failure.message);
    }
    const { spoolMaxBytes, spoolSegmentsMax, commitMaxBytes } = this.#options.limits;
    if (this.#waiting.size >= spoolSegmentsMax) {
      return refused(
        `${this.#waiting.size} segments wait for ClickHouse, as many as may (THROUGHLINE_SPOOL_SEGMENTS_MAX)`,
      );
    }
    if (this.#pendingBytes > GROUPS_PENDING_MAX * commitMaxBytes) {
      return refused(
        `${this.#pendingBytes} bytes wait for the spool's disk, more than ${GROUPS_PENDING_MAX} groups of ` +
          `THROUGHLINE_COMMIT_MAX_BYTES; send again`,
      );
    }
    // Free files are room; so is what is allocated and not yet written, which this leaves out to stay on the safe side.
    const used = this.#files.usedBytes - this.#files.freeBytes + this.#pendingBytes;
    if (used + bytes <= spoolMaxBytes) return undefined;
    const { quarantineBytes } = this.#files;
    const aside =
      quarantineBytes > 0
        ? `; ${quarantineBytes} bytes of it are quarantine: see \`throughline quarantine\``
        : "";
    return refused(
      `the spool holds ${used} of ${spoolMaxBytes} bytes (THROUGHLINE_SPOOL_MAX_BYTES) and waits for ClickHouse${aside}`,
    );
  }

  /** Never rejects. Blocks of one call are answered together, after all of them are synced. */
  append(blocks: readonly EncodedBlock[]): Promise<AppendOutcome> {
    // Each block may need a file of its own.
    const bytes = blocks.reduce(
      (total, block) => total + block.bytes.byteLength + SEGMENT_OVERHEAD_BYTES,
      0,
    );
    const refusal = this.refusal(bytes);
    if (refusal !== undefined) return Promise.resolve(refusal);
    return new Promise((resolve) => {
      this.#pending.push({ blocks, bytes, resolve });
      this.#pendingBytes += bytes;
      this.#wake();
    });
  }

  /** To be called a few times per `segmentAgeMs`: seals what is old and repairs what has failed. */
  async tick(): Promise<void> {
    if (this.#open.size === 0 && this.#uncut.size === 0) return;
    this.#maintenanceDue = true;
    this.#wake();
    await this.#running;
  }

  /** Seals every open segment, for a clean stop. */
  async sealAll(): Promise<void> {
    this.#sealEverything = true;
    this.#wake();
    while (this.#running !== undefined) await this.#running;
  }

  /** ClickHouse has the segment. @throws when the disk fails; the segment then still waits and can be read */
  async release(id: string): Promise<void> {
    const segment = this.#waiting.get(id);
    if (segment === undefined) return;
    if (segment.damage !== "") {
      await this.#files.quarantine(id, note(segment, segment.damage, true));
    } else if (segment.suspect) {
      await this.#files.discard(id);
    } else {
      await this.#files.recycle(id);
    }
    this.#forget(id);
    this.#options.telemetry.inserted(segment);
    this.#options.telemetry.setUsage(this.#files);
  }

  /** ClickHouse refuses the data itself: the segment is kept aside, with the reason beside it. */
  async quarantine(id: string, reason: string): Promise<void> {
    const segment = this.#waiting.get(id);
    if (segment === undefined) return;
    await this.#files.quarantine(id, note(segment, reason, false));
    this.#forget(id);
    this.#options.telemetry.quarantined(segment);
    this.#options.telemetry.setUsage(this.#files);
  }

  status(): SpoolStatus {
    const refusal = this.refusal(1);
    const live = [...this.#open.values(), ...this.#uncut, ...this.#waiting.values()];
    return {
      writable: refusal === undefined,
      problem: refusal?.message ?? "",
      usedBytes: this.#files.usedBytes,
      segmentsWaiting: live.length + this.#earlier.unread,
      recordsWaiting: live.reduce((rows, segment) => rows + segment.rows, 0),
      segmentsQuarantined: this.#files.quarantined,
      segmentsUnreadable: this.#earlier.unreadable,
    };
  }

  /** Finishes the groups in flight, refuses everything after, and seals; `release` still works. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#earlier.stop();
    await this.sealAll();
  }

  #wake(): void {
    if (this.#running !== undefined) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      // What arrived between the loop's last look and here.
      if (this.#pending.length > 0 || this.#sealEverything) this.#wake();
    });
  }

  async #run(): Promise<void> {
    // Everything that arrives in this turn of the event loop joins the first group.
    await Promise.resolve();
    for (;;) {
      const group = this.#takeGroup();
      if (group.length > 0) await this.#commit(group);
      await this.#maintain();
      if (this.#pending.length === 0 && !this.#sealEverything) return;
    }
  }

  #takeGroup(): readonly PendingAppend[] {
    let bytes = 0;
    let count = 0;
    for (const append of this.#pending) {
      if (count > 0 && bytes + append.bytes > this.#options.limits.commitMaxBytes) break;
      bytes += append.bytes;
      count += 1;
    }
    return this.#pending.splice(0, count);
  }

  async #commit(group: readonly PendingAppend[]): Promise<void> {
    const finish = this.#options.telemetry.startSync();
    const stored = new Set<EncodedBlock>();
    const byKey = Map.groupBy(
      group.flatMap((append) => append.blocks),
      (block) => `${block.table}/${block.day}`,
    );
    const keys = [...byKey.entries()];
    let problem = "";
    while (keys.length > 0) {
      const some = keys.splice(0, this.#options.limits.openSegmentsMax);
      const results = await Promise.allSettled(
        some.map(([key, blocks]) => this.#store(key, blocks, stored)),
      );
      for (const result of results) {
        if (result.status === "rejected") problem = this.#noteFailure(result.reason);
      }
      await this.#sealExcess();
    }
    if (problem === "") this.#failure = undefined;
    finish();
    this.#options.telemetry.setUsage(this.#files);
    for (const { blocks, bytes, resolve } of group) {
      this.#pendingBytes -= bytes;
      const whole = blocks.every((block) => stored.has(block));
      resolve(whole ? { kind: "stored" } : refused(problem));
    }
  }

  /** Blocks of one table and day, in order; rolls over to further segments as each fills up. */
  async #store(key: string, blocks: readonly EncodedBlock[], stored: Set<EncodedBlock>) {
    let rest = blocks;
    while (rest[0] !== undefined) {
      const segment = await this.#segmentFor(key, rest[0]);
      const some = rest.slice(0, this.#fitting(segment, rest));
      try {
        await segment.append(some);
      } catch (error) {
        await this.#fail(key, segment);
        throw error;
      } finally {
        this.#files.setAllocated(segment.id, segment.allocatedBytes);
      }
      for (const block of some) {
        stored.add(block);
        this.#options.telemetry.spooled(block);
      }
      rest = rest.slice(some.length);
      if (this.#isFull(segment)) await this.#seal(key, segment);
    }
  }

  /** The open segment when the block fits; otherwise that one is sealed and a new one opened. */
  async #segmentFor(key: string, block: EncodedBlock): Promise<OpenSegment> {
    const current = this.#open.get(key);
    if (current !== undefined) {
      if (this.#fitting(current, [block]) === 1) return current;
      await this.#seal(key, current);
    }
    const id = this.#ids.next();
    const taken = await this.#files.take(id);
    const openedAtMs = this.#options.clock.monotonicMs();
    const description = this.#describe(block);
    const spareBytes = () => this.#options.limits.spoolMaxBytes - this.#files.usedBytes;
    const segment = new OpenSegment({ id, ...taken, description, openedAtMs, spareBytes });
    this.#open.set(key, segment);
    this.#options.telemetry.segmentOpened();
    return segment;
  }

  #describe(block: EncodedBlock): SegmentDescription {
    const { signal, table, day } = block;
    const { columnsOf, insertSettings } = this.#options;
    return { signal, table, day, columns: columnsOf(table), insertSettings };
  }

  /** How many of the blocks go into the segment; at least one when it is empty. */
  #fitting(segment: OpenSegment, blocks: readonly EncodedBlock[]): number {
    const { segmentRowsMax, segmentMaxBytes } = this.#options.limits;
    let rows = segment.rows;
    let bytes = segment.bodyBytes;
    let count = 0;
    for (const block of blocks) {
      rows += block.rows;
      bytes += block.bytes.byteLength;
      const overfull = rows > segmentRowsMax || bytes > segmentMaxBytes;
      if (overfull && segment.frames + count > 0) break;
      count += 1;
    }
    return count;
  }

  #isFull(segment: OpenSegment): boolean {
    const { segmentRowsMax, segmentMaxBytes } = this.#options.limits;
    return segment.rows >= segmentRowsMax || segment.bodyBytes >= segmentMaxBytes;
  }

  async #seal(key: string, segment: OpenSegment): Promise<void> {
    this.#open.delete(key);
    const { contents, endFrameError } = await segment.seal();
    if (endFrameError !== undefined) {
      this.#options.logger.warn(
        { segment: segment.id, err: endFrameError },
        "no end frame written",
      );
    }
    this.#options.telemetry.segmentClosed();
    this.#wait(this.#waitingSegment(segment, contents, false));
  }

  #waitingSegment(segment: OpenSegment, contents: SegmentContents, suspect: boolean) {
    const { id, path, description } = segment;
    const options = { id, path, description, contents, damage: "", suspect, inDoubt: false };
    return new WaitingSegment(this.#options.disk, options);
  }

  #wait(segment: WaitingSegment): void {
    this.#waiting.set(segment.id, segment);
    this.#options.telemetry.segmentSealed();
    this.#options.onSealed(segment);
  }

  async #sealExcess(): Promise<void> {
    const { openSegmentsMax } = this.#options.limits;
    const oldestFirst = [...this.#open].toSorted(([, a], [, b]) => a.openedAtMs - b.openedAtMs);
    for (const [key, segment] of oldestFirst.slice(
      0,
      Math.max(0, this.#open.size - openSegmentsMax),
    )) {
      await this.#seal(key, segment);
    }
  }

  /** A write or sync went wrong: the descriptor is given up, what was synced before is kept. */
  async #fail(key: string, segment: OpenSegment): Promise<void> {
    this.#open.delete(key);
    this.#options.telemetry.segmentClosed();
    await this.#attempt(segment.id, "close", () => segment.abandon());
    if (segment.frames === 0) {
      await this.#attempt(segment.id, "remove", () => this.#files.discard(segment.id));
    } else {
      this.#uncut.add(segment);
    }
  }

  async #maintain(): Promise<void> {
    if (!this.#maintenanceDue && !this.#sealEverything) return;
    const everything = this.#sealEverything;
    this.#maintenanceDue = false;
    this.#sealEverything = false;
    for (const segment of this.#uncut) {
      await this.#attempt(segment.id, "cut", async () => {
        const contents = await segment.cut(this.#options.disk);
        this.#uncut.delete(segment);
        this.#wait(this.#waitingSegment(segment, contents, true));
      });
    }
    for (const [key, segment] of this.#open) {
      if (everything || this.#age.isDue(segment, this.#waiting.values())) {
        await this.#seal(key, segment);
      }
    }
    await this.#files.syncNames();
    await this.#makeRoom();
  }

  #forget(id: string): void {
    this.#waiting.delete(id);
    this.#age.forget(id);
  }

  async #makeRoom(): Promise<void> {
    const isOverCap = this.#files.usedBytes > this.#options.limits.spoolMaxBytes;
    if (!isOverCap && !this.#isDiskFull) return;
    this.#isDiskFull = false;
    await this.#attempt("free files", "remove", () => this.#files.removeFree());
  }

  async #attempt(segment: string, action: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.logger.error({ segment, action, err: error }, "the spool's disk failed");
    }
  }

  #noteFailure(error: unknown): string {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the spool could not be written: ${reason}; send again`;
    if (error instanceof Error && "code" in error && DISK_FULL.has(error.code))
      this.#isDiskFull = true;
    if (this.#failure === undefined) this.#options.logger.error({ err: error }, message);
    this.#failure = { message, atMs: this.#options.clock.monotonicMs() };
    this.#maintenanceDue = true;
    return message;
  }
}

function refused(message: string): Extract<AppendOutcome, { kind: "refused" }> {
  return { kind: "refused", message, retryAfterMs: RETRY_AFTER_MS };
}

function note(segment: WaitingSegment, reason: string, inserted: boolean) {
  return { reason, inserted, table: segment.table, rows: segment.rows };
}
