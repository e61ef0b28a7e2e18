// A payment whose lines, span and event hold one of everything that rules find.
const { SpanStatusCode, trace } = require("@opentelemetry/api");
const pino = require("pino");

const log = pino({ base: null });
const tracer = trace.getTracer("payments");
tracer.startActiveSpan("charge ada@example.org", (span) => {
  span.setAttributes({
    "card.number": "4111 1111 1111 1111",
    "db.password": "hunter2",
    "customer.name": "Ada",
    "customer.visits": 1234,
    "customer.balance": -0.5,
    "customer.debt": -77,
    "customer.regular": true,
    "peer.account": "DE89370400440532013000",
    note: "for ada@example.org only",
    plain: "order ORD-123456-x of 2026-01-01",
    lines: ["ORD-123456-x", "mail to ada@example.org"],
  });
  span.recordException(new RangeError("no account for ada@example.org, password=hunter2"));
  span.addEvent("asked by ada@example.org", { url: "https://ada:secret@example.org/x", authorization: "Basic eHg6eQ==" });
  span.setStatus({ code: SpanStatusCode.ERROR, message: "card 4111-1111-1111-1111 declined" });
  log.info("paid with 4111-1111-1111-1111 by ada@example.org, ORD-123456-x");
  log.info("Authorization: Bearer abcdefghijklmnopQRST and note=hello world");
  log.info("t=eyJhbGciOiJI.eyJzdWIiOiIx.c2ln; AKIAIOSFODNN7EXAMPLE; tel 12345 now");
  log.info('{"password":"hun\\"ter2","x":1} to GB82 WEST 1234 5698 7654 32');
  log.warn(
    { customer: { email: "ada@example.org", apiKey: "k-123", tags: ["tel 12345", "paid"] }, note: "n" },
    "a -----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nb",
  );
  log.error(new TypeError("token='abc def' of ada@example.org"), "it failed");
  span.end();
});
