/**
 * Goal: no bytes, from the network or from a damaged disk, end the process, harm a neighbour or pass for what they are not.
 * Method: damaged requests and damaged segment files, made from a fixed list of seeds, so that every run on every machine
 * sees the same ones. `FUZZ_INPUTS` sets their number (default 5 000; `npm run test:fuzz` takes a million of each).
 */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sampleLogs, sampleSpans } from "./encode/bench/sample-requests.ts";
import { createEncoder } from "./encode/encoder.ts";
import { readNativeBlocks } from "./encode/testing/native-reader.ts";
import { DEFAULT_RULES } from "./process/default-rules.ts";
import type { DiskFile } from "./spool/disk.ts";
import { scanSegment } from "./spool/scan-segment.ts";
import { readSegmentBody } from "./spool/segment-body.ts";
import { openTestSpool, block } from "./spool/testing/test-spool.ts";
import { FakeDisk } from "./spool/testing/fake-disk.ts";
import { damage, FuzzRandom } from "./testing/fuzz-random.ts";
import { sampleMetrics } from "./testing/sample-metrics.ts";

const INPUTS = Number(process.env["FUZZ_INPUTS"] ?? 5_000);
const SEEDS = JSON.parse(
  readFileSync(new URL("./testdata/fuzz-seeds.json", import.meta.url), "utf8"),
) as readonly number[];
const RECEIVED_AT = 1_763_659_900_000_000_000n;

/** Runs the inputs, spread over all seeds. A failure says which seed and which of its inputs. */
async function forEachInput(check: (random: FuzzRandom, index: number) => void | Promise<void>) {
  const each = Math.ceil(INPUTS / SEEDS.length);
  for (const seed of SEEDS) {
    const random = new FuzzRandom(seed);
    for (let index = 0; index < each; index++) {
      try {
        await check(random, index);
      } catch (error) {
        throw new Error(`seed ${seed}, input ${index}`, { cause: error });
      }
    }
  }
}

test.each([
  ["logs", sampleLogs(3, 1)],
  ["traces", sampleSpans(3, 2)],
  ["metrics", sampleMetrics()],
] as const)(
  "damaged requests of %s are refused or stored under the shipped rules, and their neighbour in any case",
  { timeout: 3_600_000 },
  async (signal, sample) => {
    const encoder = createEncoder({ rules: DEFAULT_RULES });
    const good = Buffer.from(sample);
    const goodRecords = encoder
      .encode([{ signal, encoding: "protobuf", body: good }], RECEIVED_AT)
      .blocks.reduce((sum, each) => sum + each.rows, 0);
    await forEachInput((random, index) => {
      let body = damage(random, good).bytes;
      if (body.length > 0 && random.below(3) === 0) body = damage(random, body).bytes;
      const bodies = [body, good];
      const requests = bodies.map((each) => ({
        signal,
        encoding: "protobuf" as const,
        body: each,
      }));
      const { outcomes, blocks } = encoder.encode(requests, RECEIVED_AT);
      const [first, second] = outcomes;
      assert(first !== undefined && second?.kind === "encoded" && second.records === goodRecords);
      const records = goodRecords + (first.kind === "encoded" ? first.records : 0);
      const rows = blocks.reduce((sum, each) => sum + each.rows, 0);
      assert.equal(rows, records);
      // Reading blocks back is much slower than writing them.
      if (index % 50 !== 0) return;
      for (const each of blocks) {
        const read = readNativeBlocks(each.bytes).reduce(
          (sum, native) => sum + native.rows.length,
          0,
        );
        assert.equal(read, each.rows);
      }
    });
  },
);

const HEADER_BYTES = 4096;
const FRAME_HEADER_BYTES = 32;
/** The least that a scan can do with; a megabyte for each of a million would be most of the work. */
const WINDOW_BYTES = 1 << 16;
const TEXTS = Array.from({ length: 12 }, (_, index) => `<${index}:${"y".repeat(index * 97)}>`);

/** A sealed segment of twelve frames, as bytes. */
async function sealedSegment(): Promise<{ readonly id: string; readonly bytes: Buffer }> {
  const disk = new FakeDisk();
  const { spool, sealed } = await openTestSpool({ disk, directory: "/s" });
  for (const text of TEXTS) await spool.append([block(text)]);
  await spool.sealAll();
  const { id } = sealed[0]!;
  const file = await disk.open(`/s/${id}.seg`, "read");
  const frames = TEXTS.reduce((sum, text) => sum + FRAME_HEADER_BYTES + text.length, 0);
  const bytes = Buffer.alloc(HEADER_BYTES + frames + 2 * FRAME_HEADER_BYTES);
  await file.read(bytes, 0);
  return { id, bytes };
}

function fileOf(bytes: Buffer): DiskFile {
  const unused = () => Promise.reject(new Error("a scan only reads"));
  return {
    read: (target, position) =>
      Promise.resolve(position >= bytes.length ? 0 : bytes.copy(target, 0, position)),
    sizeBytes: () => Promise.resolve(bytes.length),
    write: unused,
    writeSynced: unused,
    sync: unused,
    close: () => Promise.resolve(),
  };
}

test(
  "of damaged segment files exactly the frames come back that are whole",
  { timeout: 3_600_000 },
  async () => {
    const { id, bytes } = await sealedSegment();
    let readable = 0;
    await forEachInput(async (random, index) => {
      const changed = damage(random, bytes);
      const file = fileOf(changed.bytes);
      const scan = await scanSegment(file, id, WINDOW_BYTES);
      // Bytes that a description's checksum does not cover, or that were written as they were, change nothing.
      if (scan.kind !== "readable") {
        assert(changed.from < HEADER_BYTES);
        return;
      }
      readable += 1;
      const untouched: string[] = [];
      let offset = HEADER_BYTES;
      for (const text of TEXTS) {
        const end = offset + FRAME_HEADER_BYTES + text.length;
        if (end <= changed.from || offset >= changed.to) untouched.push(text);
        offset = end;
      }
      assert(scan.contents.rows >= untouched.length);
      // Reading the body again is much slower than the scan.
      if (index % 20 !== 0) return;
      const pieces: Uint8Array[] = [];
      const range = { extents: scan.contents.extents, framesMax: Infinity };
      for await (const piece of readSegmentBody(file, scan.contents.checks, range))
        pieces.push(Buffer.from(piece));
      const found = Buffer.concat(pieces).toString("latin1");
      // All that lie outside of the damage, in order, and nothing that is not one of ours.
      const back: readonly string[] = found.match(/<\d+:y*>/g) ?? [];
      assert.equal(back.join(""), found);
      assert.equal(scan.contents.rows, back.length);
      const places = back.map((text) => TEXTS.indexOf(text));
      assert(
        places.every((place, at) => place >= 0 && (at === 0 || place > (places[at - 1] ?? 0))),
      );
      assert(untouched.every((text) => back.includes(text)));
      // Whoever lost a frame in the middle is told.
      const last = places.at(-1) ?? -1;
      assert(last + 1 === back.length || scan.damage !== "");
    });
    expect(readable).toBeGreaterThan(INPUTS / 4);
  },
);
