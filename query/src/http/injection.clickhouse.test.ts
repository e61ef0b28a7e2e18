/** Goal: whatever a user gives is a value, never SQL. Method: hostile texts are stored, searched for, and found. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFixture, type Fixture, MINUTE, NOW, spanId, traceId } from "../testing/fixtures.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});
afterAll(() => fixture.close());

describe("injection: what a user gives is a value, whatever is in it", () => {
  const hostile = [
    "'; DROP TABLE otel_logs; --",
    "' OR 1=1 --",
    "\\' OR 1=1 --",
    "{service:String}",
    "{x:Identifier}",
    "%' OR '1'='1",
    "a\u0000b",
    "\u2019 OR 1=1",
    "*/ UNION ALL SELECT 1 /*",
    ") FORMAT Null SETTINGS readonly=0 --",
    "\n\t\r\\",
    "[]=,'\"`",
    "$1 $& $$ $`",
    "ａ＇ｏｒ",
  ];
  for (const text of hostile) {
    test(JSON.stringify(text), async () => {
      const given = encodeURIComponent(text);
      const at = NOW - 5n * MINUTE;
      await fixture.insertLogs([
        {
          time: at,
          service: text,
          body: `x ${text} y`,
          attributes: { [text]: text },
          severityText: text,
          severityNumber: 0,
        },
      ]);
      await fixture.insertSpans([
        {
          traceId: traceId(5_000 + hostile.indexOf(text)),
          spanId: spanId(1),
          start: at,
          service: text,
          name: text,
          attributes: { k: text },
        },
      ]);
      const one = `from=${at}&to=${at + 1n}`;
      const attribute = encodeURIComponent(`k=${text}`);
      for (const [url, list] of [
        [`/api/logs?service=${given}&${one}`, "logs"],
        [`/api/traces?service=${given}&${one}`, "traces"],
        [`/api/traces?operation=${given}&${one}`, "traces"],
        [`/api/traces?attribute=${attribute}&${one}`, "traces"],
      ] as const) {
        const { status, body } = await fixture.get(url);
        expect(status, JSON.stringify(body)).toBe(200);
        expect(body[list], url).toHaveLength(1);
      }
      const quoted = encodeURIComponent(`"${text.replaceAll('"', "")}"`);
      const words = await fixture.get(`/api/logs?text=${quoted}&${one}`);
      expect([200, 400]).toContain(words.status);
      const count = await fixture.get("/api/logs?limit=1000");
      expect(count.status).toBe(200);
    });
  }

  test("a parameter name cannot be smuggled in", async () => {
    const { body } = await fixture.get("/api/logs?param_service=x&readonly=0");
    expect(body.code).toBe("unknown_parameter");
  });
});
