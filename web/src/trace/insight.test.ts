/** Goal: own time, silence, blame, groups and what starts closed are worked out from what the spans say, and nothing else. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Span } from "@throughline/query/wire";
import { findBlame } from "./blame.ts";
import { OPEN_WHOLE_MAX } from "./insight.ts";
import { measureOwnTime } from "./own-time.ts";
import { log, span, trace } from "./testing.ts";
import { indexTrace } from "./trace-index.ts";
import { toFixedModel, toModel } from "./trace-model.ts";

const MS = 1_000_000;
const failed = (one: Span, message = ""): Span => ({ ...one, status: { code: "Error", message } });

describe("own time", () => {
  const selfOf = (spans: Span[]) => {
    const index = indexTrace(trace(spans));
    const { selfNs } = measureOwnTime(index);
    return Object.fromEntries(index.nodes.map((node, i) => [node.key, selfNs[i]]));
  };

  test("is what no child covers, overlapping children counted once", () => {
    const spans = [
      span("root", "", 0, 100),
      span("a", "root", 10, 30),
      span("b", "root", 20, 40),
      span("c", "root", 90, 500),
    ];
    expect(selfOf(spans)).toEqual({ root: 40, a: 30, b: 40, c: 500 });
  });

  test("of a producer is not taken by its consumer", () => {
    const producer = { ...span("send", "", 0, 10), kind: "Producer" };
    const consumer = { ...span("handle", "send", 5, 10), kind: "Consumer" };
    expect(selfOf([producer, consumer])).toEqual({ send: 10, handle: 10 });
  });

  test("is what no child covers also where clocks put right leave a later child first", () => {
    const client = { ...span("call", "", 0, 100 * MS), kind: "Client", serviceName: "front" };
    const servers = [span("a", "call", -45 * MS, 10 * MS), span("b", "call", -5 * MS, 90 * MS)];
    const early = servers.map((each) => ({ ...each, kind: "Server", serviceName: "pay" }));
    const { own } = toFixedModel(toModel(indexTrace(trace([client, ...early])))).insight;
    expect([...own.selfNs]).toEqual([10 * MS, 10 * MS, 90 * MS]);
  });

  test("is never more than the duration and never less than nothing", () => {
    const row = fc.tuple(fc.nat(1000), fc.nat(60), fc.nat(40));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
        const spans = rows.map(([parent, start, duration], i) =>
          span(`${i}`, i === 0 ? "" : `${parent % i}`, start, duration),
        );
        const index = indexTrace(trace(spans));
        measureOwnTime(index).selfNs.forEach((ns, node) => {
          expect(ns).toBeGreaterThanOrEqual(0);
          expect(ns).toBeLessThanOrEqual(index.durationNs[node]!);
        });
      }),
    );
  });
});

describe("a gap", () => {
  const gapsOf = (spans: Span[]) => measureOwnTime(indexTrace(trace(spans))).gaps.get(0) ?? [];
  const parent = () => span("root", "", 0, 100 * MS);

  test("is long silence between children", () => {
    const spans = [parent(), span("a", "root", 0, 30 * MS), span("b", "root", 70 * MS, 30 * MS)];
    expect(gapsOf(spans)).toEqual([{ fromNs: 30 * MS, toNs: 70 * MS }]);
  });

  test("ends where something is logged", () => {
    const root = parent();
    root.logs.push(log("still here", 75 * MS));
    expect(gapsOf([root, span("a", "root", 0, 30 * MS)])).toEqual([
      { fromNs: 30 * MS, toNs: 75 * MS },
      { fromNs: 75 * MS, toNs: 100 * MS },
    ]);
  });

  test("is not a fifth of the span, not five milliseconds, not a span without children", () => {
    expect(gapsOf([parent(), span("a", "root", 0, 81 * MS)])).toEqual([]);
    expect(gapsOf([span("root", "", 0, 5 * MS), span("a", "root", 0, 1)])).toEqual([]);
    expect(gapsOf([parent()])).toEqual([]);
  });
});

describe("blame", () => {
  const blameOf = (spans: Span[]) => {
    const index = indexTrace(trace(spans));
    const blame = findBlame(index);
    return blame && { ...blame, node: index.nodes[blame.node]!.key };
  };

  test("goes to the deepest failed span, through one that did not say it failed", () => {
    const card = failed(span("card", "charge", 20, 30), "card processor answered 503");
    card.serviceName = "payments";
    const spans = [failed(span("root", "", 0, 100)), span("orders", "root", 5, 80)];
    spans.push(failed(span("charge", "orders", 10, 50), "upstream"), card);
    expect(blameOf(spans)).toEqual({
      node: "card",
      service: "payments",
      reason: "card processor answered 503",
      levelsDown: 3,
      failedRequest: true,
    });
  });

  test("of several attempts goes to the last", () => {
    const spans = [failed(span("root", "", 0, 100))];
    spans.push(failed(span("first", "root", 0, 30)), failed(span("second", "root", 40, 30)));
    expect(blameOf(spans)).toMatchObject({ node: "second", reason: "span second" });
  });

  test("prefers the exception's words, then the last error log's, then the status code", () => {
    const one = failed(span("a", "", 0, 100));
    one.attributes["http.response.status_code"] = "503";
    expect(blameOf([one])?.reason).toBe("span a answered 503");
    one.logs.push(log("giving up", 5, 17), log("bye", 6));
    expect(blameOf([one])?.reason).toBe("giving up");
    const attributes = { "exception.message": "connect ETIMEDOUT" };
    one.events.push({ timeUnixNano: one.startTimeUnixNano, name: "exception", attributes });
    expect(blameOf([one])?.reason).toBe("connect ETIMEDOUT");
  });

  test("says when the request itself did not fail, and nothing when no span did", () => {
    expect(blameOf([span("root", "", 0, 100), failed(span("a", "root", 5))])).toMatchObject({
      node: "a",
      failedRequest: false,
    });
    expect(blameOf([span("root", "", 0, 100)])).toBeUndefined();
  });

  test("finds a failure in another root than the longest", () => {
    expect(blameOf([span("root", "", 0, 100), failed(span("b", "gone", 5))])?.node).toBe("b");
  });
});

describe("similar siblings", () => {
  const many = (count: number, change: (one: Span, i: number) => Span = (one) => one) => [
    span("root", "", 0, 1000),
    ...Array.from({ length: count }, (_, i) =>
      change({ ...span(`${i}`, "root", i * 10, i + 1), name: "SELECT stock" }, i),
    ),
  ];
  const groupsOf = (spans: Span[]) => {
    const index = indexTrace(trace(spans));
    return toModel(index).insight.similar.groups.map(({ members, ...rest }) => ({
      ...rest,
      members: members.map((member) => index.nodes[member]!.key),
    }));
  };

  test("become one group from the ninth on, with its median and maximum", () => {
    expect(groupsOf(many(8))).toEqual([]);
    const [group] = groupsOf(many(9));
    expect(group).toMatchObject({ key: "0", p50Ns: 5, maxNs: 9, totalNs: 45 });
    expect(group!.members.length).toBe(9);
  });

  test("leave failures outside, and those in whose branch something failed or an error was logged", () => {
    const spans = many(20, (one, i) => (i === 5 ? failed(one) : one));
    spans.push(failed(span("inner", "7", 71, 1)));
    spans[10]!.logs.push(log("locked", 91, 17));
    const [group] = groupsOf(spans);
    expect(group!.members.length).toBe(17);
    expect(group!.members).not.toEqual(expect.arrayContaining(["5"]));
    expect(["7", "9"].some((key) => group!.members.includes(key))).toBe(false);
  });

  test("end where another name comes between", () => {
    const spans = many(20, (one, i) => (i === 10 ? { ...one, name: "UPDATE stock" } : one));
    expect(groupsOf(spans).map(({ members }) => members.length)).toEqual([10, 9]);
  });
});

describe("what starts closed", () => {
  const large = () => {
    const spans = [
      span("root", "", 0, 1e6),
      span("page", "root", 0, 10),
      span("item", "page", 0, 5),
    ];
    spans.push(span("inner", "item", 0, 1), span("waited for instead", "root", 0, 15));
    for (let i = 0; i < OPEN_WHOLE_MAX; i++) spans.push(span(`${i}`, "root", i, 1));
    return spans;
  };
  const closedOf = (spans: Span[]) => {
    const index = indexTrace(trace(spans));
    const { startsClosed } = toModel(index).insight;
    return index.nodes.filter((_, node) => startsClosed[node] === 1).map((node) => node.key);
  };

  test("is nothing in a trace of ordinary size", () => {
    expect(closedOf(large().slice(0, 100))).toEqual([]);
  });

  test("in a large trace is what lies deep, and neither failed nor was waited for", () => {
    expect(closedOf(large())).toEqual(["item"]);
    expect(closedOf([...large(), failed(span("bad", "inner", 0, 1))])).toEqual([]);
    const waited = large();
    waited[2] = span("item", "page", 5, 5);
    waited[1] = span("page", "root", 3000, 990_000);
    waited[2] = span("item", "page", 3000, 980_000);
    expect(closedOf(waited)).toEqual([]);
  });
});
