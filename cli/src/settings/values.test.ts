import { expect, test } from "vitest";
import { choice, integer, port, text } from "./facets.ts";
import { SettingsSchema } from "./schema.ts";
import { expectation, formatBytes, formatValue, parseValue } from "./values.ts";

const size = integer({
  description: "",
  unit: "bytes",
  default: 64 * 2 ** 20,
  minimum: 1024,
  maximum: 2 ** 40,
});
const days = integer({ description: "", unit: "days", minimum: 1, maximum: 3650 });
const level = choice({ description: "", enum: ["info", "warn"], default: "info" });
const password = text({ description: "", expected: "a password", secret: true });

test.each([
  ["65536", 65_536],
  ["64KiB", 65_536],
  ["64 kib", 65_536],
  ["2GB", 2_000_000_000],
  [4096, 4096],
])("the size %s is %i bytes", (raw, value) => {
  expect(parseValue(size, raw)).toEqual({ kind: "ok", value });
});

test.each(["64 parsecs", "-5", "1.5MiB", "", "1e6", 12.5, true, [], 100, "9999TiB"])(
  "%j is no size",
  (raw) => {
    expect(parseValue(size, raw)).toEqual({
      kind: "invalid",
      expected: "a size such as 64MiB, from 1KiB to 1TiB",
    });
  },
);

test("only sizes have units", () => {
  expect(parseValue(days, "30")).toEqual({ kind: "ok", value: 30 });
  expect(parseValue(days, "30KiB").kind).toBe("invalid");
  expect(parseValue(days, "30d").kind).toBe("invalid");
});

test("a port is from 1 to 65535", () => {
  const schema = port(8417, "");
  expect(parseValue(schema, "1").kind).toBe("ok");
  expect(parseValue(schema, "65535").kind).toBe("ok");
  expect(parseValue(schema, "0").kind).toBe("invalid");
  expect(parseValue(schema, "65536").kind).toBe("invalid");
  expect(expectation(schema)).toBe("a port number from 1 to 65535");
});

test("a choice names what may be chosen", () => {
  expect(parseValue(level, "warn")).toEqual({ kind: "ok", value: "warn" });
  expect(parseValue(level, "loud")).toEqual({ kind: "invalid", expected: "one of info, warn" });
});

test("a text that YAML reads as a number is refused instead of guessed at", () => {
  expect(parseValue(password, 1234)).toEqual({ kind: "invalid", expected: "a password" });
});

test("values are printed for people, and secrets not at all", () => {
  expect(formatValue(size, 64 * 2 ** 20)).toBe("64MiB");
  expect(formatValue(size, undefined)).toBe("(unset)");
  expect(formatValue(password, "hunter2")).toBe("********");
  expect(formatValue(password, "")).toBe("(empty)");
  expect(formatBytes(1_000_001)).toBe("1000001");
});

const origins = SettingsSchema.properties.queryCorsOrigins;

test.each([
  "https://board.example",
  "http://localhost:3000, https://board.example:8443",
  "http://[::1]:5173",
])("%s are exact origins", (raw) => {
  expect(parseValue(origins, raw)).toEqual({ kind: "ok", value: raw });
});

test.each([
  "*",
  "https://*.example",
  "https://board.example/",
  "board.example",
  "https://a b",
  "",
  "null",
])("%j is no exact origin", (raw) => {
  expect(parseValue(origins, raw).kind).toBe("invalid");
});
