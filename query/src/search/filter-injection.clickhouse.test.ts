/**
 * Goal: whatever stands in a filter, as a name or as a value, is a value to ClickHouse. Method: hostile texts are stored in
 * every place that a filter can ask for, and found there by every operator, alone.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quote } from "../filter/print.ts";
import { createFixture, type Fixture, MINUTE, NOW, spanId, traceId } from "../testing/fixtures.ts";

let fixture: Fixture;

const HOSTILE = [
  "'; DROP TABLE otel_logs; --",
  "' OR 1=1 --",
  "\\' OR 1=1 --",
  '" OR "1"="1',
  "` OR `1`=`1",
  "{service:String}",
  "{q_value_0:Identifier}",
  "%' OR '1'='1",
  "100%_\\%\\_",
  "a\u0000b",
  "’ OR 1=1",
  "ａ＇ｏｒ",
  "a\u202Eb",
  "*/ UNION ALL SELECT 1 /*",
  ") FORMAT Null SETTINGS readonly=0 --",
  "x FORMAT JSON; SELECT file('/etc/passwd')",
  "\n\t\r\\",
  "[]=,'\"`",
  "$1 $& $$ $`",
  "/*where*/ /*value*/ /*test*/",
  "q_n: _n:String",
  "(.*)+[^",
];

beforeAll(async () => {
  fixture = await createFixture();
  const at = NOW - 5n * MINUTE;
  await fixture.insertLogs(
    HOSTILE.map((text, i) => ({
      time: at,
      service: text,
      spanId: spanId(i + 1),
      body: `x ${text} y`,
      severityText: text,
      severityNumber: 0,
      attributes: { [text]: text },
      resource: { [text]: text },
    })),
  );
  await fixture.insertSpans(
    HOSTILE.map((text, i) => ({
      traceId: traceId(i + 1),
      spanId: spanId(i + 1),
      start: at,
      service: text,
      name: text,
      attributes: { [text]: text, k: text },
      resource: { [text]: text },
    })),
  );
});
afterAll(() => fixture.close());

async function found(signal: "logs" | "traces", q: string): Promise<string[]> {
  const { status, body } = await fixture.get(
    `/api/${signal}?from=now-10m&limit=200&q=${encodeURIComponent(q)}`,
  );
  expect(status, `${q} ${JSON.stringify(body)}`).toBe(200);
  return signal === "logs"
    ? body.logs.map((log) => log.serviceName).toSorted()
    : body.traces.map((trace) => trace.rootServiceName).toSorted();
}

/** Each of the filters finds the same. Asked for together: what takes the time is the way there and back. */
async function findsAll(
  signal: "logs" | "traces",
  filters: readonly string[],
  expected: readonly string[],
): Promise<void> {
  const all = await Promise.all(filters.map(async (q) => [q, await found(signal, q)]));
  expect(all).toEqual(filters.map((q) => [q, expected]));
}

const escapePattern = (text: string): string =>
  text.replaceAll(/[\s"\\()*?:=<>![\]{}/.,-]/gu, "\\$&");

describe.each(HOSTILE)("%j", (text) => {
  const quoted = quote(text);
  const others = HOSTILE.filter((each) => each !== text).toSorted();

  test.each(["logs", "traces"] as const)("is a value of %s, by every operator", async (signal) => {
    const only = [
      `service:${quoted}`,
      `service=${quoted}`,
      `service:[${quoted} TO ${quoted}]`,
      `service>=${quoted} service<=${quoted}`,
      `service:(${quoted} OR nobody)`,
      `service:${escapePattern(text)}*`,
    ];
    await findsAll(signal, only, [text]);
    await findsAll(signal, [`service!=${quoted}`, `-service:${quoted}`], others);
  });

  test.each(["logs", "traces"] as const)("is a name of an attribute of %s", async (signal) => {
    const having = [
      `${quoted}:${quoted}`,
      `attr.${quoted}=${quoted}`,
      `exists(resource.${quoted})`,
      `attr.${quoted}:?*`,
      `${quoted}:/.+/`,
      `resource.${quoted}>=${quoted}`,
    ];
    await findsAll(signal, having, [text]);
    await findsAll(signal, [`-${quoted}:*`], others);
    await findsAll(signal, [`scope.${quoted}:x`], []);
  });

  test("is a text to search for", async () => {
    expect(await found("logs", quoted)).toContain(text);
    expect(await found("logs", `body:${quoted}`)).toContain(text);
    expect(await found("logs", `body=${quote(`x ${text} y`)}`)).toEqual([text]);
    expect(await found("logs", `severity.text=${quoted}`)).toEqual([text]);
    expect(await found("traces", quoted)).toContain(text);
    expect(await found("traces", `name=${quoted}`)).toEqual([text]);
  });
});

test.each([
  "duration>99999999999999999999",
  "duration>1e3",
  "flags>18446744073709551616",
  "http.status_code>1e999",
  "http.status_code>NaN",
  "time>now()",
  "kind:server'",
  "trace:' OR 1=1",
  "name:/(?=a)b/",
  "name:/(a)\\1/",
  "name:/a{2000}/",
  "name:/((a{1000}){1000}){1000}/",
  `name:/${"a".repeat(600)}/`,
])("what is no value of its field is refused: %s", async (q) => {
  const { status, body } = await fixture.get(`/api/traces?q=${encodeURIComponent(q)}`);
  expect(status, JSON.stringify(body)).toBe(400);
  expect(body.code).toBe("invalid_query");
});

test("a regular expression that would take others forever is answered", async () => {
  await fixture.insertLogs([
    { time: NOW - MINUTE, service: "slow", body: `${"a".repeat(50_000)}!` },
  ]);
  const { status, body } = await fixture.get(
    `/api/logs?q=${encodeURIComponent("service:slow body:/^(a+)+$/")}`,
  );
  expect(status).toBe(200);
  expect(body.logs).toEqual([]);
});

test("everything is still there", async () => {
  expect(await found("logs", "-service:slow")).toHaveLength(HOSTILE.length);
  expect(await found("traces", "")).toHaveLength(HOSTILE.length);
});
