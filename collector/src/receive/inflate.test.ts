/** Goal: whatever is decompressed, neither the limits nor the budget is exceeded, and honest bodies come out. */
import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import {
  constants,
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

test("frames of zstd come out one after the other, whatever they say of their lengths", async () => {
  const frame = fc.oneof(
    fc.uint8Array({ maxLength: 20 }).map((data) => ({ wire: skippable(data), content: [] })),
    fc
      .tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 400 }), fc.boolean())
      .map(([piece, times, declares]) => {
        const content = Buffer.concat(Array.from({ length: times }, () => piece));
        return { wire: zstdFrame(content, declares), content };
      }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 12 }), async (frames) => {
      const wire = Buffer.concat(frames.map((each) => each.wire));
      const { outcome, chargedBytes } = await run("zstd", wire);
      if (outcome.kind !== "inflated") throw new Error(outcome.message);
      const content = Buffer.concat(frames.map((each) => Buffer.from(each.content)));
      expect(Buffer.compare(outcome.body, content)).toBe(0);
      expect(chargedBytes).toBeGreaterThanOrEqual(2 * content.length);
    }),
    { numRuns: 60 },
  );
});

test("a zstd of several frames that is cut short anywhere but between them is malformed", async () => {
  const frames = [zstdFrame(Buffer.alloc(30_000, "abc"), true), skippable(Buffer.alloc(9))];
  frames.push(zstdFrame(Buffer.from("the last one"), false));
  const wire = Buffer.concat(frames);
  const ends = frames.map((_, i) => Buffer.concat(frames.slice(0, i + 1)).length);
  for (let length = 0; length <= wire.length; length++) {
    const { outcome } = await run("zstd", wire.subarray(0, length));
    expect(outcome.kind, `${length} bytes`).toBe(ends.includes(length) ? "inflated" : "malformed");
  }
});

test("honest frames of zstd come out in one piece of its own memory, charged in one step", async () => {
  const frame = zstdCompressSync(Buffer.alloc(40_000, "abc"));
  const { outcome, chargedBytes } = await run("zstd", Buffer.concat([frame, frame, frame]));
  if (outcome.kind !== "inflated") throw new Error(outcome.kind);
  expect(outcome.body.length).toBe(120_000);
  expect(chargedBytes).toBeLessThan(2 * 120_000 + 2000);
});

test("frames of zstd share one limit and one budget", async () => {
  const frame = zstdCompressSync(randomBytes(MIB));
  const wire = Buffer.concat(Array.from({ length: 5 }, () => frame));
  const large = await run("zstd", Uint8Array.from(wire), { limits: { bodyMaxBytes: 4 * MIB } });
  expect(large.outcome).toMatchObject({
    kind: "too_large",
    message: expect.stringContaining("THROUGHLINE_OTLP_BODY_MAX_BYTES"),
  });
  const overloaded = await run("zstd", wire, { budgetBytes: 9 * MIB });
  expect(overloaded.outcome.kind).toBe("overloaded");
  expect(overloaded.chargedBytes).toBeLessThanOrEqual(9 * MIB);
});

test("a body of more frames than any sender makes is refused before one of them is read", async () => {
  const nothing = zstdCompressSync(Buffer.alloc(0));
  for (const frame of [nothing, skippable(Buffer.alloc(0))]) {
    const many = (count: number) => run("zstd", Buffer.alloc(count * frame.length, frame));
    expect((await many(1024)).outcome.kind).toBe("inflated");
    const { outcome, chargedBytes } = await many(1025);
    expect(outcome).toMatchObject({
      kind: "too_large",
      message: expect.stringContaining("more than 1024 frames"),
    });
    expect(chargedBytes).toBe(1025 * frame.length);
  }
});

test.each(["gzip", "deflate", "zstd"] as const)(
  "bytes behind the end of a %s body are malformed: it would be taken without them",
  async (coding) => {
    const whole = COMPRESS[coding](Buffer.alloc(100_000, "abc"));
    const behind = [Buffer.alloc(1), Buffer.alloc(30), Buffer.from("behind the end of the stream")];
    // Members behind padding are what gunzip leaves out without a word.
    behind.push(Buffer.concat([Buffer.alloc(20), whole]));
    for (const rest of behind) {
      const { outcome } = await run(coding, Buffer.concat([whole, rest]));
      expect(outcome, rest.toString("latin1")).toMatchObject({
        kind: "malformed",
        message: expect.stringContaining(`body of ${whole.length + rest.length} bytes is not`),
      });
    }
  },
);

test("a second deflate stream is malformed: the coding has but one", async () => {
  const wire = Buffer.concat([deflateSync(Buffer.from("one")), deflateSync(Buffer.from("two"))]);
  expect((await run("deflate", wire)).outcome.kind).toBe("malformed");
});

/** A frame that decoders ignore: RFC 8878, 3.1.2. */
function skippable(data: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a50 + (data.length % 16), 0);
  header.writeUInt32LE(data.length, 4);
  return Buffer.concat([header, data]);
}

/** @param declares whether the frame says its length; one that does not is checksummed instead */
function zstdFrame(content: Uint8Array, declares: boolean): Buffer {
  return zstdCompressSync(content, {
    params: {
      [constants.ZSTD_c_contentSizeFlag]: declares ? 1 : 0,
      [constants.ZSTD_c_checksumFlag]: declares ? 0 : 1,
    },
  });
}

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
