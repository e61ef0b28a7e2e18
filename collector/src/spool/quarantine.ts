/**
 * The quarantine from outside of the collector: what `throughline quarantine` does. Works beside a running collector:
 * everything here is one rename or one removal, and the collector looks at the directory every second.
 */
import { join } from "node:path";
import { segmentUnixMs } from "../segment-time.ts";
import { SpoolError, writeWhole } from "./disk.ts";
import type { Disk } from "./disk.ts";
import { previewBlocks } from "./native-preview.ts";
import type { BlockPreview } from "./native-preview.ts";
import { readSegmentBody } from "./segment-body.ts";
import { scanSegment } from "./scan-segment.ts";
import type { SegmentScan } from "./scan-segment.ts";
import { isSegmentId } from "./segment-id.ts";

export const QUARANTINE = "quarantine";
export const REPLAY_SUFFIX = ".replay";

/** Why a segment is in quarantine; written beside it. */
export interface QuarantineNote {
  readonly reason: string;
  /** Whether ClickHouse has the rows that could still be read. */
  readonly inserted: boolean;
  readonly table: string;
  readonly rows: number;
}

export interface QuarantinedSegment {
  readonly id: string;
  /** A replay was asked for and no collector has taken it up yet. */
  readonly replayAsked: boolean;
  /** Milliseconds since 1970: when its first record was stored in the spool. */
  readonly createdUnixMs: number;
  readonly sizeBytes: number;
  /** Of the note; empty when it is missing. */
  readonly reason: string;
  readonly inserted: boolean;
  /** Empty when the file's header cannot be read. */
  readonly table: string;
  /** Days since 1970-01-01 UTC; undefined when the file's header cannot be read. */
  readonly day: number | undefined;
  /** That can still be read. */
  readonly rows: number;
  /** Empty, or what of the file itself is damaged. */
  readonly damage: string;
}

/** @returns oldest first; empty when there is no spool */
export async function listQuarantine(
  disk: Disk,
  spoolDir: string,
): Promise<readonly QuarantinedSegment[]> {
  const directory = join(spoolDir, QUARANTINE);
  const names = await namesIn(disk, directory);
  const ids = names.flatMap((name) => {
    const id = name.replace(/\.(seg|replay)$/, "");
    return id !== name && isSegmentId(id) ? [id] : [];
  });
  const segments: QuarantinedSegment[] = [];
  for (const id of ids.toSorted()) segments.push(await describe(disk, directory, id));
  return segments;
}

/**
 * @param text a whole id, or the end of one
 * @throws SpoolError SPOOL_NOT_IN_QUARANTINE, also when several end so
 */
export async function findQuarantined(
  disk: Disk,
  spoolDir: string,
  text: string,
): Promise<QuarantinedSegment> {
  const matching = (await listQuarantine(disk, spoolDir)).filter(({ id }) => id.endsWith(text));
  const [segment] = matching;
  if (segment !== undefined && matching.length === 1) return segment;
  throw new SpoolError(
    "SPOOL_NOT_IN_QUARANTINE",
    matching.length === 0
      ? `no segment in quarantine has the id ${text}; see \`throughline quarantine list\``
      : `${matching.length} segments in quarantine have an id that ends in ${text}: give more of it`,
  );
}

/** @returns its first rows, as far as they can be read */
export async function previewQuarantined(
  disk: Disk,
  spoolDir: string,
  { id, rowsMax }: { readonly id: string; readonly rowsMax: number },
): Promise<BlockPreview> {
  const directory = join(spoolDir, QUARANTINE);
  const scan = await scanFile(disk, directory, id);
  if (scan.kind !== "readable") return { columns: [], rows: [], problem: problemOf(scan) };
  const file = await disk.open(await pathOf(disk, directory, id), "read");
  try {
    const pieces: Uint8Array[] = [];
    const range = { extents: scan.contents.extents, framesMax: 1 };
    for await (const piece of readSegmentBody(file, scan.contents.checks, range))
      pieces.push(piece);
    return previewBlocks(Buffer.concat(pieces), rowsMax);
  } finally {
    await file.close();
  }
}

/**
 * Gives the segment back to the spool. A running collector takes it up within seconds, otherwise the next one does.
 * @throws SpoolError SPOOL_NOT_REPLAYABLE when nothing of it can be read
 */
export async function replayQuarantined(disk: Disk, spoolDir: string, id: string): Promise<void> {
  const directory = join(spoolDir, QUARANTINE);
  const scan = await scanFile(disk, directory, id);
  if (scan.kind !== "readable" || scan.contents.frames === 0) {
    throw new SpoolError(
      "SPOOL_NOT_REPLAYABLE",
      `segment ${id} holds nothing that could be inserted: ${problemOf(scan)}`,
    );
  }
  const names = await namesIn(disk, directory);
  if (!names.includes(`${id}.seg`)) return;
  await disk.rename(join(directory, `${id}.seg`), join(directory, id + REPLAY_SUFFIX));
  await disk.syncDirectory(directory);
}

/** For good: the rows are gone. */
export async function dropQuarantined(disk: Disk, spoolDir: string, id: string): Promise<void> {
  const directory = join(spoolDir, QUARANTINE);
  const own = new Set([`${id}.seg`, id + REPLAY_SUFFIX, `${id}.json`]);
  for (const name of await namesIn(disk, directory)) {
    if (own.has(name)) await disk.remove(join(directory, name));
  }
  await disk.syncDirectory(directory);
}

/** Written before the segment moves: a crash between the two leaves a segment that waits, and a note without one. */
export async function writeNote(disk: Disk, path: string, note: QuarantineNote): Promise<void> {
  const temporary = `${path}.new`;
  const file = await disk.open(temporary, "replace");
  try {
    await writeWhole(file, [Buffer.from(`${JSON.stringify(note, undefined, 2)}\n`)], 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, path);
}

async function namesIn(disk: Disk, directory: string): Promise<readonly string[]> {
  await disk.makeDirectory(directory);
  return disk.list(directory);
}

async function pathOf(disk: Disk, directory: string, id: string): Promise<string> {
  const names = await namesIn(disk, directory);
  return join(directory, names.includes(`${id}.seg`) ? `${id}.seg` : id + REPLAY_SUFFIX);
}

async function describe(disk: Disk, directory: string, id: string): Promise<QuarantinedSegment> {
  const path = await pathOf(disk, directory, id);
  const note = await readNote(disk, join(directory, `${id}.json`));
  const scan = await scanFile(disk, directory, id);
  const file = await disk.open(path, "read");
  const sizeBytes = await file.sizeBytes();
  await file.close();
  return {
    id,
    replayAsked: path.endsWith(REPLAY_SUFFIX),
    createdUnixMs: segmentUnixMs(id),
    sizeBytes,
    reason: note?.reason ?? "",
    inserted: note?.inserted ?? false,
    table: scan.kind === "readable" ? scan.description.table : "",
    day: scan.kind === "readable" ? scan.description.day : undefined,
    rows: scan.kind === "readable" ? scan.contents.rows : 0,
    damage: problemOf(scan),
  };
}

async function scanFile(disk: Disk, directory: string, id: string): Promise<SegmentScan> {
  const file = await disk.open(await pathOf(disk, directory, id), "read");
  try {
    return await scanSegment(file, id);
  } finally {
    await file.close();
  }
}

function problemOf(scan: SegmentScan): string {
  switch (scan.kind) {
    case "unused":
      return "the file was never written under this id";
    case "unreadable":
      return scan.reason;
    case "readable":
      return scan.contents.frames === 0 ? "no whole block is in it" : scan.damage;
  }
}

async function readNote(disk: Disk, path: string): Promise<QuarantineNote | undefined> {
  try {
    const file = await disk.open(path, "read");
    try {
      const bytes = Buffer.alloc(await file.sizeBytes());
      await file.read(bytes, 0);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- writeNote is its only writer
      return JSON.parse(bytes.toString("utf8")) as QuarantineNote;
    } finally {
      await file.close();
    }
  } catch {
    // No note, or a torn one: the segment says the rest.
    return undefined;
  }
}
