/** Goal: a downloaded trace can be sent to any OTLP receiver and is the same trace again. */
import { expect, test } from "vitest";
import { log, span, trace } from "./testing.ts";
import { toOtlp } from "./to-otlp.ts";
import { indexTrace } from "./trace-index.ts";

function sample() {
  const root = { ...span("00000000000000aa", "", 0, 100), kind: "Server", scopeName: "http" };
  root.resource = { "service.name": "shop" };
  root.attributes["http.route"] = "/pay";
  root.status = { code: "Error", message: "declined" };
  root.events.push({ timeUnixNano: root.startTimeUnixNano, name: "exception", attributes: {} });
  root.links.push({ traceId: "ff", spanId: "ee", traceState: "", attributes: { a: "1" } });
  root.logs.push({ ...log("inside", 5, 17), traceId: "t", spanId: root.spanId });
  const child = { ...span("00000000000000bb", root.spanId, 10, 5), scopeName: "http" };
  child.resource = { "service.name": "shop" };
  const other = { ...span("00000000000000cc", root.spanId, 20, 5), scopeVersion: "1.2.0" };
  return indexTrace(trace([root, child, other], [log("lost", 7)]));
}

test("spans stand under their resource and scope, with the numbers of the protocol", () => {
  const { resourceSpans } = toOtlp(sample());
  expect(resourceSpans.length).toBe(2);
  expect(resourceSpans[0]).toMatchObject({
    resource: { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] },
    scopeSpans: [{ scope: { name: "http" }, spans: [{ kind: 2 }, { kind: 1 }] }],
  });
  expect(resourceSpans[1]).toMatchObject({ scopeSpans: [{ scope: { version: "1.2.0" } }] });
  expect(JSON.parse(JSON.stringify(resourceSpans[0])).scopeSpans[0].spans[0]).toEqual({
    traceId: "t",
    spanId: "00000000000000aa",
    name: "span 00000000000000aa",
    kind: 2,
    startTimeUnixNano: "1795219355000000000",
    endTimeUnixNano: "1795219355000000100",
    attributes: [{ key: "http.route", value: { stringValue: "/pay" } }],
    events: [{ timeUnixNano: "1795219355000000000", name: "exception", attributes: [] }],
    links: [
      { traceId: "ff", spanId: "ee", attributes: [{ key: "a", value: { stringValue: "1" } }] },
    ],
    status: { code: 2, message: "declined" },
  });
});

test("every log is there, with or without a span", () => {
  const groups = JSON.parse(JSON.stringify(toOtlp(sample()).resourceLogs));
  expect(groups.length).toBe(1);
  const records = groups[0].scopeLogs[0].logRecords;
  expect(records).toEqual([
    expect.objectContaining({
      body: { stringValue: "inside" },
      severityNumber: 17,
      spanId: "00000000000000aa",
    }),
    expect.objectContaining({ body: { stringValue: "lost" } }),
  ]);
  expect(records[1]).not.toHaveProperty("spanId");
});
