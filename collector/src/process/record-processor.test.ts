/**
 * Goal: rules reach every place where a secret can be, drop what they should and count it, and cost clean data nothing
 * but time. Method: requests through the whole encoder, rows read back from its blocks.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleLogs, sampleSpans } from "../encode/bench/sample-requests.ts";
import { createEncoder } from "../encode/encoder.ts";
import type { EncodeRequest } from "../encode/encoder.ts";
import { logs, NOW, protobuf, rowsOf, spans, text } from "../encode/testing/requests.ts";
import { parseRules } from "../rules/parse-rules.ts";
import { PROCESS_TOOLS } from "../rules/process-tools.ts";
import { DEFAULT_RULES } from "./default-rules.ts";
import type { RuleSet } from "./rule-set.ts";
import { isTraceKept, samplingThreshold } from "./sampling.ts";

const CARD = "4111 1111 1111 1111";

function rulesOf(yaml: string): RuleSet {
  const parsed = parseRules(yaml, { version: 2, hashKey: "0123456789abcdef" });
  if (parsed.kind === "invalid") throw new Error(parsed.problems.join("\n"));
  return parsed.rules;
}

function encodeUnder(rules: RuleSet | string, ...requests: EncodeRequest[]) {
  const ruleSet = typeof rules === "string" ? rulesOf(rules) : rules;
  return createEncoder({ rules: ruleSet, tools: PROCESS_TOOLS }).encode(requests, NOW);
}

function storedText(rules: RuleSet | string, request: EncodeRequest): string {
  return JSON.stringify(rowsOf(encodeUnder(rules, request)), (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
}

describe("redaction reaches", () => {
  const nested = {
    kvlistValue: {
      values: [
        { key: "password", value: { stringValue: "hunter2" } },
        {
          key: "list",
          value: {
            arrayValue: { values: [{ stringValue: CARD }, { intValue: 4111111111111111 }] },
          },
        },
      ],
    },
  };
  const attributes = [
    text("note", CARD),
    text("http.request.header.authorization", "Basic hunter2"),
    { key: "number", value: { intValue: 4111111111111111 } },
    { key: "nested", value: nested },
  ];
  const shared = { resource: { attributes }, schemaUrl: "x" };
  const scope = { name: "s", attributes };
  const traceId = Uint8Array.from({ length: 16 }, () => 1);
  const spanId = Uint8Array.from({ length: 8 }, () => 1);
  test.each<[string, EncodeRequest]>([
    [
      "everything of a log",
      protobuf("logs", {
        resourceLogs: [
          {
            ...shared,
            scopeLogs: [
              {
                scope,
                logRecords: [
                  {
                    attributes,
                    body: { stringValue: `x ${CARD} password=hunter2` },
                    eventName: CARD,
                  },
                  { attributes, body: nested },
                ],
              },
            ],
          },
        ],
      }),
    ],
    [
      "everything of a span",
      protobuf("traces", {
        resourceSpans: [
          {
            ...shared,
            scopeSpans: [
              {
                scope,
                spans: [
                  {
                    traceId,
                    spanId,
                    name: `charge ${CARD}`,
                    attributes,
                    status: { code: 2, message: `refused ${CARD}` },
                    events: [
                      {
                        name: "a",
                        attributes: [text("exception.stacktrace", `Error: ${CARD}\n at f`)],
                      },
                      { name: CARD, attributes },
                    ],
                    links: [{ traceId, spanId, attributes }],
                  },
                ],
              },
            ],
          },
        ],
      }),
    ],
    [
      "everything of a data point",
      protobuf("metrics", {
        resourceMetrics: [
          {
            ...shared,
            scopeMetrics: [
              {
                scope,
                metrics: [
                  {
                    name: "m",
                    gauge: {
                      dataPoints: [
                        {
                          asDouble: 1,
                          attributes,
                          exemplars: [{ asDouble: 1, filteredAttributes: attributes }],
                        },
                      ],
                    },
                  },
                ],
              },
            ],
          },
        ],
      }),
    ],
  ])("%s", (_, request) => {
    const before = storedText(rulesOf("redaction: {defaults: false}"), request);
    expect(before).toContain("4111");
    const stored = storedText(DEFAULT_RULES, request);
    expect(stored).not.toContain("4111 1111");
    expect(stored).not.toContain("4111111111111111");
    expect(stored).not.toContain("hunter2");
    expect(stored).toContain("***1111");
  });

  test("what is renamed, by either name", () => {
    const rules = `
attributes:
  - {name: rename, rename: {from: password, to: innocent}}`;
    const stored = storedText(rules, logs({ attributes: [text("password", "hunter2")] }));
    expect(stored).not.toContain("hunter2");
    expect(stored).toContain("innocent");
  });
});

describe("attributes", () => {
  const row = (rules: string, attributes: object[]) => {
    const [first] = rowsOf(encodeUnder(rules, logs({ attributes })));
    return first?.["LogAttributes"];
  };
  test("are dropped by pattern, renamed, and added where they are missing", () => {
    const rules = `
attributes:
  - {name: a, drop: ["http.request.header.*"]}
  - {name: b, rename: {from: user, to: user.id}}
  - {name: c, on: [record], add: {key: env, value: prod}}
  - {name: d, on: [record], add: {key: who, value: us, overwrite: true}}`;
    expect(
      row(rules, [
        text("http.request.header.x", "1"),
        text("user", "u"),
        text("who", "them"),
        text("env", "dev"),
      ]),
    ).toEqual([
      ["env", "dev"],
      ["user.id", "u"],
      ["who", "us"],
    ]);
    expect(row(rules, [])).toEqual([
      ["env", "prod"],
      ["who", "us"],
    ]);
  });
  test("of events keep to their event", () => {
    const rules =
      "attributes: [{name: a, drop: [x]}, {name: b, on: [event], add: {key: e, value: v}}]";
    const event = (n: string) => ({ name: n, attributes: [text("x", "1"), text("n", n)] });
    const [first] = rowsOf(
      encodeUnder(rules, spans({ events: [event("1"), { name: "2" }, event("3")] })),
    );
    expect(first?.["Events.Attributes"]).toEqual([
      [
        ["e", "v"],
        ["n", "1"],
      ],
      [["e", "v"]],
      [
        ["e", "v"],
        ["n", "3"],
      ],
    ]);
  });
  test("of a resource are changed once, and its service is found under its new name", () => {
    const rules = "attributes: [{name: a, on: [resource], rename: {from: app, to: service.name}}]";
    const request = protobuf("logs", {
      resourceLogs: [
        { resource: { attributes: [text("app", "pay")] }, scopeLogs: [{ logRecords: [{}, {}] }] },
      ],
    });
    expect(rowsOf(encodeUnder(rules, request)).map((stored) => stored["ServiceName"])).toEqual([
      "pay",
      "pay",
    ]);
  });
  test("go where a detector with action drop finds something in them", () => {
    const rules = "redaction: {rules: [{name: mail, detect: email, action: drop}]}";
    expect(row(rules, [text("to", "a@x.org"), text("n", "1")])).toEqual([["n", "1"]]);
  });
  test("stay where a detector with action drop finds something in one text of many", () => {
    const rules = "redaction: {rules: [{name: mail, detect: email, action: drop}]}";
    const values = ["cc: a@x.org", "b@x.org"].map((stringValue) => ({ stringValue }));
    const list = { key: "to", value: { arrayValue: { values } } };
    expect(row(rules, [list])).toEqual([["to", '["cc: ",""]']]);
  });
  test("keep the token of a value that was hashed before it was sent", () => {
    const rules = "redaction: {rules: [{name: user, keys: [user.id], action: hash}]}";
    const token = "hmac:0123456789abcdef";
    expect(row(rules, [text("user.id", token)])).toEqual([["user.id", token]]);
    expect(row(rules, [text("user.id", `${token}0`)])).not.toEqual([["user.id", `${token}0`]]);
  });
});

describe("a filter", () => {
  test.each<[string, string, object, boolean]>([
    ["severity below", "severityBelow: info", { severityNumber: 8 }, true],
    ["severity at", "severityBelow: info", { severityNumber: 9 }, false],
    ["no severity", "severityBelow: info", {}, false],
    ["severity at least", "severityAtLeast: error", { severityNumber: 17 }, true],
    [
      "body",
      "body: {matches: '^GET /healthz'}",
      { body: { stringValue: "GET /healthz 200" } },
      true,
    ],
    [
      "another body",
      "body: {matches: '^GET /healthz'}",
      { body: { stringValue: "POST /healthz" } },
      false,
    ],
    [
      "attribute",
      "attributes: {http.route: {equals: /healthz}}",
      { attributes: [text("http.route", "/healthz")] },
      true,
    ],
    [
      "attribute, a number",
      "attributes: {n: {equals: '5'}}",
      { attributes: [{ key: "n", value: { intValue: 5 } }] },
      true,
    ],
    ["attribute missing", "attributes: {n: {exists: false}}", {}, true],
    ["attribute there", "attributes: {n: {exists: false}}", { attributes: [text("n", "")] }, false],
    [
      "several conditions",
      "{severityBelow: error, body: {equals: x}}",
      { severityNumber: 9, body: { stringValue: "y" } },
      false,
    ],
  ])("by %s", (_, condition, record, isDropped) => {
    const when = condition.startsWith("{") ? condition : `{${condition}}`;
    const result = encodeUnder(`filters: [{name: f, drop: ${when}}]`, logs(record));
    const outcome = { kind: "encoded", records: isDropped ? 0 : 1, rejected: 0 };
    expect(result.outcomes).toMatchObject([
      isDropped ? { ...outcome, dropped: [{ rule: "f", count: 1 }] } : outcome,
    ]);
    expect(rowsOf(result)).toHaveLength(isDropped ? 0 : 1);
  });
  test("by service, span name and status, but not unless", () => {
    const rules = `
filters:
  - {name: quiet, drop: {services: [web], spanName: {oneOf: [GET /, GET /x]}}, unless: {status: error}}`;
    const traceId = Uint8Array.from({ length: 16 }, () => 1);
    const span = (name: string, code: number) => ({
      traceId,
      spanId: traceId.subarray(8),
      name,
      status: { code },
    });
    const of = (service: string) => ({
      resource: { attributes: [text("service.name", service)] },
      scopeSpans: [{ spans: [span("GET /", 0), span("GET /", 2), span("GET /y", 0)] }],
    });
    const result = encodeUnder(
      rules,
      protobuf("traces", { resourceSpans: [of("web"), of("api")] }),
    );
    expect(result.outcomes).toMatchObject([{ records: 5, dropped: [{ rule: "quiet", count: 1 }] }]);
  });
  test("counts nothing of a request that is malformed", () => {
    const encoder = createEncoder({
      rules: rulesOf("filters: [{name: f, drop: {severityBelow: fatal}}]"),
      tools: PROCESS_TOOLS,
    });
    const good = logs({ severityNumber: 9 });
    const broken = { ...good, body: Buffer.concat([good.body, Uint8Array.of(0x0a, 0xff)]) };
    const { outcomes } = encoder.encode([broken, good], NOW);
    expect(outcomes[0]).toMatchObject({ kind: "malformed" });
    expect(outcomes[1]).toMatchObject({ dropped: [{ rule: "f", count: 1 }] });
  });
});

describe("sampling", () => {
  const id = fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .filter((bytes) => bytes.some((byte) => byte !== 0));
  test("decides as OpenTelemetry's threshold does", () => {
    fc.assert(
      fc.property(id, fc.double({ min: 0, max: 100, noNaN: true }), (bytes, percent) => {
        const random = bytes.subarray(9).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
        const rejected = BigInt(Math.round((1 - percent / 100) * 2 ** 52)) << 4n;
        expect(isTraceKept(bytes, 0, samplingThreshold(percent))).toBe(random >= rejected);
      }),
    );
  });
  test("keeps a trace's spans and logs together, about as many as asked, and the logs of no trace", () => {
    const rules = "sampling: [{name: tenth, keepPercent: 10}]";
    const ids = fc.sample(id, { numRuns: 3000, seed: 11 });
    const spanId = Uint8Array.from({ length: 8 }, () => 1);
    const traceIds = (request: EncodeRequest) =>
      rowsOf(encodeUnder(rules, request)).map((row) => row["TraceId"]);
    const keptSpans = traceIds(
      protobuf("traces", {
        resourceSpans: [{ scopeSpans: [{ spans: ids.map((traceId) => ({ traceId, spanId })) }] }],
      }),
    );
    const keptLogs = traceIds(logs(...ids.map((traceId) => ({ traceId })), {}, {}));
    expect(keptLogs.filter((kept) => kept !== "")).toEqual(keptSpans);
    expect(keptLogs.filter((kept) => kept === "")).toHaveLength(2);
  });
  test("keeps about one in a hundred random traces, and of records without one when told to", () => {
    const rules = "sampling: [{name: s, keepPercent: 10, withoutTraceId: sample}]";
    const request = logs(
      ...Array.from({ length: 5000 }, (_, i) => ({ body: { stringValue: `line ${i}` } })),
    );
    const kept = rowsOf(encodeUnder(rules, request)).length;
    expect(kept).toBeGreaterThan(400);
    expect(kept).toBeLessThan(600);
    expect(rowsOf(encodeUnder(rules, request)).length).toBe(kept);
  });
});

describe("rules", () => {
  test.each([
    ["logs", sampleLogs],
    ["traces", sampleSpans],
  ] as const)("do not change clean %s by a byte", (signal, make) => {
    const requests = [1, 2, 3].map((seed): EncodeRequest => ({
      signal,
      encoding: "protobuf",
      body: make(200, seed),
    }));
    const bare = createEncoder({ hashSeed: 1 }).encode(requests, NOW);
    expect(encodeUnder(DEFAULT_RULES, ...requests)).toEqual(bare);
  });
  test("change between two calls, also for a resource that comes again", () => {
    const encoder = createEncoder({ rules: DEFAULT_RULES, tools: PROCESS_TOOLS });
    const request = logs({ body: { stringValue: CARD } });
    const body = () => rowsOf(encoder.encode([request], NOW))[0]?.["Body"];
    expect(body()).toBe("***1111");
    encoder.use(rulesOf("redaction: {defaults: false}"));
    expect(body()).toBe(CARD);
    encoder.use(rulesOf("filters: [{name: all, drop: {body: {exists: true}}}]"));
    expect(body()).toBeUndefined();
  });
  test("say how many values each redacted", () => {
    const result = encodeUnder(
      DEFAULT_RULES,
      logs({ body: { stringValue: `${CARD} ${CARD} pwd=x` } }),
    );
    expect(result.redacted).toEqual([
      { rule: "secret-keys", count: 1 },
      { rule: "card-numbers", count: 2 },
    ]);
  });
  test("that make values longer have room for it in a request of nothing else", () => {
    const rules = "redaction: {rules: [{name: m, detect: email, action: hash}]}";
    const mails = "a@b.cc ".repeat(200_000);
    const result = encodeUnder(
      rules,
      logs({ body: { stringValue: mails } }, { body: { stringValue: "x" } }),
    );
    expect(result.outcomes).toMatchObject([{ kind: "encoded", records: 2, rejected: 0 }]);
    expect(result.redacted).toEqual([{ rule: "m", count: 200_000 }]);
  });
});
