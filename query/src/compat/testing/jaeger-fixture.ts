/** For the tests of Jaeger's API: rows, and an answer's status and body. */
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  NOW,
  spanId,
  traceId,
} from "../../testing/fixtures.ts";

export const START = NOW - 10n * MINUTE;

export function micros(nanos: bigint): number {
  return Number(nanos / 1000n);
}

export interface JaegerFixture {
  readonly fixture: Fixture;
  readonly get: (path: string, prefix?: string) => Promise<Answer>;
}

/** Any answer of these APIs; a test reads the fields of the one it asked for. */
// oxlint-disable-next-line typescript/no-explicit-any -- the answers of another API have no types here
type Answer = { readonly status: number; readonly body: any };

/** Traces 1 to 5, a minute apart, newest first: a server in `shop`, its client, and a server in `pay` that fails in 2 and 4. */
export async function createJaegerFixture(): Promise<JaegerFixture> {
  const fixture = await createFixture();
  await fixture.insertSpans(
    [1, 2, 3, 4, 5].flatMap((n) => {
      const start = START - BigInt(n) * MINUTE;
      const common = { traceId: traceId(n), resource: { "host.name": "h1" } };
      return [
        {
          ...common,
          spanId: spanId(n * 10),
          start,
          durationNano: BigInt(n) * 100_000_000n,
          service: "shop",
          name: "GET /cart",
          kind: "Server",
          attributes: { "http.response.status_code": "200", "order.id": "007", error: "false" },
        },
        {
          ...common,
          spanId: spanId(n * 10 + 1),
          parentSpanId: spanId(n * 10),
          start: start + 1_000_500n,
          durationNano: 50_000_000n,
          service: "shop",
          name: "POST",
          kind: "Client",
        },
        {
          ...common,
          spanId: spanId(n * 10 + 2),
          parentSpanId: spanId(n * 10 + 1),
          start: start + 2_000_000n,
          durationNano: 30_000_000n,
          service: "pay",
          name: "pay",
          kind: "Server",
          status: n % 2 === 0 ? "Error" : "Ok",
        },
      ];
    }),
  );
  await fixture.insertSpans([
    {
      traceId: traceId(90),
      spanId: spanId(901),
      parentSpanId: spanId(900),
      start: NOW - 3n * HOUR,
      service: "lost",
      name: "half",
    },
  ]);
  await insertLogs(fixture);
  return {
    fixture,
    get: async (path, prefix = "/jaeger") => {
      const response = await fixture.app.inject({ method: "GET", url: `${prefix}${path}` });
      // oxlint-disable-next-line typescript/no-unsafe-assignment -- as above
      return { status: response.statusCode, body: response.json() };
    },
  };
}

async function insertLogs(fixture: Fixture): Promise<void> {
  await fixture.insertLogs([
    {
      traceId: traceId(1),
      spanId: spanId(12),
      time: START - MINUTE + 3_000_000n,
      service: "pay",
      severityNumber: 17,
      severityText: "error",
      body: "card declined",
      attributes: { "card.brand": "visa" },
    },
    { traceId: traceId(1), spanId: spanId(999), time: START - MINUTE, body: "of nobody" },
    { traceId: traceId(50), spanId: spanId(1), time: START, body: "not sampled" },
  ]);
}
