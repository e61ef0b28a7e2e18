import { ROOT_CONTEXT, trace, type Context } from "@opentelemetry/api";
import { Metadata } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { CorrelationPropagator } from "./correlation.ts";
import { noteOwnHeader } from "./own-header.ts";

const GETTER = {
  get: (carrier: unknown, name: string): string | undefined =>
    Object.entries(carrier ?? {}).find(([key]) => key === name)?.[1],
  keys: (carrier: unknown): string[] => Object.keys(carrier ?? {}),
};
const SETTER = {
  set: (carrier: unknown, name: string, value: string): void => {
    Object.assign(carrier ?? {}, { [name]: value });
  },
};
const propagator = new CorrelationPropagator(false);

function requestOf(id: string): Context {
  return propagator.extract(ROOT_CONTEXT, { "x-request-id": id }, GETTER);
}

test("a header that the application set stays as it is, in whatever case", () => {
  const carrier = { "X-Request-Id": "app" };
  propagator.inject(requestOf("sdk"), carrier, SETTER);
  expect(carrier).toEqual({ "X-Request-Id": "app" });
  const metadata = new Metadata();
  metadata.set("X-Request-Id", "app");
  propagator.inject(requestOf("sdk"), metadata, {
    set: (_carrier, name, value) => metadata.set(name, value),
  });
  expect(metadata.get("x-request-id")).toEqual(["app"]);
});

test("headers that an application uses for one message after another get each request's id", () => {
  const carrier = { kind: "order" };
  for (const id of ["first", "second"]) {
    propagator.inject(requestOf(id), carrier, SETTER);
    expect(carrier).toEqual({ kind: "order", "x-request-id": id });
  }
});

test.each([
  ["undici 5", "accept: */*\r\nX-Request-ID: app\r\n"],
  ["undici 6 and later", ["accept", "*/*", "X-Request-ID", "app"]],
])("what a request of %s has already is not injected", (_version, headers) => {
  const span = trace.wrapSpanContext({ traceId: "", spanId: "", traceFlags: 0 });
  noteOwnHeader(span, { headers });
  const carrier = {};
  propagator.inject(trace.setSpan(requestOf("sdk"), span), carrier, SETTER);
  expect(carrier).toEqual({});
});

test.each([
  ["another header's value", "accept: x-request-id\r\n"],
  ["another header's value", ["accept", "x-request-id"]],
])("%s is no header", (_what, headers) => {
  const span = trace.wrapSpanContext({ traceId: "", spanId: "", traceFlags: 0 });
  noteOwnHeader(span, { headers });
  const carrier = {};
  propagator.inject(trace.setSpan(requestOf("sdk"), span), carrier, SETTER);
  expect(carrier).toEqual({ "x-request-id": "sdk" });
});
