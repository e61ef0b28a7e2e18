import { ClickHouseError } from "@clickhouse/client";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beforeException, wholeLines } from "./exception-guard.ts";

const TAG = "feyhpynzlrgozjhe";
const MESSAGE = "Code: 241. DB::Exception: memory. (MEMORY_LIMIT_EXCEEDED) (version 26.7.2.1)";
const TAIL = `\r\n__exception__\r\n${TAG}\r\n${MESSAGE}\n${MESSAGE.length + 1} ${TAG}\r\n__exception__\r\n`;

async function* inPieces(text: string, sizes: readonly number[], failure?: Error) {
  const bytes = Buffer.from(text);
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % Math.max(1, sizes.length)] ?? bytes.length);
    yield bytes.subarray(at, at + size);
    at += size;
  }
  if (failure !== undefined) throw failure;
}

async function take(source: AsyncIterable<Buffer>): Promise<{ text: string; error: unknown }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of source) chunks.push(chunk);
    return { text: Buffer.concat(chunks).toString(), error: undefined };
  } catch (error) {
    return { text: Buffer.concat(chunks).toString(), error };
  }
}

const SIZES = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
/** With the beginnings of markers in it. */
const ROWS = fc
  .array(
    fc.constantFrom("row\n", "\r", "\r\n", "\r\n__exception__", "\r\n__exception__\r\nfeyh", "é"),
  )
  .map((parts) => parts.join(""));

describe("an answer of ClickHouse", () => {
  test("that is whole passes unchanged, however it is cut into pieces", async () => {
    await fc.assert(
      fc.asyncProperty(ROWS, SIZES, async (rows, sizes) => {
        const taken = await take(beforeException(inPieces(rows, sizes), TAG));
        expect(taken).toEqual({ text: rows, error: undefined });
      }),
    );
  });

  test("that fails ends before the exception, with it as the error", async () => {
    const reset = new Error("ECONNRESET");
    await fc.assert(
      fc.asyncProperty(ROWS, SIZES, fc.boolean(), async (rows, sizes, breaks) => {
        const source = inPieces(rows + TAIL, sizes, breaks ? reset : undefined);
        const { text, error } = await take(beforeException(source, TAG));
        expect(text).toBe(rows);
        expect(error).toBeInstanceOf(ClickHouseError);
        expect(error).toMatchObject({ code: "241", message: MESSAGE });
      }),
    );
  });

  test("that breaks off without a word fails with what broke it", async () => {
    const reset = new Error("ECONNRESET");
    const { error } = await take(beforeException(inPieces("rows\n", [2], reset), TAG));
    expect(error).toBe(reset);
  });

  test("with the marker of another tag in a row is rows", async () => {
    const rows = TAIL.replaceAll(TAG, "aaaaaaaaaaaaaaaa");
    expect(await take(beforeException(inPieces(rows, [7]), TAG))).toEqual({
      text: rows,
      error: undefined,
    });
  });
});

describe("whole lines", () => {
  test("are everything of a source that ends", async () => {
    await fc.assert(
      fc.asyncProperty(ROWS, SIZES, async (rows, sizes) => {
        expect((await take(wholeLines(inPieces(rows, sizes)))).text).toBe(rows);
      }),
    );
  });

  test("are those before the last end of a line of one that fails", async () => {
    await fc.assert(
      fc.asyncProperty(ROWS, SIZES, async (rows, sizes) => {
        const { text, error } = await take(wholeLines(inPieces(rows, sizes, new Error("broken"))));
        expect(text).toBe(rows.slice(0, rows.lastIndexOf("\n") + 1));
        expect(error).toBeInstanceOf(Error);
      }),
    );
  });
});
