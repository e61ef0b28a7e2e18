/** A few hundred logs and spans of a small vocabulary, so that filters made by chance select some of them. */
import fc from "fast-check";
import type { FilterSignal } from "../filter/fields.ts";
import type { StoredRow } from "./evaluate-condition.ts";
import type { TestDatabase } from "@throughline/schemas/testing";
import { NOW, SECOND, spanId, toTime, traceId } from "./ids-and-times.ts";

export interface Stored {
  readonly id: string;
  readonly row: StoredRow;
}

export const VOCABULARY = {
  service: ["shop", "pay", "stock", "", "Shop"],
  name: ["GET /cart", "POST /pay", "SELECT", "é😀 naïve", ""],
  body: [
    "card declined by bank",
    "Card DECLINED",
    "order-123 paid in 20ms",
    "timeout after 100 ms (retry 3)",
    "runtime error: C:\\logs\\a.txt",
    "100% of 5_000 é naïve 😀",
    "line one\nline two",
    "",
    "GET /api/v1/users?id=7&x='; DROP TABLE otel_logs; --",
  ],
  key: ["http.route", "user.id", "empty", "odd key", "k'\"`"],
  value: [
    "/cart",
    "/api/",
    "5",
    "10",
    "-3.5",
    "1e3",
    "abc",
    "",
    "a*b",
    "100%",
    "a_b",
    "é😀",
    "2026-01-02",
    "shop",
  ],
  severityText: ["", "INFO", "warning", "Error", "CRIT", "odd"],
  state: ["", "a=1", "b=2"],
} as const;

const oneOf = (values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
const attributes = fc.dictionary(oneOf(VOCABULARY.key), oneOf(VOCABULARY.value), { maxKeys: 3 });
const event = fc.tuple(
  oneOf(["exception", "retry"]),
  attributes,
  oneOf(["IOError", "TypeError", ""]),
);
const link = fc.tuple(fc.integer({ min: 1, max: 3 }), oneOf(VOCABULARY.state), attributes);
const common = {
  at: fc.integer({ min: 0, max: 1_000 }),
  trace: fc.integer({ min: 0, max: 20 }),
  service: oneOf(VOCABULARY.service),
  record: attributes,
  resource: attributes,
  version: oneOf(["", "1.0", "1.1"]),
  scope: attributes,
  scopeName: oneOf(["", "lib", "other"]),
  flags: fc.constantFrom(0n, 1n, 257n),
  dropped: fc.constantFrom(0n, 1n, 7n),
};

const SEED = 20_261_121;

export function logRows(count: number): readonly Stored[] {
  const arbitrary = fc.record({
    ...common,
    body: oneOf(VOCABULARY.body),
    severityNumber: fc.constantFrom(0n, 0n, 1n, 9n, 10n, 13n, 16n, 17n, 21n, 24n),
    severityText: oneOf(VOCABULARY.severityText),
    event: oneOf(["", "login"]),
  });
  return fc.sample(arbitrary, { numRuns: count, seed: SEED }).map((log, index) => ({
    id: spanId(index + 1),
    row: {
      ...commonRow(log),
      ObservedTimestamp: NOW + BigInt(log.at) * SECOND,
      lists: {},
      texts: {
        ...commonTexts(log, index),
        Body: log.body,
        SeverityText: log.severityText,
        EventName: log.event,
      },
      integers: {
        ...commonIntegers(log),
        SeverityNumber: log.severityNumber,
        TraceFlags: log.flags % 256n,
      },
    },
  }));
}

export function spanRows(count: number): readonly Stored[] {
  const arbitrary = fc.record({
    ...common,
    name: oneOf(VOCABULARY.name),
    parent: fc.integer({ min: 0, max: 5 }),
    kind: oneOf(["Server", "SPAN_KIND_CLIENT", "", "Internal"]),
    status: oneOf(["Unset", "", "Error", "STATUS_CODE_ERROR", "Ok"]),
    message: oneOf(VOCABULARY.body),
    durationMs: fc.constantFrom(0n, 1n, 50n, 100n, 101n, 5_000n),
    state: oneOf(VOCABULARY.state),
    events: fc.array(event, { maxLength: 2 }),
    links: fc.array(link, { maxLength: 2 }),
  });
  return fc.sample(arbitrary, { numRuns: count, seed: SEED }).map((span, index) => ({
    id: spanId(index + 1),
    row: {
      ...commonRow(span),
      lists: {
        "Events.Name": span.events.map(([name]) => name),
        "Links.TraceId": span.links.map(([id]) => traceId(id)),
        "Links.SpanId": span.links.map(([id]) => spanId(id)),
        "Links.TraceState": span.links.map(([, state]) => state),
      },
      numbers: {
        "Events.Timestamp": span.events.map((_, i) => NOW - BigInt(span.at * (i + 1)) * SECOND),
        "Events.DroppedAttributesCount": span.events.map(() => span.dropped),
        "Links.Flags": span.links.map(() => span.flags),
        "Links.DroppedAttributesCount": span.links.map((_, i) => BigInt(i)),
      },
      "Events.Attributes": span.events.map(([, own, type]) => ({ ...own, "exception.type": type })),
      "Links.Attributes": span.links.map(([, , own]) => own),
      texts: {
        ...commonTexts(span, index),
        SpanName: span.name,
        ParentSpanId: span.parent === 0 ? "" : spanId(span.parent),
        SpanKind: span.kind,
        StatusCode: span.status,
        StatusMessage: span.message,
        TraceState: span.state,
      },
      integers: {
        ...commonIntegers(span),
        Duration: span.durationMs * 1_000_000n,
        DroppedEventsCount: BigInt(span.events.length),
        DroppedLinksCount: BigInt(span.links.length),
      },
    },
  }));
}

interface Common {
  readonly at: number;
  readonly trace: number;
  readonly service: string;
  readonly record: Record<string, string>;
  readonly resource: Record<string, string>;
  readonly version: string;
  readonly scope: Record<string, string>;
  readonly scopeName: string;
  readonly flags: bigint;
  readonly dropped: bigint;
}

function commonRow(from: Common) {
  return {
    Timestamp: NOW - BigInt(from.at) * SECOND,
    record: from.record,
    ResourceAttributes:
      from.version === "" ? from.resource : { ...from.resource, "service.version": from.version },
    ScopeAttributes: from.scope,
  };
}

function commonTexts(from: Common, index: number) {
  return {
    ServiceName: from.service,
    TraceId: from.trace === 0 ? "" : traceId(from.trace),
    SpanId: spanId(index + 1),
    ScopeName: from.scopeName,
    ScopeVersion: from.version,
    ScopeSchemaUrl: "",
    ResourceSchemaUrl: from.scopeName === "lib" ? "https://example.com/1" : "",
  };
}

function commonIntegers(from: Common) {
  return {
    Flags: from.flags,
    DroppedAttributesCount: from.dropped,
    ResourceDroppedAttributesCount: from.dropped + 1n,
    ScopeDroppedAttributesCount: 0n,
  };
}

export async function insertRows(
  database: TestDatabase,
  signal: FilterSignal,
  rows: readonly Stored[],
): Promise<void> {
  await database.client.insert({
    table: signal === "logs" ? "otel_logs" : "otel_traces",
    values: rows.map(({ row }) => toInsert(row, signal)),
    format: "JSONEachRow",
    clickhouse_settings: { date_time_input_format: "best_effort" },
  });
}

function toInsert(row: StoredRow, signal: FilterSignal): object {
  const events = row["Events.Attributes"];
  return {
    Timestamp: toTime(row.Timestamp),
    ...(row.ObservedTimestamp === undefined
      ? {}
      : { ObservedTimestamp: toTime(row.ObservedTimestamp) }),
    ResourceAttributes: row.ResourceAttributes,
    ScopeAttributes: row.ScopeAttributes,
    [signal === "logs" ? "LogAttributes" : "SpanAttributes"]: row.record,
    ...row.lists,
    ...(events === undefined
      ? {}
      : {
          "Events.Attributes": events,
          "Links.Attributes": row["Links.Attributes"],
        }),
    ...Object.fromEntries(
      Object.entries(row.numbers ?? {}).map(([name, values]) => [
        name,
        values.map((value) => (name === "Events.Timestamp" ? toTime(value) : String(value))),
      ]),
    ),
    ...row.texts,
    ...Object.fromEntries(
      Object.entries(row.integers).map(([name, value]) => [name, String(value)]),
    ),
  };
}
