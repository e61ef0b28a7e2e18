/**
 * What becomes of a file that an earlier process left, or that comes back from quarantine:
 *
 *   never written under this name       recycled
 *   header page not readable            quarantined
 *   no whole frame                      recycled: nothing in it was acknowledged
 *   whole frames, no end frame          an end frame is written behind the last one and synced, then sealed
 *   whole frames and an end frame       sealed
 *
 * The end frame matters: a crash of the process leaves whole frames that were never synced. They are kept (their
 * senders got no answer and will send again, which OTLP allows), and must not vanish in a second crash after the
 * segment was sent to ClickHouse, or the same rows would return under another deduplication token.
 */
import type { Logger } from "pino";
import type { Disk } from "./disk.ts";
import { encodeEndFrame, writeEndFrame } from "./open-segment.ts";
import { scanSegment } from "./scan-segment.ts";
import type { SegmentContents, SegmentScan } from "./scan-segment.ts";
import type { SegmentDescription } from "./segment-format.ts";
import type { SegmentFiles } from "./segment-files.ts";

export interface RecoveredSegment {
  readonly id: string;
  readonly description: SegmentDescription;
  readonly contents: SegmentContents;
  /** Empty, or what could not be read; the file is kept in quarantine after its insert. */
  readonly damage: string;
  readonly maybeSent: boolean;
}

export interface RecoveryOptions {
  readonly disk: Disk;
  readonly files: SegmentFiles;
  readonly logger: Logger;
}

/**
 * @returns undefined when nothing in the file waits for ClickHouse; the file is recycled or in quarantine then
 * @throws the disk's own error; the file is as it was
 */
export async function recoverSegment(
  id: string,
  { disk, files, logger }: RecoveryOptions,
): Promise<RecoveredSegment | undefined> {
  const path = files.path(id);
  const scan = await scanFile(disk, path, id);
  switch (scan.kind) {
    case "unused":
      await files.recycle(id);
      return undefined;
    case "unreadable":
      await quarantine(id, scan.reason, { files, logger });
      return undefined;
    case "readable": {
      const { contents, damage, description, tornFrames } = scan;
      if (tornFrames > 0) logger.warn({ segment: id, tornFrames }, "a torn tail was cut");
      const last = contents.extents.at(-1);
      if (last === undefined) {
        await (damage === "" ? files.recycle(id) : quarantine(id, damage, { files, logger }));
        return undefined;
      }
      if (damage !== "") logger.error({ segment: id, damage }, "a segment is damaged");
      if (!scan.ended) {
        await writeEndFrame(disk, path, last.to, encodeEndFrame(contents.checks, contents));
      }
      return { id, description, contents, damage, maybeSent: scan.maybeSent };
    }
  }
}

async function quarantine(
  id: string,
  reason: string,
  { files, logger }: Pick<RecoveryOptions, "files" | "logger">,
): Promise<void> {
  logger.error({ segment: id, reason }, "a segment is unreadable and moves to quarantine");
  await files.quarantine(id, { reason, inserted: false, table: "", rows: 0 });
}

async function scanFile(disk: Disk, path: string, id: string): Promise<SegmentScan> {
  const file = await disk.open(path, "read");
  try {
    return await scanSegment(file, id);
  } finally {
    await file.close();
  }
}
