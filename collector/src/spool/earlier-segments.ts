/**
 * Brings segments back that this process did not write: those of an earlier process, read one by one while the spool
 * already takes data, and those that somebody sends back from quarantine.
 */
import type { Logger } from "pino";
import type { Disk } from "./disk.ts";
import { recoverSegment } from "./recover-segments.ts";
import type { RecoveredSegment } from "./recover-segments.ts";
import type { SegmentFiles } from "./segment-files.ts";
import type { CountedSegment, SpoolTelemetry } from "./spool-telemetry.ts";
import { WaitingSegment } from "./waiting-segment.ts";

export interface EarlierSegmentsOptions {
  readonly disk: Disk;
  readonly files: SegmentFiles;
  readonly telemetry: SpoolTelemetry;
  readonly logger: Logger;
  /** Called for each segment that waits for ClickHouse again. */
  readonly adopt: (segment: WaitingSegment) => void;
}

export class EarlierSegments {
  readonly #options: EarlierSegmentsOptions;
  /** Oldest first. */
  #unread: readonly string[] = [];
  readonly #unreadable = new Set<string>();
  #recovery: Promise<void> = Promise.resolve();
  #look: Promise<void> | undefined;
  #stopping = false;

  constructor(options: EarlierSegmentsOptions) {
    this.#options = options;
  }

  /** Files that nobody has looked into yet. */
  get unread(): number {
    return this.#unread.length;
  }

  /** Files that the disk would not let us read; they stay where they are. */
  get unreadable(): number {
    return this.#unreadable.size;
  }

  /** Settles when every file has been looked into, or after `stop`. Never rejects. */
  get recovered(): Promise<void> {
    return this.#recovery;
  }

  /** @param ids oldest first */
  start(ids: readonly string[]): void {
    this.#unread = ids;
    this.#recovery = this.#recover();
  }

  /** After it resolves nothing is adopted any more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#recovery;
    await this.#look;
  }

  async #recover(): Promise<void> {
    const { telemetry } = this.#options;
    for (const id of this.#unread) {
      if (this.#stopping) return;
      await this.#bringBack(id, (segment) => telemetry.recovered(segment));
      this.#unread = this.#unread.slice(1);
    }
    await this.noticeQuarantine();
  }

  /** Takes up what `throughline quarantine` has done: replays and removals. Never rejects. */
  async noticeQuarantine(): Promise<void> {
    if (this.#stopping || this.#options.files.quarantined === 0) return;
    this.#look ??= this.#lookAtQuarantine().finally(() => {
      this.#look = undefined;
    });
    await this.#look;
  }

  async #lookAtQuarantine(): Promise<void> {
    const { files, logger, telemetry } = this.#options;
    try {
      const { replays, dropped } = await files.findQuarantineChanges();
      if (dropped.length > 0) logger.warn({ segments: dropped }, "dropped from quarantine");
      for (const id of replays) {
        if (this.#stopping) return;
        await files.leaveQuarantine(id);
        logger.info({ segment: id }, "a segment came back from quarantine");
        await this.#bringBack(id, (segment) => telemetry.replayed(segment));
      }
    } catch (error) {
      logger.error({ err: error }, "the quarantine could not be read; tried again");
    }
    telemetry.setUsage(files);
  }

  async #bringBack(id: string, count: (segment: CountedSegment) => void): Promise<void> {
    const { disk, files, logger, telemetry, adopt } = this.#options;
    try {
      const segment = await recoverSegment(id, { disk, files, logger });
      if (segment !== undefined) {
        count(countsOf(segment));
        const path = files.path(id);
        const inDoubt = segment.maybeSent;
        adopt(new WaitingSegment(disk, { ...segment, path, suspect: false, inDoubt }));
      }
    } catch (error) {
      this.#unreadable.add(id);
      logger.error({ segment: id, err: error }, "a segment cannot be read; a start tries again");
    }
    telemetry.setUsage(files);
  }
}

function countsOf({ description, contents }: RecoveredSegment): CountedSegment {
  return { signal: description.signal, rows: contents.rows, bodyBytes: contents.bodyBytes };
}
