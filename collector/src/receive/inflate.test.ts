/** Goal: whatever is decompressed, neither the limits nor the budget is exceeded, and honest bodies come out. */
import { buffer } from "node:stream/consumers";
import {
  createDeflate,
  createZstdCompress,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createAdmission } from "../admit/admission.ts";
import { DEFAULT_LIMITS, type ReceiveLimits } from "../limits.ts";
import { createCollectorMetrics } from "../telemetry/metrics.ts";
import { inflate, parseContentCoding, type ContentCoding } from "./inflate.ts";

const COMPRESS = { gzip: gzipSync, deflate: deflateSync, zstd: zstdCompressSync } as const;
const MIB = 1024 * 1024;

async function run(
  coding: ContentCoding,
  wire: Uint8Array,
  {
    limits = {},
    budgetBytes = 160 * MIB,
  }: { limits?: Partial<ReceiveLimits>; budgetBytes?: number } = {},
) {
  const metrics = createCollectorMetrics();
  const admission = createAdmission({
    limits: { ...DEFAULT_LIMITS.admit, inFlightMaxBytes: budgetBytes },
    metrics,
  });
  const ticket = admission.open(wire.length);
  if (ticket.kind !== "ticket") throw new Error(ticket.message);
  const outcome = await inflate({
    coding,
    wire,
    limits: { ...DEFAULT_LIMITS.receive, ...limits },
    ticket,
  });
  const chargedBytes = (await metrics.inFlightBytes.get()).values[0]?.value ?? 0;
  return { outcome, chargedBytes };
}

test("every coding gives back what was compressed", async () => {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 5000 }),
    fc
      .tuple(fc.nat(255), fc.nat(300_000))
      .map(([byte, length]) => new Uint8Array(length).fill(byte)),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("gzip", "deflate", "zstd"), body, async (coding, bytes) => {
      const { outcome, chargedBytes } = await run(coding, COMPRESS[coding](bytes));
      expect(outcome.kind).toBe("inflated");
      if (outcome.kind !== "inflated") return;
      expect(Buffer.compare(outcome.body, bytes)).toBe(0);
      expect(chargedBytes).toBeGreaterThanOrEqual(bytes.length);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ["gzip", 400_000],
  ["zstd", 40_000],
  ["zstd", 400_000],
] as const)(
  "an honest %s body of %d bytes comes out in one piece of its own memory, charged in one step",
  async (coding, length) => {
    const { outcome, chargedBytes } = await run(
      coding,
      COMPRESS[coding](Buffer.alloc(length, "abc")),
    );
    if (outcome.kind !== "inflated") throw new Error(outcome.kind);
    expect(outcome.body.length).toBe(length);
    expect(outcome.body.buffer.byteLength).toBeLessThanOrEqual(length + 1);
    expect(chargedBytes).toBeLessThan(2 * length + 2000);
  },
);

test.each(["gzip", "deflate", "zstd"] as const)(
  "a %s body is charged twice its length while it is inflated, whatever it says of its length",
  async (coding) => {
    const { chargedBytes } = await run(coding, await compressInPieces(coding, 3 * MIB), {
      limits: { compressionRatioMax: 100_000 },
    });
    expect(chargedBytes).toBeGreaterThanOrEqual(6 * MIB);
    expect(chargedBytes).toBeLessThan(7 * MIB);
  },
);

/** Zeros: with the length of a last, empty member, or none. */
async function compressInPieces(coding: ContentCoding, length: number): Promise<Buffer> {
  if (coding === "gzip") {
    return Buffer.concat([gzipSync(Buffer.alloc(length), { level: 1 }), gzipSync(Buffer.alloc(0))]);
  }
  const stream = coding === "zstd" ? createZstdCompress() : createDeflate({ level: 1 });
  stream.write(Buffer.alloc(length / 2));
  stream.end(Buffer.alloc(length / 2));
  return buffer(stream);
}

test("a gzip of several members comes out whole, though its last length is short", async () => {
  const wire = Buffer.concat([gzipSync(Buffer.alloc(100_000, 1)), gzipSync(Buffer.alloc(10, 2))]);
  const { outcome } = await run("gzip", wire);
  if (outcome.kind !== "inflated") throw new Error(outcome.kind);
  expect(outcome.body.length).toBe(100_010);
});

test.each(["gzip", "deflate", "zstd"] as const)(
  "a %s bomb is refused by its ratio",
  async (coding) => {
    const bomb = COMPRESS[coding](Buffer.alloc(200 * MIB));
    const { outcome, chargedBytes } = await run(coding, bomb);
    expect(outcome).toMatchObject({
      kind: "too_large",
      message: expect.stringMatching(/COMPRESSION_RATIO_MAX|BODY_MAX_BYTES/u),
    });
    expect(chargedBytes).toBeLessThan(70 * MIB);
  },
);

test("a gzip whose trailer claims four bytes is stopped all the same", async () => {
  const bomb = gzipSync(Buffer.alloc(100 * MIB));
  bomb.writeUInt32LE(4, bomb.length - 4);
  const { outcome } = await run("gzip", bomb, { limits: { bodyMaxBytes: 2 * MIB } });
  expect(outcome.kind).toBe("too_large");
});

test("a gzip whose trailer claims too much is charged for no more than the limit allows", async () => {
  const wire = gzipSync(Buffer.from("small"));
  wire.writeUInt32LE(0xffff_ffff, wire.length - 4);
  const { outcome, chargedBytes } = await run("gzip", wire);
  expect(outcome.kind).toBe("malformed");
  expect(chargedBytes).toBeLessThanOrEqual(MIB);
});

test("what does not fit the budget is told to come back, and the limit of the budget holds", async () => {
  const { outcome, chargedBytes } = await run("gzip", gzipSync(Buffer.alloc(10 * MIB)), {
    budgetBytes: 5 * MIB,
    limits: { compressionRatioMax: 100_000 },
  });
  expect(outcome.kind).toBe("overloaded");
  expect(chargedBytes).toBeLessThanOrEqual(5 * MIB);
});

test.each(["gzip", "deflate", "zstd"] as const)(
  "bytes that are no %s are malformed",
  async (coding) => {
    const { outcome } = await run(coding, Buffer.from("this is no compressed stream at all"));
    expect(outcome).toMatchObject({ kind: "malformed", message: expect.stringContaining(coding) });
  },
);

test.each(["gzip", "deflate", "zstd"] as const)("a %s cut short is malformed", async (coding) => {
  const wire = COMPRESS[coding](Buffer.from("x".repeat(1000) + Math.PI));
  const { outcome } = await run(coding, wire.subarray(0, wire.length - 6));
  expect(outcome.kind).toBe("malformed");
});

test("codings are known by the names clients use", () => {
  expect(
    ["", "identity", undefined, "GZIP", " x-gzip", "zlib", "zstd", "br"].map(parseContentCoding),
  ).toEqual(["identity", "identity", "identity", "gzip", "gzip", "deflate", "zstd", undefined]);
});
