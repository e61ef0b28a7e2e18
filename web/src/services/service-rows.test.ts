/** Goal: the table says what the answer says, in the order that the URL names. */
import { describe, expect, test } from "vitest";
import { nextOrder, readOrder, sortRows, toRow, type ServiceAnswer } from "./service-rows.ts";

function service(name: string, over: Partial<ServiceAnswer> = {}): ServiceAnswer {
  return {
    name,
    spanCount: 100,
    errorCount: 7,
    servedCount: 60,
    servedErrorCount: 3,
    logCount: 5,
    p50Nano: "1000000",
    p90Nano: "1500000",
    p95Nano: "2000000",
    p99Nano: "3000000",
    operations: [],
    ...over,
  };
}

const before = {
  spanCount: 50,
  errorCount: 1,
  servedCount: 30,
  servedErrorCount: 0,
  p50Nano: "1",
  p90Nano: "1",
  p95Nano: "1000000",
  p99Nano: "3",
};

describe("a row", () => {
  test("has rates a minute and shares of its requests, not of its spans", () => {
    expect(toRow(service("pay", { before }), 15)).toMatchObject({
      perMinute: 4,
      errorShare: 0.05,
      p95Ns: 2_000_000,
      before: { perMinute: 2, errorShare: 0, p95Ns: 1_000_000 },
    });
  });

  test("of a service that answers nobody has no rate, rather than none", () => {
    const row = toRow(
      service("cron", { servedCount: 0, servedErrorCount: 0, p50Nano: null, p95Nano: null }),
      15,
    );
    expect(row).toMatchObject({ perMinute: null, errorShare: null, p95Ns: null, before: null });
  });

  test("of a service that fell silent has the rate 0", () => {
    const row = toRow(service("gone", { servedCount: 0, servedErrorCount: 0, before }), 15);
    expect(row).toMatchObject({ perMinute: 0, errorShare: null });
  });
});

describe("the order", () => {
  const rows = [
    toRow(service("b", { servedCount: 10, servedErrorCount: 1 }), 1),
    toRow(service("a", { servedCount: 10, servedErrorCount: 0 }), 1),
    toRow(service("c", { servedCount: 0, servedErrorCount: 0 }), 1),
    toRow(service("d", { servedCount: 90, servedErrorCount: 0 }), 1),
  ];
  const names = (text: string) =>
    sortRows(rows, readOrder(text))
      .map((row) => row.service.name)
      .join("");

  test.each([
    ["", "dabc"],
    ["nonsense", "dabc"],
    ["name", "abcd"],
    ["name.desc", "dcba"],
    ["errors", "badc"],
    ["errors.asc", "adbc"],
    ["requests.asc", "abdc"],
  ])("“%s” is %s", (text, expected) => {
    expect(names(text)).toBe(expected);
  });

  test("a second click turns it around, a third back", () => {
    const first = nextOrder(readOrder(""), "errors");
    const second = nextOrder(readOrder(first), "errors");
    expect([first, second, nextOrder(readOrder(second), "errors")]).toEqual([
      "errors",
      "errors.asc",
      "errors",
    ]);
    expect(nextOrder(readOrder(""), "requests")).toBe("requests.asc");
    expect(nextOrder(readOrder("name"), "requests")).toBe("");
    expect(nextOrder(readOrder("name"), "name")).toBe("name.desc");
  });
});
