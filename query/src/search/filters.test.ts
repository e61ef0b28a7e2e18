import { expect, test } from "vitest";
import type { TraceQuery } from "../http/query-params.ts";
import { toTraceSearch } from "../http/parse-query.ts";
import { firstStepOf } from "./filters.ts";

test.each([
  [{}, 0],
  [{ status: "error" }, 0],
  [{ service: "pay" }, 0],
  [{ service: "pay", status: "error" }, 1],
  [{ service: "pay", operation: "GET /", minDuration: "500ms", status: "error" }, 3],
  [{ service: "pay", status: "error", attribute: ["a=b"] }, 0],
  [{ q: "service:pay" }, 0],
  [{ q: "service:pay status:error" }, 1],
  [{ q: "service:pay duration<500ms" }, 1],
  [{ q: "service:pay duration>500ms" }, 2],
  [{ q: "service:pay duration>500ms", operation: "GET /" }, 3],
  [{ q: "service:pay duration>500ms name:GET" }, 3],
  [{ q: "service:pay (status:error OR duration>500ms)" }, 1],
  [{ q: "service:pay OR duration>500ms" }, 0],
] satisfies [TraceQuery, number][])("a search for %j begins on step %i", (query, step) => {
  expect(firstStepOf(toTraceSearch(query, 1_795_176_000_000_000_000n).filters)).toBe(step);
});

test("a trace id stays a condition", () => {
  const q = "service:pay trace:4bf92f3577b34da6a3ce929d0e0e4736";
  const { filters } = toTraceSearch({ q }, 1_795_176_000_000_000_000n);
  expect(filters).toMatchObject({ service: "pay", condition: { source: { column: "TraceId" } } });
});
