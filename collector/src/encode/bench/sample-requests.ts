import { encodeRequest } from "../testing/otlp-types.ts";

/** A small deterministic random number generator (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const SERVICES = ["checkout", "cart", "payments", "frontend", "inventory", "shipping"];
const START_UNIX_NANO = 1_763_659_800_000_000_000n;

interface Random {
  readonly next: () => number;
  readonly int: (below: number) => number;
  readonly pick: <T>(from: readonly [T, ...T[]]) => T;
  readonly hex: (digits: number) => string;
  readonly bytes: (count: number) => Uint8Array;
}

function randomTools(seed: number): Random {
  const next = randomFrom(seed);
  const int = (below: number) => Math.floor(next() * below);
  return {
    next,
    int,
    pick: (from) => from[int(from.length)] ?? from[0],
    hex: (digits) => Array.from({ length: digits }, () => int(16).toString(16)).join(""),
    bytes: (count) => Uint8Array.from({ length: count }, () => int(256)),
  };
}

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const int = (key: string, value: number) => ({ key, value: { intValue: value } });

function resource(random: Random, index: number): object {
  const service = `${SERVICES[random.int(SERVICES.length)]}-service`;
  return {
    attributes: [
      text("service.name", service),
      text("service.version", `1.4.${index}`),
      text("host.name", `ip-10-0-3-${index}.ec2.internal`),
      text("k8s.pod.name", `${service}-${random.hex(10)}-${random.hex(5)}`),
      text("k8s.namespace.name", "prod"),
      text("deployment.environment.name", "production"),
      text("telemetry.sdk.language", "nodejs"),
    ],
  };
}

function body(random: Random): string {
  const { int: number, hex, pick } = random;
  switch (number(4)) {
    case 0:
      return `GET /api/v1/orders/${number(1e6)} completed with status ${pick([200, 200, 201, 404, 500])} in ${number(900)}ms for tenant acme-${number(40)}`;
    case 1:
      return `Connection pool exhausted: active=${number(64)} idle=0 waiting=${number(200)} timeout=30000ms host=db-${number(8)}.internal.example.com retrying with exponential backoff`;
    case 2:
      return `user ${hex(8)} added item sku-${number(99999)} to cart ${hex(16)}; cart total now ${(random.next() * 500).toFixed(2)} USD`;
    default:
      return `{"msg":"cache miss","key":"session:${hex(24)}","shard":${number(16)},"latency_us":${number(5000)}}`;
  }
}

function requestAttributes(random: Random): readonly object[] {
  const { pick, hex, int: number } = random;
  return [
    text("http.request.method", pick(["GET", "POST", "PUT"])),
    text(
      "http.route",
      pick(["/api/v1/orders/{id}", "/api/v1/cart", "/healthz", "/api/v1/checkout"]),
    ),
    int("http.response.status_code", pick([200, 201, 404, 500])),
    text("user.id", hex(12)),
    text("thread.name", `worker-${number(16)}`),
    text("code.function.name", pick(["handleRequest", "processOrder", "acquireConnection"])),
    { key: "duration_ms", value: { doubleValue: random.next() * 900 } },
  ];
}

/** An ExportLogsServiceRequest: 4 resources, records of about 380 bytes with 7 attributes. */
export function sampleLogs(records: number, seed = 12_345): Uint8Array {
  const random = randomTools(seed);
  const severities = { 5: "DEBUG", 9: "INFO", 13: "WARN", 17: "ERROR" } as const;
  const resourceLogs = Array.from({ length: 4 }, (_, index) => {
    const logRecords = Array.from({ length: Math.ceil(records / 4) }, () => {
      const time = START_UNIX_NANO + BigInt(random.int(1e9));
      const severityNumber = random.pick([9, 9, 9, 9, 13, 17, 5] as const);
      return {
        timeUnixNano: time.toString(),
        observedTimeUnixNano: (time + 1000n).toString(),
        severityNumber,
        severityText: severities[severityNumber],
        body: { stringValue: body(random) },
        traceId: random.bytes(16),
        spanId: random.bytes(8),
        flags: 1,
        attributes: requestAttributes(random),
      };
    });
    return {
      resource: resource(random, index),
      scopeLogs: [{ scope: { name: "com.example.shop", version: "0.1.0" }, logRecords }],
    };
  });
  return encodeRequest("logs", { resourceLogs });
}

/** An ExportTraceServiceRequest: 4 resources, spans with 7 attributes, every fifth with an event, every tenth a link. */
export function sampleSpans(spans: number, seed = 54_321): Uint8Array {
  const random = randomTools(seed);
  const resourceSpans = Array.from({ length: 4 }, (_, index) => ({
    resource: resource(random, index),
    scopeSpans: [
      {
        scope: { name: "@opentelemetry/instrumentation-http", version: "0.208.0" },
        spans: Array.from({ length: Math.ceil(spans / 4) }, (__, number) => span(random, number)),
      },
    ],
  }));
  return encodeRequest("traces", { resourceSpans });
}

function span(random: Random, number: number): object {
  const start = START_UNIX_NANO + BigInt(random.int(1e9));
  const failed = random.int(20) === 0;
  return {
    traceId: random.bytes(16),
    spanId: random.bytes(8),
    parentSpanId: number % 4 === 0 ? new Uint8Array(0) : random.bytes(8),
    flags: 257,
    name: random.pick(["GET /api/v1/orders/{id}", "POST /api/v1/cart", "SELECT orders", "publish"]),
    kind: random.pick([1, 2, 2, 3, 4]),
    startTimeUnixNano: start.toString(),
    endTimeUnixNano: (start + BigInt(random.int(5e8))).toString(),
    attributes: requestAttributes(random),
    events:
      number % 5 === 0
        ? [
            {
              timeUnixNano: (start + 1000n).toString(),
              name: "exception",
              attributes: [
                text("exception.type", "TimeoutError"),
                text("exception.message", `no answer within ${random.int(5000)} ms`),
              ],
            },
          ]
        : [],
    links: number % 10 === 0 ? [{ traceId: random.bytes(16), spanId: random.bytes(8) }] : [],
    status: failed ? { code: 2, message: "upstream timed out" } : {},
  };
}
