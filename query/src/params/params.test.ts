/** Goal: every way of writing a time, duration, severity or search is read as meant, or refused with what is accepted. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAttribute } from "./attribute.ts";
import { digestFilters, logCursors, traceCursors } from "./cursor.ts";
import { parseDuration } from "./duration.ts";
import { compareDecimal } from "./nanos.ts";
import { parseSeverity, severityBand } from "./severity.ts";
import { parseTime } from "./time.ts";
import { parseSpanId, parseTraceId } from "./trace-id.ts";
import { parseWords } from "./words.ts";

const NOW = 1_795_176_000_000_000_000n;

function read<T>(parsed: { kind: "value"; value: T } | { kind: "invalid" }): T | "refused" {
  return parsed.kind === "value" ? parsed.value : "refused";
}

describe("times", () => {
  const cases: readonly (readonly [string, bigint | "refused"])[] = [
    ["2026-11-20T12:00:00Z", NOW],
    ["2026-11-20t12:00:00z", NOW],
    ["2026-11-20T13:30:00+01:30", NOW],
    ["2026-11-20T07:00:00-05:00", NOW],
    ["2026-11-20T12:00:00.123456789Z", NOW + 123_456_789n],
    ["2026-11-20T12:00:00.5Z", NOW + 500_000_000n],
    ["1795176000", NOW],
    ["1795176000000", NOW],
    ["1795176000000000", NOW],
    ["1795176000000000001", NOW + 1n],
    ["0", 0n],
    ["now", NOW],
    ["now-1h", NOW - 3_600_000_000_000n],
    ["now-1h30m", NOW - 5_400_000_000_000n],
    ["now-1.5h", NOW - 5_400_000_000_000n],
    ["now-7d", NOW - 604_800_000_000_000n],
    ["now+5m", NOW + 300_000_000_000n],
    ["now 5m", NOW + 300_000_000_000n],
    ["now-5", "refused"],
    ["now-", "refused"],
    ["nowish", "refused"],
    ["2026-02-31T00:00:00Z", "refused"],
    ["2026-13-01T00:00:00Z", "refused"],
    ["2026-11-20T25:00:00Z", "refused"],
    ["2026-11-20", "refused"],
    ["2026-11-20T12:00:00", "refused"],
    ["1969-12-31T23:59:59Z", "refused"],
    ["9999-01-01T00:00:00Z", "refused"],
    ["99999999999999999999", "refused"],
    ["-5", "refused"],
    ["", "refused"],
    ["now-99999999w", "refused"],
  ];
  for (const [text, expected] of cases) {
    test(`${JSON.stringify(text)} is ${expected}`, () => {
      expect(read(parseTime(text, NOW))).toBe(expected);
    });
  }

  test("what toISOString writes is read back", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date("2200-01-01T00:00:00Z"), noInvalidDate: true }),
        (date) => {
          expect(read(parseTime(date.toISOString(), NOW))).toBe(
            BigInt(date.getTime()) * 1_000_000n,
          );
        },
      ),
    );
  });
});

describe("durations", () => {
  const cases: readonly (readonly [string, bigint | "refused"])[] = [
    ["100ms", 100_000_000n],
    ["1.5s", 1_500_000_000n],
    ["2m30s", 150_000_000_000n],
    ["250us", 250_000n],
    ["250µs", 250_000n],
    ["7ns", 7n],
    ["1234", 1_234n],
    ["9223372036854775807", 9_223_372_036_854_775_807n],
    ["0.1234567891s", 123_456_789n],
    ["9223372036854775808", "refused"],
    ["100 ms", "refused"],
    ["-1s", "refused"],
    ["1.5", "refused"],
    ["ms", "refused"],
    ["1e3s", "refused"],
    ["", "refused"],
    ["9".repeat(200) + "s", "refused"],
    ["99999999999w", "refused"],
  ];
  for (const [text, expected] of cases) {
    test(`${JSON.stringify(text.slice(0, 30))} is ${expected}`, () => {
      expect(read(parseDuration(text))).toBe(expected);
    });
  }
});

describe("severities", () => {
  test("a name means its band and everything above", () => {
    expect(read(parseSeverity("warn"))).toMatchObject({ number: 13 });
    expect(read(parseSeverity("WARNING"))).toMatchObject({ number: 13 });
    expect(read(parseSeverity("14"))).toMatchObject({ number: 14 });
    const minimum = read(parseSeverity("ERROR"));
    expect(minimum).toMatchObject({ number: 17 });
    expect(minimum === "refused" ? [] : minimum.texts).toEqual(
      expect.arrayContaining(["ERR", "CRITICAL"]),
    );
    expect(minimum === "refused" ? [] : minimum.texts).not.toContain("WARN");
  });

  test("nonsense is refused", () => {
    for (const text of ["", "0", "25", "-1", "LOUD", "1.5"])
      expect(read(parseSeverity(text))).toBe("refused");
  });

  test("a record counts for the band that a search for it finds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), (number) => {
        const band = severityBand(number, "ignored");
        const minimum = read(parseSeverity(band));
        expect(minimum === "refused" ? 99 : minimum.number).toBeLessThanOrEqual(number);
      }),
    );
    expect(severityBand(0, "Warning")).toBe("WARN");
    expect(severityBand(0, "")).toBe("UNSET");
    expect(severityBand(255, "")).toBe("FATAL");
  });
});

describe("body searches", () => {
  test("words must all occur, phrases and punctuation as written", () => {
    expect(read(parseWords("card declined"))).toEqual({ words: "card declined", phrases: [] });
    expect(read(parseWords('"card declined" now'))).toEqual({
      words: "card declined now",
      phrases: ["card declined"],
    });
    expect(read(parseWords("order-123"))).toEqual({ words: "order 123", phrases: ["order-123"] });
    expect(read(parseWords("!!!"))).toEqual({ words: "", phrases: ["!!!"] });
    expect(read(parseWords('unclosed "phrase here'))).toEqual({
      words: "unclosed phrase here",
      phrases: ["phrase here"],
    });
  });

  test("nothing to search for and too much are refused", () => {
    expect(read(parseWords('""'))).toBe("refused");
    expect(read(parseWords("  "))).toBe("refused");
    expect(read(parseWords("a ".repeat(65)))).toBe("refused");
    expect(read(parseWords("a-b ".repeat(11)))).toBe("refused");
  });

  test("any text is read or refused, and words never hold punctuation", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const parsed = read(parseWords(text));
        if (parsed !== "refused")
          expect(/^[A-Za-z0-9\u0080-\u{10FFFF} ]*$/u.test(parsed.words)).toBe(true);
      }),
    );
  });
});

test("an attribute has a key, and a value that may hold anything", () => {
  expect(read(parseAttribute("a=b=c"))).toBe("a=b=c");
  expect(read(parseAttribute("a="))).toBe("a=");
  expect(read(parseAttribute("=a"))).toBe("refused");
  expect(read(parseAttribute("a"))).toBe("refused");
});

test("ids are lowered, and only hex of the right length", () => {
  expect(read(parseTraceId("ABCDEF0123456789ABCDEF0123456789"))).toBe(
    "abcdef0123456789abcdef0123456789",
  );
  expect(read(parseTraceId("abc"))).toBe("refused");
  expect(read(parseSpanId("ABCDEF0123456789"))).toBe("abcdef0123456789");
  expect(read(parseSpanId("xxxxxxxxxxxxxxxx"))).toBe("refused");
});

test("decimal strings are ordered as the numbers they write", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 70n }),
      fc.bigInt({ min: 0n, max: 2n ** 70n }),
      (a, b) => {
        const order = compareDecimal(String(a), String(b));
        expect(Math.sign(order)).toBe(a === b ? 0 : a < b ? -1 : 1);
      },
    ),
  );
});

describe("cursors", () => {
  test("come back as they went, for the same filters only", () => {
    const digest = digestFilters({ service: "a" });
    const cursor = { v: 1 as const, q: digest, from: "1", to: "9", w: 3, t: "5", id: "ab" };
    const text = traceCursors.encode(cursor);
    expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(traceCursors.decode(text, digest)).toEqual(cursor);
    expect(() => traceCursors.decode(text, digestFilters({ service: "b" }))).toThrow(
      "other filters",
    );
    expect(() => logCursors.decode(text, digest)).toThrow("not one that this service gave");
  });

  test("any text is refused with a reason, never a crash", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(() => logCursors.decode(text, "x")).toThrow("cursor");
      }),
    );
  });
});
