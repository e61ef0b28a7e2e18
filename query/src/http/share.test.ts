/** Goal: the same question in other words is the same, and what a client cannot read is not sent to it. */
import { expect, test } from "vitest";
import { encodingOf, keyOf, varyAlso } from "./share.ts";

const asked = (url: string, query: object, params: object = {}) =>
  keyOf({
    params,
    query,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the URL is read
    routeOptions: { url } as Parameters<typeof keyOf>[0]["routeOptions"],
  });

test("the order of parameters does not matter, their values and the endpoint do", () => {
  const key = asked("/api/services", { from: "now-1h", to: "now" });
  expect(asked("/api/services", { to: "now", from: "now-1h" })).toBe(key);
  expect(asked("/api/services", { from: "now-1h" })).not.toBe(key);
  expect(asked("/api/services", { from: "now-2h", to: "now" })).not.toBe(key);
  expect(asked("/api/service-map", { from: "now-1h", to: "now" })).not.toBe(key);
});

test("a service's name is part of its question", () => {
  expect(asked("/api/services/:name", {}, { name: "a" })).not.toBe(
    asked("/api/services/:name", {}, { name: "b" }),
  );
  expect(asked("/a", { x: '"],["y","1' })).not.toBe(asked("/a", { x: "", y: "1" }));
});

test.each([
  ["gzip, deflate, br", "br"],
  ["br;q=0.5, gzip", "br"],
  ["br;q=0, gzip", "gzip"],
  ["*", "gzip"],
  ["identity", undefined],
  ["GZIP", "gzip"],
  [undefined, undefined],
])("of %s it is %s", (accepted, encoding) => {
  expect(encodingOf(accepted)).toBe(encoding);
});

test("an answer that differs by origin still does when it is compressed", () => {
  expect(varyAlso("Origin")).toBe("Origin, accept-encoding");
  expect(varyAlso(undefined)).toBe("accept-encoding");
});
