/** Goal: whatever an application logs, reading it takes little time and makes a small record; what is ordinary stays whole. */
import { expect, test } from "vitest";
import { toAnyValue, toAttributes, ValueBudget } from "./any-value.ts";

const CHARACTERS_MAX = 10_000;

function read(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return toAttributes(object, new ValueBudget(CHARACTERS_MAX));
}

function lengthOf(value: unknown): number {
  return JSON.stringify(value).length;
}

test("what is small comes out whole, in its own order, undefined fields inside of it included", () => {
  const shared = { id: 1 };
  const object = {
    rows: [shared, shared, [null, undefined]],
    customer: { name: "ada", tags: ["a"], none: undefined, nothing: Object.create(null) },
    bytes: new Uint8Array([1, 2]),
    amount: 5,
    gone: undefined,
  };
  const attributes = read(object);
  expect(attributes).toEqual({ ...object, customer: { ...object.customer, nothing: {} } });
  expect(Object.keys(attributes)).toEqual(["rows", "customer", "bytes", "amount"]);
});

test("depth is bounded: what lies deeper keeps its printed form", () => {
  expect(read({ a: { b: { c: { d: { e: { f: { g: 1 } } } } } } })).toEqual({
    a: { b: { c: { d: { e: "{ f: { g: 1 } }" } } } },
  });
});

test("an object inside of itself is said to be, one that is there twice is there twice", () => {
  const person: Record<string, unknown> = { name: "ada" };
  person["self"] = person;
  person["friends"] = [person];
  expect(read({ person, same: person })).toEqual({
    person: { name: "ada", self: "[Circular]", friends: ["[Circular]"] },
    same: { name: "ada", self: "[Circular]", friends: ["[Circular]"] },
  });
  expect(read(person)).toEqual({ name: "ada", self: "[Circular]", friends: ["[Circular]"] });
});

test("a graph in which everything names everything is bounded by the number of visits", () => {
  const nodes = Array.from({ length: 50 }, (_, id) => ({ id, peers: [] as unknown[] }));
  for (const node of nodes) node.peers.push(...nodes);
  const begunAt = performance.now();
  const attributes = read({ peers: nodes });
  // 385 ms and 5.6 MB without a bound.
  expect(performance.now() - begunAt).toBeLessThan(100);
  expect(lengthOf(attributes)).toBeLessThan(3 * CHARACTERS_MAX);
});

test("many rows are cut and counted, and what stands beside them is kept", () => {
  const rows = Array.from({ length: 50_000 }, (_, id) => ({ id, name: "row" }));
  const { rows: read_, order, why } = read({ rows, order: "o-1", why: 7 });
  expect({ order, why }).toEqual({ order: "o-1", why: 7 });
  const items = read_ as readonly unknown[];
  expect(items[0]).toEqual({ id: 0, name: "row" });
  expect(items.length).toBeLessThan(1_000);
  expect(items.at(-1)).toBe(`... ${50_000 - (items.length - 1)} more`);
});

test("many fields are cut and counted", () => {
  const byId = Object.fromEntries(Array.from({ length: 5_000 }, (_, id) => [`k${id}`, id]));
  const fields = read({ byId })["byId"] as Record<string, unknown>;
  expect(Object.keys(fields)).toHaveLength(1_000);
  expect(fields["..."]).toBe("4001 more");
});

test("texts, bytes and printed forms are cut to the characters that are left", () => {
  const { text, last } = read({ text: "x".repeat(CHARACTERS_MAX * 2), last: "short" });
  expect(last).toBe("short");
  expect(text).toMatch(/^x{9900,} \[\d+ characters cut\]$/);
  expect(lengthOf(text)).toBeLessThan(CHARACTERS_MAX + 50);
  expect(read({ bytes: Buffer.alloc(CHARACTERS_MAX * 2) })["bytes"]).toMatch(/^<Buffer 00 00 .*>$/);
  const texts = Array.from({ length: 90 }, () => "x".repeat(CHARACTERS_MAX));
  expect(lengthOf(read({ set: new Set(texts) }))).toBeLessThan(CHARACTERS_MAX + 100);
});

test("what has no place in OTLP and very many fields is named, not printed", () => {
  class Store {
    byId = Object.fromEntries(Array.from({ length: 5_000 }, (_, id) => [`k${id}`, id]));
  }
  expect(read({ store: new Store() })).toEqual({ store: "Store { byId: [Object] }" });
  expect(read({ store: Object.assign(new Store(), new Store().byId) })).toEqual({
    store: "[Store]",
  });
});

test("one budget serves all objects of a call", () => {
  const budget = new ValueBudget(CHARACTERS_MAX);
  toAttributes({ rows: Array.from({ length: 5_000 }, () => 1) }, budget);
  expect(toAttributes({ more: [1, 2] }, budget)).toEqual({ "...": "1 more" });
  expect(toAnyValue("text", new ValueBudget(2))).toBe("te [2 characters cut]");
});
