/** Goal: over HTTP, an answer that is shared is whole, says as of when it is, and is asked once; lists of records are not shared. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, MINUTE, NOW, spanId, traceId } from "../testing/fixtures.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture({ answersKeptMs: 60_000 });
  await store(1);
});
afterAll(() => fixture.close());

async function store(n: number): Promise<void> {
  const start = NOW - 10n * MINUTE;
  await fixture.insertSpans([{ traceId: traceId(n), spanId: spanId(n), start, kind: "Server" }]);
}

const asked = async (): Promise<Readonly<Record<string, number>>> => {
  const { body } = await fixture.app.inject("/metrics");
  return Object.fromEntries(
    [...body.matchAll(/shared_answers_total\{source="(\w+)"\} (\d+)/g)].map(([, source, count]) => [
      source,
      Number(count),
    ]),
  );
};

test("the same question is asked once, in whatever order it is written and however it is compressed", async () => {
  const answers = await Promise.all(
    ["?from=now-1h&to=now", "?to=now&from=now-1h"].map((query) =>
      fixture.get(`/api/services${query}`),
    ),
  );
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]?.body.services).toMatchObject([{ name: "shop", spanCount: 1 }]);
  expect(answers[0]?.body.meta.asOfUnixNano).toBe(String(NOW));
  expect(await asked()).toEqual({ asked: 1, joined: 1, kept: 0 });
  await store(2);
  const { statusCode, headers, body } = await fixture.app.inject({
    url: "/api/services?from=now-1h&to=now",
    headers: { "accept-encoding": "identity" },
  });
  expect(statusCode).toBe(200);
  expect(headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(headers["age"]).toMatch(/^\d+$/);
  expect(JSON.parse(body)).toEqual(answers[0]?.body);
  expect(await asked()).toEqual({ asked: 1, joined: 1, kept: 1 });
});

test("a larger answer is compressed as the client likes it", async () => {
  const url = "/api/services/shop?from=now-24h";
  const plain = await fixture.app.inject(url);
  expect(plain.headers["content-encoding"]).toBeUndefined();
  const packed = await fixture.app.inject({ url, headers: { "accept-encoding": "br, gzip" } });
  expect(packed.headers).toMatchObject({ "content-encoding": "br", vary: "accept-encoding" });
  expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length);
});

test("a list of records has what was stored since", async () => {
  const before = await fixture.get("/api/traces?from=now-1h");
  await store(3);
  const after = await fixture.get("/api/traces?from=now-1h");
  expect(after.body.traces.length).toBe(before.body.traces.length + 1);
});
