/** Goal: a large trace takes no room from the others, and every API says what it leaves out. Method: narrow limits, real ClickHouse. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFixture, type Fixture, NOW, spanId, traceId } from "../testing/fixtures.ts";

const RECORDS_MAX = 4;
const LARGE = 1;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture({
    compatRecordsMax: RECORDS_MAX,
    compatTracesMax: 3,
    traceSpansMax: RECORDS_MAX,
  });
  // The newest is larger than an answer may be.
  const large = Array.from({ length: RECORDS_MAX + 1 }, (_, n) => ({
    traceId: traceId(LARGE),
    spanId: spanId(100 + n),
    start: NOW - 1_000n,
    service: "large",
  }));
  const small = [2, 3].map((n) => ({
    traceId: traceId(n),
    spanId: spanId(n),
    start: NOW - BigInt(n) * 1_000_000n,
    service: "small",
  }));
  await fixture.insertSpans([...large, ...small]);
});
afterAll(() => fixture.close());

describe("small traces behind one that does not fit are given", () => {
  test("by Jaeger's first API", async () => {
    const { body } = await fixture.app.inject("/jaeger/api/traces");
    const { data, errors } = JSON.parse(body) as {
      data: readonly { traceID: string }[];
      errors: readonly { msg: string }[];
    };
    expect(data.map((trace) => trace.traceID)).toEqual([traceId(2), traceId(3)]);
    expect(errors[0]?.msg).toMatch(/^1 trace is left out.*compatRecordsMax/);
  });

  test("by Jaeger's third API, which says so in a header", async () => {
    const answer = await fixture.app.inject("/jaeger/api/v3/traces");
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.body).toContain(traceId(3));
    expect(answer.headers["throughline-missing"]).toMatch(/1 trace is left out.*compatRecordsMax/);
  });

  test("by Zipkin's", async () => {
    const answer = await fixture.app.inject("/zipkin/api/v2/traces");
    expect(answer.json()).toHaveLength(2);
    expect(answer.headers["throughline-missing"]).toContain("compatRecordsMax");
  });
});

describe("Jaeger's third API", () => {
  test("says why, where the only trace does not fit", async () => {
    const answer = await fixture.app.inject("/jaeger/api/v3/traces?query.service_name=large");
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toContain("compatRecordsMax");
  });

  test("says that a trace is not whole", async () => {
    const answer = await fixture.app.inject(`/jaeger/api/v3/traces/${traceId(LARGE)}`);
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.headers["throughline-missing"]).toContain("traceSpansMax");
  });

  test("says that there are more summaries than it gives", async () => {
    await fixture.insertSpans([
      { traceId: traceId(4), spanId: spanId(4), start: NOW - 4_000_000n, service: "small" },
    ]);
    const url = "/jaeger/api/v3/trace-summaries?query.search_depth=20";
    const answer = await fixture.app.inject(url);
    expect(answer.json<{ summaries: unknown[] }>().summaries).toHaveLength(3);
    expect(answer.headers["throughline-missing"]).toContain("compatTracesMax");
  });

  test("has no such header where nothing is missing", async () => {
    const answer = await fixture.app.inject("/jaeger/api/v3/traces?query.service_name=small");
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["throughline-missing"]).toBeUndefined();
  });
});
