/** Goal: a value becomes a filter that finds it, in a range in which the trace is. */
import { expect, test } from "vitest";
import { attributeHrefs } from "./attribute-links.ts";
import { span, trace } from "./testing.ts";
import { indexTrace } from "./trace-index.ts";

const index = indexTrace(trace([span("a", "", 0, 1000)]));
const START_MS = 1_795_219_355_000;

const hrefsOf = (search: string, name: string, value: string, nowMs: number) =>
  attributeHrefs(search, index, { kind: "attribute", name, value }, nowMs);

test.each([
  ["http.route", "/pay", 'http.route:"/pay"'],
  ["user", 'a "b" \\', 'user:"a \\"b\\" \\\\"'],
])("%s = %s is asked for as it is", (name, value, q) => {
  const { traces, logs } = hrefsOf("", name, value, START_MS + 1000);
  expect(new URL(traces, "http://x").searchParams.get("q")).toBe(q);
  expect(new URL(logs, "http://x").searchParams.get("q")).toBe(q);
  expect(traces).not.toContain("from=");
});

test("of an old trace it is looked for around the trace", () => {
  const { traces } = hrefsOf("", "a", "b", START_MS + 86_400_000);
  const params = new URL(traces, "http://x").searchParams;
  expect(Date.parse(params.get("from") ?? "")).toBe(START_MS - 1_800_000);
  expect(Date.parse(params.get("to") ?? "")).toBeGreaterThan(START_MS + 1_800_000);
});

test("the range that the page came with stays", () => {
  const { logs } = hrefsOf("?from=now-7d", "a", "b", START_MS + 86_400_000);
  expect(new URL(logs, "http://x").searchParams.get("from")).toBe("now-7d");
});
