import { expect, test } from "vitest";
import { editDistance, nearestName } from "./nearest.ts";

const NAMES = [
  "THROUGHLINE_HTTP_PORT",
  "THROUGHLINE_OTLP_GRPC_PORT",
  "THROUGHLINE_HOST",
  "httpPort",
];

test("a typing error finds its name", () => {
  expect(nearestName("THROUGHLINE_HTPT_PORT", NAMES)).toBe("THROUGHLINE_HTTP_PORT");
  expect(nearestName("THROUGHLINE_HOSTS", NAMES)).toBe("THROUGHLINE_HOST");
});

test("case and separators do not count", () => {
  expect(nearestName("http_port", ["httpPort", "host"])).toBe("httpPort");
  expect(nearestName("HTTP-PORT", ["httpPort", "host"])).toBe("httpPort");
});

test("a name that lacks a word finds the shortest that has all of its words", () => {
  expect(nearestName("THROUGHLINE_PORT", NAMES)).toBe("THROUGHLINE_HTTP_PORT");
  expect(nearestName("grpcPort", ["otlpHttpPort", "otlpGrpcPort"])).toBe("otlpGrpcPort");
});

test("nothing is suggested when nothing is near", () => {
  expect(nearestName("bananas", ["httpPort", "host"])).toBeUndefined();
  expect(nearestName("x", [])).toBeUndefined();
});

test("swapping neighbours is one edit, and distance is symmetric", () => {
  expect(editDistance("port", "prot")).toBe(1);
  expect(editDistance("port", "port")).toBe(0);
  expect(editDistance("", "port")).toBe(4);
  expect(editDistance("kitten", "sitting")).toBe(editDistance("sitting", "kitten"));
});
