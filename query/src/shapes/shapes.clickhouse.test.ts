/**
 * Goal: a list says of each trace the verdict of the opened trace, and a strip of its spans. Method: traces made at random,
 * with everything that goes wrong in traces, in a real ClickHouse; each is opened and compared.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  NOW,
  type SpanInput,
  spanId,
  traceId,
} from "../testing/fixtures.ts";
import { decodeTraceColumns } from "../trace-columns/index.ts";
import type { Meta, Trace, TraceSummary, TraceVerdict } from "../wire.ts";
import { cutStrip } from "./strip.ts";

const TRACES = 40;
let fixture: Fixture;

const SERVICES = ["front", "pay", "stock", "mail"] as const;
const SPAN = fc.record({
  /** A few ids only, so that some repeat and some circles close. */
  id: fc.nat(9),
  parent: fc.option(fc.nat(12), { freq: 4 }),
  service: fc.constantFrom(...SERVICES),
  kind: fc.constantFrom("Server", "Client", "Client", "Internal", "Producer", "Consumer"),
  startMs: fc.nat(5_000),
  durationMs: fc.nat(4_000),
  status: fc.constantFrom("Unset", "Ok", "Error", "STATUS_CODE_ERROR"),
  host: fc.option(fc.constantFrom("h1", "h2")),
  peer: fc.option(fc.constantFrom("bank", "warehouse", "")),
});

function makeSpans(): SpanInput[] {
  const shapes = fc.sample(fc.array(SPAN, { minLength: 1, maxLength: 12 }), {
    numRuns: TRACES,
    seed: 7,
  });
  return shapes.flatMap((spans, n) =>
    spans.map((span): SpanInput => ({
      traceId: traceId(n + 1),
      spanId: span.id === 0 ? "" : spanId(span.id),
      parentSpanId: span.parent === null ? "" : spanId(span.parent + 1),
      service: span.service,
      kind: span.kind,
      start: NOW - HOUR + BigInt(n) * 10_000_000n + BigInt(span.startMs) * 1_000_000n,
      durationNano: BigInt(span.durationMs) * 1_000_000n,
      status: span.status,
      attributes: span.peer === null ? {} : { "peer.service": span.peer, "server.address": "bank" },
      resource: span.host === null ? {} : { "host.name": span.host },
    })),
  );
}

/** A server whose clock is early by a second. */
const SKEWED: readonly SpanInput[] = [
  { spanId: spanId(1), kind: "Client", service: "front", start: NOW - MINUTE },
  {
    spanId: spanId(2),
    parentSpanId: spanId(1),
    kind: "Server",
    service: "pay",
    start: NOW - MINUTE - 1_000_000_000n,
  },
].map((span) => ({ traceId: traceId(TRACES + 1), ...span }));

async function list(of: Fixture, query: string) {
  const { status, body } = await of.get(`/api/traces?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

async function open(of: Fixture, summary: TraceSummary): Promise<Trace> {
  const { status, body } = await of.get(`/api/traces/${summary.traceId}`);
  expect(status).toBe(200);
  return body;
}

async function columnsOf({ traceId: id }: TraceSummary) {
  const { rawPayload } = await fixture.app.inject({ url: `/api/traces/${id}/columns` });
  return decodeTraceColumns<TraceVerdict, Meta>(Uint8Array.from(rawPayload)).about;
}

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans([...makeSpans(), ...SKEWED]);
  await fixture.insertLogs([{ traceId: traceId(1), time: NOW - HOUR }]);
  // A trace that comes in two halves, of which the later is told to have been stored a minute after the first.
  await fixture.database.client.command({
    query: `INSERT INTO otel_traces_trace_id_ts (TraceId, Start, End, StoredFirst, StoredLast)
      SELECT TraceId, Start, End, StoredFirst, StoredLast + 600 FROM otel_traces_trace_id_ts WHERE TraceId = '${traceId(2)}'`,
  });
});
afterAll(() => fixture.close());

test("a list with strips and verdicts says of its traces what a list without them says", async () => {
  for (const order of ["", "&sort=longest"]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is as fast on one server
    const [plain, shaped] = await Promise.all([
      list(fixture, `limit=200${order}`),
      list(fixture, `limit=200&strip=1&verdict=1${order}`),
    ]);
    expect(plain.traces).toHaveLength(TRACES + 1);
    expect(
      shaped.traces.map(({ strip, verdict, ...summary }: TraceSummary) => {
        expect([strip, verdict]).not.toContain(undefined);
        return summary;
      }),
    ).toEqual(plain.traces);
  }
});

test("every verdict of a list is that of the opened trace, as JSON and as columns", async () => {
  const { traces, meta } = await list(fixture, "limit=200&verdict=1");
  expect(traces).toHaveLength(TRACES + 1);
  expect(meta.complete).toBe(true);
  const kinds = new Set<string>();
  for (const summary of traces) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is as fast on one server
    const trace = await open(fixture, summary);
    expect(summary.verdict, summary.traceId).toEqual(trace.verdict);
    expect((await columnsOf(summary)).verdict, summary.traceId).toEqual(trace.verdict);
    expect(summary.strip).toBeUndefined();
    for (const { kind } of trace.verdict?.findings ?? []) kinds.add(kind);
    if ((trace.verdict?.skew.length ?? 0) > 0) kinds.add("skew");
  }
  // The traces are only worth comparing when everything occurs in them.
  expect([...kinds].toSorted()).toEqual([
    "circle",
    "late",
    "missing_parent",
    "no_root",
    "repeated_span_ids",
    "several_roots",
    "skew",
  ]);
});

test("a named peer is in both verdicts", async () => {
  const { traces } = await list(fixture, "limit=200&verdict=1");
  const peers = traces.flatMap(({ verdict }) =>
    (verdict?.findings ?? []).flatMap((finding) =>
      finding.kind === "missing_parent" && finding.peer !== undefined ? [finding.peer] : [],
    ),
  );
  expect(new Set(peers)).toEqual(new Set(["bank", "warehouse"]));
});

test("every strip is cut of the spans of the opened trace", async () => {
  const { traces } = await list(fixture, "limit=200&strip=1");
  for (const summary of traces) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is as fast on one server
    const { spans } = await open(fixture, summary);
    const first = BigInt(summary.startTimeUnixNano);
    const strip = cutStrip({
      startNs: Float64Array.from(spans, (span) => Number(BigInt(span.startTimeUnixNano) - first)),
      durationNs: Float64Array.from(spans, (span) => Number(span.durationNano)),
      serviceOf: (position) => spans[position]?.serviceName ?? "",
      isError: (position) => spans[position]?.status.code === "Error",
    });
    expect(summary.strip, summary.traceId).toEqual(strip);
    expect(summary.verdict).toBeUndefined();
  }
});

test("without being asked for neither is there", async () => {
  const { traces } = await list(fixture, "limit=1");
  expect(Object.keys(traces[0] ?? {})).not.toContain("strip");
  expect(Object.keys(traces[0] ?? {})).not.toContain("verdict");
});

describe("limits", () => {
  let small: Fixture;
  beforeAll(async () => {
    small = await createFixture({ summarySpansMax: 5, traceSpansMax: 3, traceLogsMax: 2 });
    const span = (trace: number, n: number): SpanInput => ({
      traceId: traceId(trace),
      spanId: spanId(n),
      parentSpanId: n === 1 ? "" : spanId(1),
      start: NOW - MINUTE * BigInt(trace) + BigInt(n),
    });
    await small.insertSpans([
      ...[1, 2, 3, 4].map((n) => span(1, n)),
      ...[1, 2, 3].map((n) => span(2, n)),
      span(3, 1),
    ]);
    const log = { traceId: traceId(3), time: NOW - 3n * MINUTE };
    await small.insertLogs([log, log, log]);
  });
  afterAll(() => small.close());

  test("a trace without room goes without, the others do not, and the page says so", async () => {
    const { traces, meta } = await list(small, "strip=1&verdict=1");
    expect(traces.map(({ strip, verdict }) => [strip?.length, verdict !== undefined])).toEqual([
      [1, true],
      [undefined, false],
      [1, true],
    ]);
    expect(meta.complete).toBe(false);
    expect(meta.reason).toContain("summarySpansMax");
  });

  test("what the opened trace leaves out is said in the same words", async () => {
    const { traces } = await list(small, "verdict=1");
    for (const summary of traces.filter((each) => each.verdict !== undefined)) {
      // oxlint-disable-next-line no-await-in-loop -- two traces
      const trace = await open(small, summary);
      expect(trace.verdict?.findings.map((finding) => finding.kind)).toEqual(["truncated"]);
      expect(summary.verdict).toEqual(trace.verdict);
    }
  });
});
