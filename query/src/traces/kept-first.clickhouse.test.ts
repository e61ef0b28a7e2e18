/**
 * Goal: of spans with one id every door shows the same: the opened trace, its typed columns' count, the list and the view for SQL.
 * Method: pairs that are equal but for one thing, stored in both orders.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  NOW,
  SECOND,
  spanId,
  type SpanInput,
  traceId,
} from "../testing/fixtures.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});
afterAll(() => fixture.close());

const BASE = { service: "b", name: "b", status: "Ok", kind: "Internal", durationNano: 5n };
const PAIRS: readonly (readonly [string, Partial<SpanInput>, Partial<SpanInput>])[] = [
  ["length", { durationNano: 9n }, { durationNano: 1n }],
  ["having a parent", {}, { parentSpanId: spanId(1), service: "a" }],
  ["service", { service: "a", parentSpanId: spanId(9) }, { parentSpanId: spanId(2) }],
  ["name", { name: "a", status: "Unset" }, { status: "Ok" }],
  ["status", { status: "Unset", kind: "Server" }, { status: "Error", kind: "Client" }],
  ["parent", { parentSpanId: spanId(3) }, { parentSpanId: spanId(4), kind: "Client" }],
  ["kind", { kind: "Client" }, { kind: "Server" }],
];

test.each(PAIRS.flatMap(([what, a, b], n) => [0, 1].map((turn) => ({ what, a, b, n, turn }))))(
  "of two that differ in $what the same is shown by all ($turn)",
  async ({ a, b, n, turn }) => {
    const id = traceId(100 + n * 2 + turn);
    const pair = [a, b].map((each) => ({
      traceId: id,
      spanId: spanId(7),
      start: NOW - SECOND,
      ...BASE,
      ...each,
    }));
    await fixture.insertSpans(turn === 0 ? pair : pair.toReversed());

    const { body } = await fixture.get(`/api/traces/${id}`);
    expect(body.spans).toHaveLength(1);
    const [span] = body.spans;
    const result = await fixture.database.client.query({
      query:
        "SELECT ServiceName, SpanName, StatusCode, ParentSpanId, SpanKind, toString(Duration) FROM request_spans(id = {id:String})",
      query_params: { id },
      format: "JSONCompactEachRow",
    });
    expect(await result.json()).toEqual([
      [
        span?.serviceName,
        span?.name,
        span?.status.code,
        span?.parentSpanId,
        span?.kind,
        span?.durationNano,
      ],
    ]);

    const list = await fixture.get(`/api/traces?q=trace:${id}`);
    expect(list.body.traces).toMatchObject([
      {
        spanCount: 1,
        errorCount: span?.status.code === "Error" ? 1 : 0,
        durationNano: span?.durationNano,
        services: [{ name: span?.serviceName, spanCount: 1 }],
      },
    ]);
  },
);
