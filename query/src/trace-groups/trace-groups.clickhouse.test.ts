/**
 * Goal: groups are what counting by hand says, and the filter of a group finds exactly its traces. Method: spans with and
 * without every kind of field, grouped here and by the service; each filter is given to the search.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  NOW,
  SECOND,
  type SpanInput,
  spanId,
  traceId,
} from "../testing/fixtures.ts";
import type { TraceGroups } from "../wire.ts";

const HOSTILE = "k'\"`) --\\ {x:String}";
let fixture: Fixture;

/** 120 traces of one to three spans; the first two hours of them are in the range. */
const SPANS: readonly SpanInput[] = Array.from({ length: 120 }, (_, n) =>
  Array.from({ length: 1 + (n % 3) }, (__, i): SpanInput => ({
    traceId: traceId(n + 1),
    spanId: spanId(n * 10 + i + 1),
    parentSpanId: i === 0 ? "" : spanId(n * 10 + 1),
    start: NOW - BigInt(n + 1) * MINUTE + BigInt(i) * SECOND,
    durationNano: BigInt((n * 37 + i * 11) % 500) * 1_000_000n + 1n,
    service: ["shop", "pay", ""][(n + i) % 3]!,
    name: i === 0 ? `GET /${n % 4}` : "call",
    kind: ["Server", "SPAN_KIND_SERVER", "Client", ""][(n + i) % 4]!,
    status: ["Error", "STATUS_CODE_ERROR", "Ok", "Unset", ""][(n + i * 2) % 5]!,
    attributes: {
      ...(n % 5 === 0 ? {} : { "http.route": `/r${(n + i) % 6}` }),
      ...(n % 7 === 0 ? { both: "record" } : {}),
      ...(n % 9 === 0 ? { empty: "" } : {}),
      [HOSTILE]: `${HOSTILE} ${n % 2}`,
    },
    resource: {
      ...(n % 4 === 0 ? {} : { "service.version": `1.${n % 3}` }),
      ...(n % 6 === 0 ? { both: "resource" } : {}),
    },
  })),
).flat();

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans([
    ...SPANS,
    // Of no trace, and out of the range.
    { traceId: "", spanId: spanId(1), start: NOW - MINUTE, service: "loose" },
    { traceId: traceId(900), spanId: spanId(1), start: NOW - 50n * HOUR, service: "old" },
  ]);
});
afterAll(() => fixture.close());

async function ask(query: string, of = fixture): Promise<TraceGroups> {
  const response = await of.app.inject({ url: `/api/traces/groups?${query}` });
  expect(response.statusCode, response.body).toBe(200);
  return response.json<TraceGroups>();
}

const isError = ({ status = "" }: SpanInput): boolean => /error/i.test(status);
const STATUS: Readonly<Record<string, string>> = {
  Error: "error",
  STATUS_CODE_ERROR: "error",
  Ok: "ok",
  Unset: "unset",
  "": "unset",
};
const KIND: Readonly<Record<string, string>> = {
  Server: "server",
  SPAN_KIND_SERVER: "server",
  Client: "client",
  "": "unspecified",
};

type Values = (span: SpanInput) => readonly (string | null)[];
const FIELDS: Readonly<Record<string, Values>> = {
  service: ({ service = "" }) => [service === "" ? null : service],
  operation: ({ name = "" }) => [name],
  status: ({ status = "" }) => [STATUS[status] ?? "?"],
  kind: ({ kind = "" }) => [KIND[kind] ?? "?"],
  version: ({ resource }) => [resource?.["service.version"] ?? null],
  root: ({ parentSpanId }) => [String(parentSpanId === "")],
  "http.route": ({ attributes }) => [attributes?.["http.route"] ?? null],
  'attr."empty"': ({ attributes }) => [attributes?.["empty"] ?? null],
  [JSON.stringify(HOSTILE)]: ({ attributes }) => [attributes?.[HOSTILE] ?? null],
  both: ({ attributes, resource }) => {
    const found = new Set(
      [attributes?.["both"], resource?.["both"]].filter((each) => each !== undefined),
    );
    return found.size === 0 ? [null] : [...found];
  },
};

/** Groups by looking at every span, in no order. */
function groupByHand(spans: readonly SpanInput[], by: readonly Values[]) {
  const groups = new Map<string, Map<string, SpanInput[]>>();
  for (const span of spans) {
    const [first = [], second] = by.map((values) => values(span));
    const keys = first.flatMap((a) => (second === undefined ? [[a]] : second.map((b) => [a, b])));
    for (const key of keys.map((each) => JSON.stringify(each))) {
      const traces = groups.get(key) ?? new Map<string, SpanInput[]>();
      groups.set(key, traces);
      traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), span]);
    }
  }
  return new Map(
    [...groups].map(([key, traces]) => {
      const durations = [...traces.values()]
        .map((of) => Math.max(...of.map((span) => Number(span.durationNano))))
        .toSorted((a, b) => a - b);
      const errors = [...traces.values()].filter((of) => of.some(isError)).length;
      const figures = {
        traces: traces.size,
        errors,
        p50Nano: quantile(durations, 0.5),
        p95Nano: quantile(durations, 0.95),
      };
      return [key, figures] as const;
    }),
  );
}

/** Between two values by their distance. Half a nanosecond goes to the even one. */
function quantile(sorted: readonly number[], level: number): string {
  const at = level * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  const value = below + (at % 1) * ((sorted[Math.ceil(at)] ?? 0) - below);
  const rounded = Math.round(value);
  return String(value % 1 === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded);
}

const CASES: readonly (readonly [by: string, by2: string | undefined])[] = [
  ...Object.keys(FIELDS).map((by) => [by, undefined] as const),
  ["service", "operation"],
  ["status", "kind"],
  ["both", "http.route"],
];

function urlOf(by: string, by2: string | undefined): string {
  const second = by2 === undefined ? "" : `&by2=${encodeURIComponent(by2)}`;
  return `by=${encodeURIComponent(by)}${second}`;
}

for (const [by, by2] of CASES) {
  test(`groups by ${by}${by2 === undefined ? "" : ` and ${by2}`} are those counted by hand`, async () => {
    const answer = await ask(`${urlOf(by, by2)}&limit=200`);
    const fields = [by, ...(by2 === undefined ? [] : [by2])];
    const expected = groupByHand(
      SPANS,
      fields.map((name) => FIELDS[name] ?? (() => [])),
    );
    const found = answer.groups.map(({ values, traces, errors, p50Nano, p95Nano }) => [
      JSON.stringify(values),
      { traces, errors, p50Nano, p95Nano },
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    expect(answer).toMatchObject({
      by: fields,
      groupCount: expected.size,
      traceCount: 120,
      countedEvery: 1,
      meta: { complete: true },
    });
    for (const group of answer.groups) expect(group.share).toBeCloseTo(group.traces / 120, 9);
    const counts = answer.groups.map((group) => group.traces);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  test(`the filters of groups by ${by}${by2 === undefined ? "" : ` and ${by2}`} find their traces`, async () => {
    const asked = "duration>50ms OR status:error";
    const { groups } = await ask(`${urlOf(by, by2)}&q=${encodeURIComponent(asked)}&limit=6`);
    expect(groups.length).toBeGreaterThan(0);
    for (const group of groups) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is as fast on one server
      const { status, body } = await fixture.get(
        `/api/traces?limit=200&q=${encodeURIComponent(group.q ?? "")}`,
      );
      expect(status, group.q).toBe(200);
      expect(body.traces.length, group.q).toBe(group.traces);
    }
  });
}

test("the conditions of a search hold", async () => {
  const { groups, traceCount } = await ask(
    "by=operation&service=shop&status=error&minDuration=10ms",
  );
  const passing = SPANS.filter(
    (span) => span.service === "shop" && isError(span) && Number(span.durationNano) >= 10_000_000,
  );
  const expected = groupByHand(passing, [FIELDS["operation"] ?? (() => [])]);
  expect(groups.length).toBe(expected.size);
  for (const { values, traces } of groups) {
    expect(expected.get(JSON.stringify(values))?.traces).toBe(traces);
  }
  expect(traceCount).toBe(new Set(passing.map((span) => span.traceId)).size);
});

test("the order is the one asked for, and the limit tells how many there are", async () => {
  const slow = await ask("by=http.route&sort=p95&limit=3");
  const p95 = slow.groups.map((group) => Number(group.p95Nano));
  expect(p95).toEqual(p95.toSorted((a, b) => b - a));
  expect([slow.groups.length, slow.groupCount]).toEqual([3, 7]);
  const failed = await ask("by=operation&sort=errors");
  const errors = failed.groups.map((group) => group.errors);
  expect(errors).toEqual(errors.toSorted((a, b) => b - a));
});

test("nothing found is no groups", async () => {
  expect(await ask("by=service&service=nobody")).toMatchObject({
    groups: [],
    groupCount: 0,
    traceCount: 0,
  });
});

describe("refusals", () => {
  for (const [query, code, says] of [
    ["by=service&by2=service", "invalid_parameter", "another field"],
    ["by=duration", "invalid_parameter", "values to count"],
    ["by=a%20b", "invalid_query", "not the name of one field"],
    ["", "invalid_parameter", "by"],
  ] as const) {
    test(`"${query}" is ${code}`, async () => {
      const { status, body } = await fixture.get(`/api/traces/groups?${query}`);
      expect([status, body.code]).toEqual([400, code]);
      expect(body.detail).toContain(says);
    });
  }
});

test("beyond its limit an answer is of whole traces by hash, and says so", async () => {
  const small = await createFixture({ groupSpansMax: 60 });
  try {
    await small.insertSpans(SPANS);
    const answer = await ask("by=root", small);
    expect(answer.countedEvery).toBe(4);
    expect(answer.meta.complete).toBe(false);
    expect(answer.meta.reason).toContain("groupSpansMax");
    const roots = answer.groups.find((group) => group.values[0] === "true");
    // Every trace has one root, so that all traces of the sample are in its group.
    expect(roots?.traces).toBe(answer.traceCount);
    expect(roots?.share).toBe(1);
    expect(answer.traceCount % 4).toBe(0);
    expect(answer.traceCount).toBeGreaterThan(40);
    expect(answer.traceCount).toBeLessThan(240);
  } finally {
    await small.close();
  }
});
