/** Goal: a rule about bodies tells whether there is one from what it says. Method: through the whole encoder. */
import { expect, test } from "vitest";
import { createEncoder } from "../encode/encoder.ts";
import type { EncodeRequest } from "../encode/encoder.ts";
import { logs, NOW, rowsOf, spans } from "../encode/testing/requests.ts";
import { parseRules } from "../rules/parse-rules.ts";
import { PROCESS_TOOLS } from "../rules/process-tools.ts";

/** @returns the records that a filter with this condition leaves */
function left(condition: string, request: EncodeRequest): number {
  const yaml = `filters: [{name: f, drop: {${condition}}}]`;
  const parsed = parseRules(yaml, { version: 1, hashKey: "" });
  if (parsed.kind === "invalid") throw new Error(parsed.problems.join("\n"));
  return rowsOf(createEncoder({ rules: parsed.rules, tools: PROCESS_TOOLS }).encode([request], NOW))
    .length;
}

test.each<[string, object, boolean]>([
  ["nothing", {}, false],
  ["an empty value", { body: {} }, false],
  ["an empty text", { body: { stringValue: "" } }, true],
  ["a number", { body: { intValue: 0 } }, true],
  ["a map", { body: { kvlistValue: { values: [] } } }, true],
  ["a list", { body: { arrayValue: { values: [] } } }, true],
  ["bytes", { body: { bytesValue: Uint8Array.of(1) } }, true],
])("%s as the body of a log, told by whether it exists", (_, record, exists) => {
  expect(left("body: {exists: true}", logs(record))).toBe(exists ? 0 : 1);
  expect(left("body: {exists: false}", logs(record))).toBe(exists ? 1 : 0);
});

test("a condition about bodies is about logs alone", () => {
  expect(left("body: {exists: false}", spans({ name: "GET /" }))).toBe(1);
});
