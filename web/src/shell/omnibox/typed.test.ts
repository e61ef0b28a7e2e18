import { describe, expect, test } from "vitest";
import { readTyped } from "./typed.ts";

const ORIGIN = "https://here.example:8417";
const read = (text: string) => readTyped(text, ORIGIN);
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

describe("what is pasted is read by its form", () => {
  test.each([
    TRACE,
    TRACE.toUpperCase(),
    `00-${TRACE}-00f067aa0ba902b7-01`,
    `traceparent: 00-${TRACE}-00f067aa0ba902b7-01`,
    "4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
    "00f067aa0ba902b7",
    "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678",
    `${TRACE}:00f067aa0ba902b7:0:1`,
    "12345678901234567890",
  ])("%s is an id", (id) => {
    expect(read(`  ${id}\n`)).toEqual({ kind: "id", id, isSure: true });
  });

  test("a word with a digit may be the id of a request", () => {
    expect(read("req-8f3a21")).toEqual({ kind: "id", id: "req-8f3a21", isSure: false });
    expect(read("ord_1001/7")).toEqual({ kind: "id", id: "ord_1001/7", isSure: false });
  });

  test.each([
    "checkout",
    "card declined",
    "status:error duration>1s",
    "15m",
    "service:pay2",
    "x".repeat(501),
  ])("%s is no id", (text) => {
    expect(read(text)).toEqual({ kind: "words", text });
  });

  test("a link into these pages loses its host, and says whether it was this one", () => {
    expect(read(`${ORIGIN}/trace/${TRACE}?span=00f067aa0ba902b7`)).toEqual({
      kind: "address",
      href: `/trace/${TRACE}?span=00f067aa0ba902b7`,
      isOfHere: true,
    });
    expect(read("http://other.example/logs?q=error&v=1")).toEqual({
      kind: "address",
      href: "/logs?q=error&v=1",
      isOfHere: false,
    });
    expect(read("/services/pay?from=now-3h")).toMatchObject({ kind: "address", isOfHere: true });
  });

  test.each([
    "https://here.example:8417/api/status",
    "https://elsewhere.example/traces/of/something",
    "javascript:alert(1)",
    "//evil.example/traces/x",
    "/etc/passwd",
  ])("%s is no link into these pages", (text) => {
    expect(read(text).kind).not.toBe("address");
  });

  test("a link never leaves for another host", () => {
    const typed = read("https://evil.example/traces?q=1");
    expect(typed).toMatchObject({ kind: "address", href: "/traces?q=1" });
    const slashes = read("https://evil.example//evil.example/traces");
    expect(slashes.kind).not.toBe("address");
  });

  test("the id of a log is one", () => {
    const id = "1763709000123456789-00f067aa0ba902b7";
    expect(read(id)).toEqual({ kind: "log", id });
  });

  test("nothing is nothing", () => {
    expect(read(" \t")).toEqual({ kind: "nothing" });
  });
});
