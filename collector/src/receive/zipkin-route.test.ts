/** Goal: a Zipkin reporter is answered as Zipkin answers, and told more where Zipkin would say nothing. Method: real HTTP. */
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { IngestOutcome } from "../contract.ts";
import { type Answer, send, type Sending } from "./testing/http-client.ts";
import { type ReceiversUnderTest, startReceivers } from "./testing/start-receivers.ts";

let receivers: ReceiversUnderTest;
beforeEach(async () => {
  receivers = await startReceivers({ receive: { bodyMaxBytes: 70_000 } });
});
afterEach(() => receivers.stop());

const SPANS = Buffer.from('[{"traceId":"1","id":"2"}]');

function report(sending: Sending = {}): Promise<Answer> {
  return send(receivers.http.port, { path: "/api/v2/spans", body: SPANS, ...sending });
}

test.each([
  [undefined, "zipkin-json"],
  ["", "zipkin-json"],
  ["application/json; charset=utf-8", "zipkin-json"],
  ["application/x-protobuf", "zipkin-protobuf"],
])("spans of the type %s are taken with a 202 and no body", async (type, encoding) => {
  const headers = type === undefined ? {} : { "content-type": type };
  const answer = await report({ headers });
  expect(answer).toMatchObject({ code: 202 });
  expect(answer.body).toHaveLength(0);
  expect(receivers.calls).toMatchObject([{ signal: "traces", encoding, transport: "http" }]);
  expect(Buffer.from(receivers.calls[0]!.body)).toEqual(SPANS);
  expect(await receivers.metric("received_requests_total", { signal: "traces", encoding })).toBe(1);
});

test("gzip is inflated, and a body over the limit is refused with the setting's name", async () => {
  expect(
    await report({ headers: { "content-encoding": "gzip" }, body: gzipSync(SPANS) }),
  ).toMatchObject({ code: 202 });
  expect(Buffer.from(receivers.calls[0]!.body)).toEqual(SPANS);
  const large = await report({ body: Buffer.alloc(80_000) });
  expect(large.code).toBe(413);
  expect(large.body.toString()).toContain("THROUGHLINE_OTLP_BODY_MAX_BYTES");
});

test("spans that were rejected one by one are counted in a header that names their fields", async () => {
  receivers.answer = {
    kind: "accepted",
    rejected: 2,
    reason: "resource_spans[3].scope_spans[0].spans[0].span_id: zeros (é)",
  };
  expect(await report()).toMatchObject({
    code: 202,
    headers: {
      "throughline-rejected-spans": "2",
      "throughline-rejected-reason": "[3].span_id: zeros ( )",
    },
  });
});

const REFUSALS: readonly (readonly [IngestOutcome, number, string])[] = [
  [{ kind: "malformed", message: "[0].id: is missing" }, 400, "[0].id: is missing\n"],
  [{ kind: "too_large", message: "large" }, 413, "large\n"],
  [{ kind: "overloaded", message: "full", retryAfterMs: 1200 }, 429, "full\n"],
];

test.each(REFUSALS)("%j is told as it is", async (outcome, code, text) => {
  receivers.answer = outcome;
  const answer = await report();
  expect(answer.code).toBe(code);
  expect(answer.body.toString()).toBe(text);
  expect(answer.headers["retry-after"]).toBe(code === 429 ? "2" : undefined);
});

test.each([
  [{ headers: { "content-type": "application/x-thrift" } }, 415, "application/x-protobuf"],
  [{ headers: { "content-type": "foo" } }, 415, "Content-Type foo is not Zipkin's"],
  [{ headers: { "content-type": "application/json,foo" } }, 415, "application/x-protobuf"],
  [{ headers: { "content-encoding": "br" } }, 415, "gzip"],
  [{ path: "/api/v1/spans", headers: { "content-type": "foo" } }, 415, "/api/v2/spans"],
  [{ path: "/api/v1/spans" }, 415, "/api/v2/spans"],
  [{ method: "GET", body: [] }, 405, "/zipkin/api/v2"],
])("%j is refused with the right way", async (sending, code, text) => {
  const answer = await report(sending);
  expect(answer.code).toBe(code);
  expect(answer.body.toString()).toContain(text);
  expect(receivers.calls).toEqual([]);
  expect(receivers.bugs).toEqual([]);
  const labels = { signal: "traces", reason: "unsupported_media" };
  expect(await receivers.metric("rejected_requests_total", labels)).toBe(code === 415 ? 1 : 0);
});

test("a page of this machine may report from a browser", async () => {
  const answer = await report({
    method: "OPTIONS",
    headers: { origin: "http://localhost:3000", "access-control-request-method": "POST" },
    body: [],
  });
  expect(answer.headers["access-control-allow-origin"]).toBe("http://localhost:3000");
});
