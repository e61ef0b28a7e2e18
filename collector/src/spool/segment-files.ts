/**
 * The spool directory. A file's name is its state; a rename is the only transition.
 *
 *   <id>.seg              a segment: takes blocks, or waits for ClickHouse
 *   <id>.free             inserted; its blocks on disk are reused, its bytes mean nothing
 *   quarantine/<id>.seg   refused or damaged, with <id>.json beside it that says why
 *   quarantine/<id>.replay   somebody wants it tried again; taken up within seconds, or at the next start
 *
 * A free file gets its new name, synced, before its first byte is overwritten. So after any crash a `.seg` file
 * holds either the life of its name, or bytes that carry another id and are nobody's.
 */
import { join } from "node:path";
import type { Logger } from "pino";
import type { Disk, DiskFile } from "./disk.ts";
import { QUARANTINE, REPLAY_SUFFIX, writeNote } from "./quarantine.ts";
import type { QuarantineNote } from "./quarantine.ts";
import { isSegmentId } from "./segment-id.ts";

export interface TakenFile {
  readonly path: string;
  readonly file: DiskFile;
  readonly allocatedBytes: number;
}

export interface SegmentFilesOptions {
  readonly disk: Disk;
  readonly directory: string;
  /** Free files kept for reuse; more are removed. */
  readonly recycledFilesMax: number;
  readonly logger: Logger;
}

export class SegmentFiles {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #recycledFilesMax: number;
  readonly #logger: Logger;
  #namesDirty = false;
  readonly #segmentBytes = new SizeMap();
  readonly #freeBytes = new SizeMap();
  readonly #quarantineBytes = new SizeMap();

  constructor(options: SegmentFilesOptions) {
    this.#disk = options.disk;
    this.#directory = options.directory;
    this.#recycledFilesMax = options.recycledFilesMax;
    this.#logger = options.logger;
  }

  /** Creates what is missing and measures what is there. @returns ids of the segment files, ascending */
  async load(): Promise<readonly string[]> {
    await this.#disk.makeDirectory(join(this.#directory, QUARANTINE));
    await this.#disk.syncDirectory(this.#directory);
    await this.#measure(this.#directory, ".seg", this.#segmentBytes);
    await this.#measure(this.#directory, ".free", this.#freeBytes);
    await this.#measure(join(this.#directory, QUARANTINE), ".seg", this.#quarantineBytes);
    await this.#measure(join(this.#directory, QUARANTINE), REPLAY_SUFFIX, this.#quarantineBytes);
    return [...this.#segmentBytes.keys()].toSorted();
  }

  async #measure(directory: string, suffix: string, into: SizeMap): Promise<void> {
    for (const name of await this.#disk.list(directory)) {
      const id = name.slice(0, -suffix.length);
      if (!name.endsWith(suffix) || !isSegmentId(id)) continue;
      const file = await this.#disk.open(join(directory, name), "read");
      into.set(id, await file.sizeBytes());
      await file.close();
    }
  }

  /** Segments, free files and quarantine: all that the cap bounds. */
  get usedBytes(): number {
    return this.#segmentBytes.total + this.#freeBytes.total + this.#quarantineBytes.total;
  }

  /** What a new segment could use without the directory growing. */
  get freeBytes(): number {
    return this.#freeBytes.total;
  }

  get quarantineBytes(): number {
    return this.#quarantineBytes.total;
  }

  get quarantined(): number {
    return this.#quarantineBytes.size;
  }

  /** The largest id in the directory, whatever became of it. */
  largestId(): string | undefined {
    const ids = [this.#segmentBytes, this.#freeBytes, this.#quarantineBytes];
    return ids
      .flatMap((map) => [...map.keys()])
      .toSorted()
      .at(-1);
  }

  path(id: string): string {
    return join(this.#directory, `${id}.seg`);
  }

  /** A file for a new segment: recycled where possible. Its directory entry is synced. */
  async take(id: string): Promise<TakenFile> {
    const path = this.path(id);
    const free = this.#largestFree();
    if (free === undefined) {
      const file = await this.#disk.open(path, "create");
      this.#segmentBytes.set(id, 0);
      await this.#syncOrClose(file);
      return { path, file, allocatedBytes: 0 };
    }
    // Before anything is awaited: another segment may be opened meanwhile, and must not choose the same file.
    this.#freeBytes.delete(free.id);
    try {
      await this.#disk.rename(this.#freePath(free.id), path);
    } catch (error) {
      this.#freeBytes.set(free.id, free.bytes);
      throw error;
    }
    this.#segmentBytes.set(id, free.bytes);
    const file = await this.#disk.open(path, "update");
    await this.#syncOrClose(file);
    return { path, file, allocatedBytes: free.bytes };
  }

  async #syncOrClose(file: DiskFile): Promise<void> {
    try {
      await this.#disk.syncDirectory(this.#directory);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  #largestFree(): { readonly id: string; readonly bytes: number } | undefined {
    let best: { id: string; bytes: number } | undefined;
    for (const [id, bytes] of this.#freeBytes) {
      if (best === undefined || bytes > best.bytes) best = { id, bytes };
    }
    return best;
  }

  /** To be told after every append. */
  setAllocated(id: string, bytes: number): void {
    if (this.#segmentBytes.has(id)) this.#segmentBytes.set(id, bytes);
  }

  /**
   * The segment's contents are not needed any more. Rejects only when the file still has its name. A failed
   * sync of the directory is no failure: the worst it can do is that a power cut brings the segment back, which
   * is then inserted under the same token; `syncNames` tries again.
   */
  async recycle(id: string): Promise<void> {
    const bytes = this.#segmentBytes.get(id) ?? 0;
    if (bytes === 0 || this.#freeBytes.size >= this.#recycledFilesMax) {
      await this.discard(id);
      return;
    }
    await this.#disk.rename(this.path(id), this.#freePath(id));
    this.#segmentBytes.delete(id);
    this.#freeBytes.set(id, bytes);
    this.#namesDirty = true;
    await this.syncNames();
  }

  /** Like recycle, for a file that is not to be trusted again. */
  async discard(id: string): Promise<void> {
    await this.#disk.remove(this.path(id));
    this.#segmentBytes.delete(id);
    this.#namesDirty = true;
    await this.syncNames();
  }

  /** Makes renames and removals durable that are not yet. @returns false when the disk refused again */
  async syncNames(): Promise<boolean> {
    if (!this.#namesDirty) return true;
    try {
      await this.#disk.syncDirectory(join(this.#directory, QUARANTINE));
      await this.#disk.syncDirectory(this.#directory);
      this.#namesDirty = false;
      return true;
    } catch (error) {
      this.#logger.warn({ err: error }, "the spool directory could not be synced; tried again");
      return false;
    }
  }

  /** Gives the free files' space back; for when the cap or the disk is reached. */
  async removeFree(): Promise<void> {
    const ids = [...this.#freeBytes.keys()];
    for (const id of ids) this.#freeBytes.delete(id);
    for (const id of ids) await this.#disk.remove(this.#freePath(id));
  }

  /** The note first: a crash between the two leaves a segment that waits, and a note without one. */
  async quarantine(id: string, note: QuarantineNote): Promise<void> {
    const directory = join(this.#directory, QUARANTINE);
    await writeNote(this.#disk, join(directory, `${id}.json`), note);
    await this.#disk.rename(this.path(id), join(directory, `${id}.seg`));
    this.#quarantineBytes.set(id, this.#segmentBytes.get(id) ?? 0);
    this.#segmentBytes.delete(id);
    this.#namesDirty = true;
    await this.syncNames();
  }

  /**
   * What somebody has done to the quarantine since the last look: forgets what was dropped.
   * @returns ids that are to be tried again, ascending; `leaveQuarantine` each
   */
  async findQuarantineChanges(): Promise<{
    readonly replays: readonly string[];
    readonly dropped: readonly string[];
  }> {
    const known = [...this.#quarantineBytes.keys()];
    const names = new Set(await this.#disk.list(join(this.#directory, QUARANTINE)));
    const replays = known.filter((id) => names.has(id + REPLAY_SUFFIX)).toSorted();
    const dropped = known.filter((id) => !names.has(`${id}.seg`) && !names.has(id + REPLAY_SUFFIX));
    for (const id of dropped) this.#quarantineBytes.delete(id);
    return { replays, dropped };
  }

  /** Makes a segment of the spool of it again; its note goes, a new refusal would write a new one. */
  async leaveQuarantine(id: string): Promise<void> {
    const directory = join(this.#directory, QUARANTINE);
    await this.#disk.rename(join(directory, id + REPLAY_SUFFIX), this.path(id));
    this.#segmentBytes.set(id, this.#quarantineBytes.get(id) ?? 0);
    this.#quarantineBytes.delete(id);
    this.#namesDirty = true;
    await this.syncNames();
    const names = await this.#disk.list(directory);
    if (names.includes(`${id}.json`)) await this.#disk.remove(join(directory, `${id}.json`));
  }

  #freePath(id: string): string {
    return join(this.#directory, `${id}.free`);
  }
}

/** Sizes by id, with their sum at hand: it is asked for on every request. */
class SizeMap extends Map<string, number> {
  #total = 0;

  get total(): number {
    return this.#total;
  }

  override set(id: string, bytes: number): this {
    this.#total += bytes - (this.get(id) ?? 0);
    return super.set(id, bytes);
  }

  override delete(id: string): boolean {
    this.#total -= this.get(id) ?? 0;
    return super.delete(id);
  }
}
