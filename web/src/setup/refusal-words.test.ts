import type { Refusal } from "@throughline/query/wire";
import { expect, test } from "vitest";
import { describeAge, describeRefused } from "./refusal-words.ts";

const refusal: Refusal = {
  transport: "http",
  signal: "logs",
  reason: "malformed",
  message: "Not OTLP.",
  requests: 3,
  records: 0,
  ageMs: 0,
};

test.each<[Partial<Refusal>, string]>([
  [{}, "3 requests with logs over HTTP"],
  [{ requests: 1, transport: "grpc", signal: "traces" }, "1 request with traces over gRPC"],
  [{ reason: "invalid_record", records: 12, signal: "traces" }, "12 spans over HTTP"],
  [{ reason: "invalid_record", records: 1 }, "1 log record over HTTP"],
  [{ reason: "invalid_record", records: 2, signal: "metrics" }, "2 metric points over HTTP"],
  [{ signal: null, reason: "wrong_protocol", requests: 1 }, "1 connection over HTTP"],
  [{ signal: null, reason: "unknown_path" }, "3 requests over HTTP"],
])("%o is called %s", (given, words) => {
  expect(describeRefused({ ...refusal, ...given })).toBe(words);
});

test.each([
  [0, "less than a minute ago"],
  [59_999, "less than a minute ago"],
  [60_000, "1 minute ago"],
  [3_599_999, "59 minutes ago"],
])("%d ms is %s", (ageMs, words) => {
  expect(describeAge(ageMs)).toBe(words);
});
