/**
 * Goal: columns count every log, also where logs name more spans than columns may have: those of spans that were never stored.
 * Method: a limit of two spans, and logs of twenty.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, MINUTE, NOW, spanId, traceId } from "../testing/fixtures.ts";
import { decodeTraceColumns } from "../trace-columns/index.ts";
import type { Meta, TraceVerdict } from "../wire.ts";

const START = NOW - MINUTE;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture({ traceColumnSpansMax: 2 });
});
afterAll(() => fixture.close());

/** Three logs of each of twenty span ids, the first an error, and some of those spans. */
async function store(id: string, spanCount: number): Promise<void> {
  await fixture.insertSpans(
    Array.from({ length: spanCount }, (_, i) => ({
      traceId: id,
      spanId: spanId(i + 1),
      start: START + BigInt(i),
    })),
  );
  await fixture.insertLogs(
    Array.from({ length: 60 }, (_, i) => ({
      traceId: id,
      spanId: spanId(1 + (i % 20)),
      time: START + BigInt(i),
      severityNumber: i < 20 ? 17 : 9,
    })),
  );
}

async function countsOf(id: string) {
  const response = await fixture.app.inject({ method: "GET", url: `/api/traces/${id}/columns` });
  const columns = decodeTraceColumns<TraceVerdict, Meta>(Uint8Array.from(response.rawPayload));
  const { logCount: total, unattachedLogCount: unattached, meta } = columns.about;
  const logs = [...columns.logCount];
  return { logs, errors: [...columns.errorLogCount], total, unattached, complete: meta.complete };
}

test("logs of more spans than are stored are counted, each with its span or with none", async () => {
  await store(traceId(1), 1);
  expect(await countsOf(traceId(1))).toEqual({
    logs: [3],
    errors: [1],
    total: 60,
    unattached: 57,
    complete: true,
  });
});

test("of more spans than may be here, those that are have all their logs", async () => {
  await store(traceId(2), 20);
  expect(await countsOf(traceId(2))).toEqual({
    logs: [3, 3],
    errors: [1, 1],
    total: 60,
    unattached: 54,
    complete: false,
  });
});

test("logs of a trace without spans are counted", async () => {
  await store(traceId(3), 0);
  expect(await countsOf(traceId(3))).toMatchObject({ total: 60, unattached: 60, complete: true });
});
