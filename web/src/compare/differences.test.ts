/** Goal: the list of differences begins with the one that explains the most. */
import { expect, test } from "vitest";
import type { AlignedRow, Side } from "./align.ts";
import {
  compareRows,
  compareWithUsual,
  diffAttributes,
  operationKeys,
  rankDifferences,
} from "./differences.ts";

function side(durationNs: number, ownNs = durationNs): Side {
  return { node: 0, durationNs, ownNs, isError: false, spanId: "" };
}

function row(operation: string, a?: Side, b?: Side): AlignedRow {
  return { key: operation, depth: 0, service: "s", operation, kind: "Server", a, b };
}

test("own times are compared: a slow child does not make its parents slow", () => {
  const rows = [
    row("root", side(1000, 10), side(500, 12)),
    row("slow", side(900), side(400)),
    row("added", side(30)),
    row("gone", undefined, side(20)),
    row("same", side(5), side(5)),
  ];
  const ranked = rankDifferences(compareRows(rows), 10);
  expect(ranked.map(({ operation, deltaNs }) => [operation, deltaNs])).toEqual([
    ["slow", 500],
    ["added", 30],
    ["gone", -20],
    ["root", -2],
  ]);
  expect(rankDifferences(compareRows(rows), 1)).toHaveLength(1);
});

test("against what is usual the median counts; what nobody knows is not compared", () => {
  const meta = { elapsedMs: 1, rowsRead: 1, bytesRead: 1, complete: true };
  const known = { service: "s", operation: "known", kind: "Server", requests: 9 };
  const rows = compareWithUsual([row("known", side(300)), row("new", side(50))], {
    operations: [
      { ...known, p50Nano: "100", p95Nano: "250" },
      { ...known, operation: "new", requests: 0, p50Nano: null, p95Nano: null },
    ],
    fromUnixNano: "0",
    toUnixNano: "0",
    meta,
  });
  expect(rows.map(({ deltaNs, usual }) => [deltaNs, usual?.p95Ns])).toEqual([
    [200, 250],
    [undefined, undefined],
  ]);
});

test("the operations that took the most time are asked for first", () => {
  const rows = [row("quick", side(1)), row("slow", side(50)), row("quick", side(2))];
  expect(operationKeys(rows, 9)).toEqual(['["s","slow","Server"]', '["s","quick","Server"]']);
  expect(operationKeys(rows, 1)).toEqual(['["s","slow","Server"]']);
});

test("attributes that differ, are missing, or are new", () => {
  expect(
    diffAttributes({ same: "1", gone: "x", other: "a" }, { same: "1", other: "b", new: "" }),
  ).toEqual({
    different: [
      { name: "gone", a: "x", b: undefined },
      { name: "new", a: undefined, b: "" },
      { name: "other", a: "a", b: "b" },
    ],
    equalCount: 1,
  });
});

test("an attribute that has the name of something every object has is there only where it was sent", () => {
  const sent: unknown = JSON.parse('{"constructor":"x","__proto__":"y"}');
  const a = { ...(sent as Record<string, string>) };
  expect(diffAttributes(a, {})).toEqual({
    different: [
      { name: "__proto__", a: "y", b: undefined },
      { name: "constructor", a: "x", b: undefined },
    ],
    equalCount: 0,
  });
});
