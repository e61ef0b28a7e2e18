/**
 * Goal: columns, lines of logs and single spans say what the whole trace says. Method: one trace with everything odd in
 * it, in a real ClickHouse; each answer is compared with the JSON.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  MINUTE,
  NOW,
  SECOND,
  type SpanInput,
  spanId,
  traceId,
} from "../testing/fixtures.ts";
import { decodeTraceColumns, spanIdAt, type TraceColumns } from "../trace-columns/index.ts";
import type { Meta, SpanDetails, TraceLogs, TraceVerdict } from "../wire.ts";

let fixture: Fixture;
const ID = traceId(7);
const START = NOW - MINUTE;

const SPANS: readonly SpanInput[] = [
  { spanId: spanId(1), name: "GET /", kind: "Server", service: "front", durationNano: 5n * SECOND },
  {
    spanId: spanId(2),
    parentSpanId: spanId(1),
    name: "call pay",
    kind: "Client",
    service: "front",
  },
  {
    spanId: spanId(3),
    parentSpanId: spanId(99),
    name: "charge ☕",
    service: "pay",
    status: "Error",
  },
  // One id twice: the earlier is kept.
  { spanId: spanId(4), parentSpanId: spanId(1), name: "kept", start: START + SECOND },
  { spanId: spanId(4), parentSpanId: spanId(1), name: "left out", start: START + 2n * SECOND },
  // A circle, cut above its first.
  { spanId: spanId(5), parentSpanId: spanId(6), name: "five", start: START + 3n * SECOND },
  { spanId: spanId(6), parentSpanId: spanId(5), name: "six", start: START + 4n * SECOND },
  { spanId: "odd", parentSpanId: spanId(1), name: "odd id", resource: { "host.name": "h1" } },
].map((span) => ({ start: START + SECOND / 2n, traceId: ID, ...span }));

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans(SPANS);
  await fixture.insertLogs([
    { time: START + 1n, traceId: ID, spanId: spanId(1), body: "first" },
    { time: START + 2n, traceId: ID, spanId: spanId(1), body: "second", severityNumber: 17 },
    { time: START + 3n, traceId: ID, spanId: spanId(55), body: "of no stored span" },
    { time: START + 4n, traceId: ID, body: "é".repeat(600) },
  ]);
});
afterAll(() => fixture.close());

async function columnsOf(path: string): Promise<TraceColumns<TraceVerdict, Meta>> {
  const response = await fixture.app.inject({ method: "GET", url: `/api/traces/${path}` });
  expect(response.statusCode).toBe(200);
  return decodeTraceColumns<TraceVerdict, Meta>(Uint8Array.from(response.rawPayload));
}

async function jsonOf<T>(path: string): Promise<T> {
  const response = await fixture.app.inject({ method: "GET", url: `/api/traces/${path}` });
  expect(response.statusCode).toBe(200);
  return response.json<T>();
}

test("the columns say of every span what the whole trace says", async () => {
  const { body: trace } = await fixture.get(`/api/traces/${ID}`);
  const columns = await columnsOf(`${ID}/columns`);
  const { about } = columns;
  const rows = trace.spans.map((_, row) => {
    const parent = columns.parent[row]!;
    return {
      spanId: spanIdAt(columns, row),
      startTimeUnixNano: String(BigInt(about.startTimeUnixNano) + BigInt(columns.startNs[row]!)),
      durationNano: String(columns.durationNs[row]),
      name: about.dictionaries.name[columns.name[row]!],
      kind: about.dictionaries.kind[columns.kind[row]!],
      serviceName: about.dictionaries.service[columns.service[row]!],
      status: ["Unset", "Ok", "Error"][columns.status[row]!],
      logs: columns.logCount[row],
      errorLogs: columns.errorLogCount[row],
      parent: parent < -1 ? about.missingParents[-2 - parent] : parent,
    };
  });
  const at = new Map(trace.spans.map((span, row) => [span.spanId, row]));
  const cut = new Map(about.cuts);
  expect(rows).toEqual(
    trace.spans.map((span, row) => ({
      spanId: span.spanId,
      startTimeUnixNano: span.startTimeUnixNano,
      durationNano: span.durationNano,
      name: span.name,
      kind: span.kind,
      serviceName: span.serviceName,
      status: span.status.code,
      logs: span.logs.length,
      errorLogs: span.logs.filter((log) => log.severityNumber >= 17).length,
      parent:
        span.parentSpanId === "" || cut.has(row)
          ? -1
          : (at.get(span.parentSpanId) ?? span.parentSpanId),
    })),
  );
  expect(about.spanCount).toBe(7);
  expect(about.missingParents).toEqual(trace.missingParents);
  expect(about.verdict).toEqual(trace.verdict);
  expect(about.repeatedSpans).toBe(1);
  expect(about.unattachedLogCount).toBe(trace.logs.length);
  expect(about.logCount).toBe(4);
  expect(about.meta.rowsRead).toBeGreaterThan(0);
});

test("the verdict names what is odd, and the service that did not send the parent", async () => {
  const { body: trace } = await fixture.get(`/api/traces/${ID}`);
  expect(trace.verdict?.complete).toBe(false);
  expect(trace.verdict?.findings).toEqual([
    {
      kind: "missing_parent",
      parentSpanId: spanId(99),
      childCount: 1,
      firstChildSpanId: spanId(3),
      suspectedService: "pay",
      because: "in_process_child",
      callerSpanId: spanId(2),
    },
    { kind: "circle", spanIds: [spanId(5)] },
    { kind: "repeated_span_ids", spanCount: 1 },
  ]);
});

test("an accepted encoding is used", async () => {
  const response = await fixture.app.inject({
    method: "GET",
    url: `/api/traces/${ID}/columns`,
    headers: { "accept-encoding": "gzip" },
  });
  expect(response.headers["content-encoding"]).toBe("gzip");
  expect(response.headers["content-type"]).toBe("application/octet-stream");
});

test("the logs are lines, oldest first, those of no stored span marked", async () => {
  const { logs } = await jsonOf<TraceLogs>(`${ID}/logs`);
  expect(logs.map(({ spanId: of, body, unattached }) => [of, body, unattached])).toEqual([
    [spanId(1), "first", undefined],
    [spanId(1), "second", undefined],
    [spanId(55), "of no stored span", true],
    ["", "é".repeat(512), true],
  ]);
  expect(logs.map((log) => log.bodyCut)).toEqual([undefined, undefined, undefined, true]);
  expect(new Set(logs.map((log) => log.id)).size).toBe(4);
});

test("one span has everything of it, logs included; one that is not stored is told from a trace that is not", async () => {
  const { body: trace } = await fixture.get(`/api/traces/${ID}`);
  const { span } = await jsonOf<SpanDetails>(`${ID}/spans/${spanId(1)}`);
  expect(span).toEqual(trace.spans.find((each) => each.spanId === spanId(1)));
  const unstored = await fixture.get(`/api/traces/${ID}/spans/${spanId(55)}`);
  expect([unstored.status, unstored.body.code]).toEqual([404, "span_not_found"]);
  const nobody = await fixture.get(`/api/traces/${traceId(8)}/spans/${spanId(1)}`);
  expect([nobody.status, nobody.body.code]).toEqual([404, "trace_not_found"]);
});

test("a limit on columns is told", async () => {
  const small = await createFixture({ traceColumnSpansMax: 3 });
  try {
    await small.insertSpans(SPANS);
    const response = await small.app.inject({ method: "GET", url: `/api/traces/${ID}/columns` });
    const { about } = decodeTraceColumns<TraceVerdict, Meta>(Uint8Array.from(response.rawPayload));
    expect(about.spanCount).toBe(3);
    expect(about.meta.reason).toContain("traceColumnSpansMax");
    expect(about.verdict.findings.map((finding) => finding.kind)).toContain("truncated");
  } finally {
    await small.close();
  }
});

test("a clock that is behind is told, and put right only on request", async () => {
  const id = traceId(9);
  const on = (host: string) => ({ resource: { "host.name": host } });
  await fixture.insertSpans([
    {
      traceId: id,
      spanId: spanId(1),
      kind: "Client",
      service: "a",
      start: START,
      durationNano: 100n * 1_000_000n,
      ...on("a"),
    },
    {
      traceId: id,
      spanId: spanId(2),
      parentSpanId: spanId(1),
      kind: "Server",
      service: "b",
      start: START - SECOND,
      durationNano: 50n * 1_000_000n,
      ...on("b"),
    },
    {
      traceId: id,
      spanId: spanId(3),
      parentSpanId: spanId(2),
      service: "b",
      start: START - SECOND + 1_000n,
      ...on("b"),
    },
  ]);
  const told = await fixture.get(`/api/traces/${id}`);
  expect(told.body.verdict?.skew).toEqual([
    {
      clock: "b",
      serviceName: "b",
      callCount: 1,
      earlyNano: "1000000000",
      offsetNano: "1025000000",
    },
  ]);
  const startsOf = (spans: readonly { startTimeUnixNano: string }[]) =>
    spans.map((span) => BigInt(span.startTimeUnixNano) - START);
  expect(startsOf(told.body.spans)).toEqual([0n, -SECOND, -SECOND + 1_000n]);
  const fixed = await fixture.get(`/api/traces/${id}?skew=fix`);
  expect(startsOf(fixed.body.spans)).toEqual([0n, 25_000_000n, 25_001_000n]);
  const columns = await columnsOf(`${id}/columns?skew=fix`);
  expect([...columns.startNs]).toEqual([0, 25_000_000, 25_001_000]);
  expect(columns.about.startTimeUnixNano).toBe(String(START));
});

test("the analysis explains every moment of the request once", async () => {
  const id = traceId(10);
  const ms = 1_000_000n;
  await fixture.insertSpans([
    { traceId: id, spanId: spanId(1), service: "a", start: START, durationNano: 100n * ms },
    {
      traceId: id,
      spanId: spanId(2),
      parentSpanId: spanId(1),
      service: "b",
      start: START + 10n * ms,
      durationNano: 40n * ms,
    },
    {
      traceId: id,
      spanId: spanId(3),
      parentSpanId: spanId(1),
      service: "b",
      start: START + 20n * ms,
      durationNano: 70n * ms,
      status: "Error",
    },
  ]);
  const { body } = await fixture.get(`/api/traces/${id}?analysis=true`);
  const { analysis } = body;
  expect(analysis?.criticalPath).toEqual([
    { spanId: spanId(1), fromNano: "0", toNano: "20000000" },
    { spanId: spanId(3), fromNano: "20000000", toNano: "90000000" },
    { spanId: spanId(1), fromNano: "90000000", toNano: "100000000" },
  ]);
  expect(analysis?.services).toEqual([
    { name: "b", spanCount: 2, errorCount: 1, selfNano: "110000000", criticalNano: "70000000" },
    { name: "a", spanCount: 1, errorCount: 0, selfNano: "20000000", criticalNano: "30000000" },
  ]);
  expect(analysis?.selfNanoBySpanId[spanId(1)]).toBe("20000000");
  expect((await fixture.get(`/api/traces/${id}`)).body.analysis).toBeUndefined();
});

test("a trace of many spans is sent in pieces, and is the same", async () => {
  const id = traceId(12);
  const count = 1_500;
  await fixture.insertSpans(
    Array.from({ length: count }, (_, i) => ({
      traceId: id,
      spanId: spanId(i + 1),
      parentSpanId: i === 0 ? "" : spanId(Math.ceil(i / 3)),
      start: START + BigInt(i) * 1_000n,
      attributes: { text: `"${i}\n` },
    })),
  );
  const { body } = await fixture.get(`/api/traces/${id}`);
  const columns = await columnsOf(`${id}/columns`);
  expect(body.spans.map((span) => span.spanId)).toEqual(
    Array.from({ length: count }, (_, row) => spanIdAt(columns, row)),
  );
  expect(body.spans[7]?.attributes["text"]).toMatch(/^"\d+\n$/);
  expect(body.verdict).toEqual(columns.about.verdict);
  expect(body.meta.complete).toBe(true);
});

test("few spans with many logs are sent in pieces, too, and one that a limit cut is counted as cut", async () => {
  const small = await createFixture({ traceLogsMax: 1_200 });
  try {
    const id = traceId(14);
    await small.insertSpans([{ traceId: id, spanId: spanId(1), start: START }]);
    await small.insertLogs(
      Array.from({ length: 1_300 }, (_, i) => ({
        traceId: id,
        spanId: i % 2 === 0 ? spanId(1) : "",
        time: START + BigInt(i),
        body: `line ${i}`,
      })),
    );
    const { body } = await small.get(`/api/traces/${id}`);
    expect([body.spans[0]?.logs.length, body.logs.length]).toEqual([600, 600]);
    expect(body.logs[3]?.body).toBe("line 7");
    const metrics = await small.app.inject("/metrics");
    expect(metrics.body).toContain('requests_total{endpoint="trace",outcome="cut"} 1');
  } finally {
    await small.close();
  }
});

test("the views for SQL clients say the same of own times and of the critical path", async () => {
  const id = traceId(13);
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  await fixture.insertSpans(
    Array.from({ length: 40 }, (_, i) => ({
      traceId: id,
      spanId: spanId(i + 1),
      parentSpanId: i === 0 ? "" : spanId(random(i) + 1),
      kind: ["Internal", "Producer", "Consumer"][random(3)]!,
      start: START + BigInt(i === 0 ? 0 : random(500)),
      durationNano: BigInt(i === 0 ? 600 : random(400)),
    })),
  );
  const { analysis } = (await fixture.get(`/api/traces/${id}?analysis=true`)).body;
  const ask = async (sql: string) => {
    const result = await fixture.database.client.query({
      query: sql,
      format: "JSONCompactEachRow",
    });
    return Object.fromEntries(await result.json<[string, string]>());
  };
  expect(
    await ask(`SELECT SpanId, toString(SelfTime) FROM request_self_time(id = '${id}')`),
  ).toEqual(analysis?.selfNanoBySpanId);
  const own = new Map<string, number>();
  for (const { spanId: of, fromNano, toNano } of analysis?.criticalPath ?? [])
    own.set(of, (own.get(of) ?? 0) + Number(toNano) - Number(fromNano));
  expect(
    await ask(
      `SELECT SpanId, toString(PathTime) FROM request_critical_path(id = '${id}') WHERE PathTime > 0`,
    ),
  ).toEqual(Object.fromEntries([...own].map(([of, ns]) => [of, String(ns)])));
});

test("spans stored much later than the trace is long are late", async () => {
  const id = traceId(11);
  await fixture.insertSpans([{ traceId: id, spanId: spanId(1), start: START }]);
  expect((await fixture.get(`/api/traces/${id}`)).body.verdict).toEqual({
    complete: true,
    findings: [],
    skew: [],
  });
  await fixture.database.client.command({
    query:
      "INSERT INTO otel_traces_trace_id_ts SELECT TraceId, Start, End, StoredFirst - 3600, StoredLast FROM otel_traces_trace_id_ts WHERE TraceId = {id:String}",
    query_params: { id },
  });
  expect((await fixture.get(`/api/traces/${id}`)).body.verdict?.findings).toEqual([
    { kind: "late", lateSeconds: 3_600 },
  ]);
});
