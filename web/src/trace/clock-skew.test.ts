/** Goal: impossible orders are told, never silently moved; the fixed view puts a host's spans and logs where they belong. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Span } from "@throughline/query/wire";
import { findSkew, fixSkew } from "./clock-skew.ts";
import { log, span, trace } from "./testing.ts";
import { indexTrace } from "./trace-index.ts";

const MS = 1_000_000;

function on(host: string, kind: string, one: Span): Span {
  return { ...one, kind, resource: { "host.name": host } };
}

/** Client 20..200, server sent as -40..110, its query -30..90. */
function skewed() {
  const query = on("b", "Client", span("query", "server", -30 * MS, 120 * MS));
  query.logs.push(log("asked", -20 * MS));
  return indexTrace(
    trace([
      on("a", "Server", span("root", "", 0, 640 * MS)),
      on("a", "Client", span("call", "root", 20 * MS, 180 * MS)),
      on("b", "Server", span("server", "call", -40 * MS, 150 * MS)),
      query,
    ]),
  );
}

const startsOf = (index: ReturnType<typeof skewed>) =>
  Object.fromEntries(index.nodes.map((node, i) => [node.key, index.startNs[i]! / MS]));

describe("a server that starts before its client", () => {
  test("is told with how much earlier it starts", () => {
    expect(findSkew(skewed())).toEqual([
      { node: 2, host: "b", earlyNs: 60 * MS, offsetNs: 75 * MS },
    ]);
  });

  test("is told where hosts have names only, their ids being empty", () => {
    const nameless = (host: string, kind: string, one: Span): Span => ({
      ...on(host, kind, one),
      resource: { "host.id": "", "host.name": host },
    });
    const spans = [
      nameless("a", "Client", span("call", "", 20 * MS, 100 * MS)),
      nameless("b", "Server", span("server", "call", 10 * MS, 50 * MS)),
    ];
    expect(findSkew(indexTrace(trace(spans))).map(({ host }) => host)).toEqual(["b"]);
  });

  test("moves into the middle of its client, with everything its host did below it", () => {
    const fixed = fixSkew(skewed(), findSkew(skewed()));
    expect(startsOf(fixed)).toEqual({ root: 0, call: 20, server: 35, query: 45 });
    expect(fixed.nodes[3]!.items[0]!.atNs).toBe(55 * MS);
    expect(fixed.totalNs).toBe(640 * MS);
    expect(fixed.traceStart - skewed().traceStart).toBe(BigInt(40 * MS));
  });

  test("that outlasts its client starts right after it", () => {
    const spans = [
      on("a", "Client", span("call", "", 10 * MS, 5 * MS)),
      on("b", "Server", span("server", "call", 0, 9 * MS)),
    ];
    expect(findSkew(indexTrace(trace(spans)))[0]?.offsetNs).toBe(10 * MS + 1000);
  });

  test("is no skew on one host, within a tenth of a millisecond, or between other kinds", () => {
    const call = (host: string, kind: string, startNs: number) =>
      findSkew(
        indexTrace(
          trace([
            on("a", "Client", span("call", "", 10 * MS, 5 * MS)),
            on(host, kind, span("server", "call", startNs, 1 * MS)),
          ]),
        ),
      ).length;
    expect(call("b", "Server", 0)).toBe(1);
    expect(call("a", "Server", 0)).toBe(0);
    expect(call("b", "Server", 10 * MS - 90_000)).toBe(0);
    expect(call("b", "Consumer", 0)).toBe(0);
  });
});

test("a trace without skew is left as it is", () => {
  const index = indexTrace(trace([span("a", "", 0)]));
  expect(fixSkew(index, findSkew(index))).toBe(index);
});

test("after fixing, no server starts before its client", () => {
  const row = fc.tuple(fc.nat(1000), fc.integer({ min: 0, max: 900 }), fc.nat(50));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 15 }), (rows) => {
      const spans = rows.map(([parent, start, duration], i) => {
        const one = span(`${i}`, i === 0 ? "" : `${parent % i}`, start * MS, duration * MS);
        return on(`${i % 4}`, i % 2 === 0 ? "Client" : "Server", one);
      });
      const index = indexTrace(trace(spans));
      for (const { node } of findSkew(index)) {
        const fixed = fixSkew(index, findSkew(index));
        expect(fixed.startNs[node]).toBeGreaterThanOrEqual(fixed.startNs[fixed.parent[node]!]!);
        expect(fixed.durationNs).toEqual(index.durationNs);
      }
    }),
  );
});
