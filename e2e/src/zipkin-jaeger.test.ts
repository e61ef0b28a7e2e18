/**
 * Goal: programs made for Zipkin and Jaeger work with the product as they are. Method: Zipkin's own JavaScript tracer and zipkin-go
 * (e2e/jaeger-zipkin) send to a running product, over JSON and protobuf; what they sent is read back with zipkin-go's model, Jaeger's
 * own JSON model and the OTLP reader that Jaeger's third API is made with, and compared field by field.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { json, text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
// oxlint-disable-next-line import/default -- CommonJS, whose exports Node gives as the default
import zipkin from "zipkin";
import { HttpLogger } from "zipkin-transport-http";
import { freePorts, type Product, root, startProduct, until } from "./product.ts";

const hasGo = spawnSync("go", ["version"]).status === 0;
const SOURCE = path.join(root, "e2e/jaeger-zipkin");

let product: Product;
let zipkinUrl: string;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  zipkinUrl = `http://127.0.0.1:${port}/api/v2/spans`;
  product = await startProduct({ env: { THROUGHLINE_ZIPKIN_PORT: String(port) } });
});
afterAll(() => product?.dispose());

/** What Zipkin's API says of a trace, once it has as many spans. */
async function stored(traceId: string, count: number): Promise<Record<string, unknown>[]> {
  const url = `${product.uiUrl}/zipkin/api/v2/trace/${traceId}`;
  let spans: Record<string, unknown>[] = [];
  await until(async () => {
    const response = await fetch(url);
    if (!response.ok) return false;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a list of Zipkin's spans
    spans = (await response.json()) as Record<string, unknown>[];
    return spans.length >= count;
  }, `${count} spans of ${traceId}`);
  return spans;
}

test("a call traced by Zipkin's JavaScript tracer on both ends is read back as it was sent", async () => {
  const logger = new HttpLogger({
    endpoint: zipkinUrl,
    jsonEncoder: zipkin.jsonEncoder.JSON_V2,
    httpInterval: 50,
  });
  const sent: object[] = [];
  const recorder = new zipkin.BatchRecorder({
    logger: {
      logSpan: (span) => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the encoder's own text of an object
        sent.push(JSON.parse(zipkin.jsonEncoder.JSON_V2.encode(span)) as object);
        logger.logSpan(span);
      },
    },
  });
  const tracerOf = (localServiceName: string) =>
    new zipkin.Tracer({ ctxImpl: new zipkin.ExplicitContext(), recorder, localServiceName });
  const [shop, pay] = [tracerOf("shop"), tracerOf("pay")];
  const id = shop.createRootId();
  shop.letId(id, () => {
    shop.recordServiceName("shop");
    shop.recordRpc("post /pay");
    shop.recordAnnotation(new zipkin.Annotation.ClientSend());
    shop.recordBinary("http.method", "POST");
  });
  const joined = new zipkin.TraceId({
    traceId: id.traceId,
    spanId: id.spanId,
    sampled: id.sampled,
    shared: true,
  });
  pay.letId(joined, () => {
    pay.recordServiceName("pay");
    pay.recordRpc("post /pay");
    pay.recordAnnotation(new zipkin.Annotation.ServerRecv());
    pay.recordBinary("error", "no card");
    pay.recordMessage("declined");
    pay.recordAnnotation(new zipkin.Annotation.ServerSend());
  });
  shop.letId(id, () => shop.recordAnnotation(new zipkin.Annotation.ClientRecv()));

  const read = await stored(id.traceId, 2);
  expect(sent).toHaveLength(2);
  expect(read.toSorted(byKind)).toEqual(sent.toSorted(byKind));
  expect(read.map((span) => span["id"])).toEqual([id.spanId, id.spanId]);
});

function byKind(a: object, b: object): number {
  return JSON.stringify(a).includes('"CLIENT"') && !JSON.stringify(b).includes('"CLIENT"') ? -1 : 1;
}

const NOW_MICROS = Date.now() * 1000;
/** As zipkin-go's model reads and writes them. */
const SPANS = [
  {
    traceId: "4e441824ec2b6a44ffdc9bb9a6453df3",
    id: "ffdc9bb9a6453df3",
    kind: "CLIENT",
    name: "get /cart",
    timestamp: NOW_MICROS,
    duration: 150_000,
    localEndpoint: { serviceName: "shop", ipv4: "192.168.99.1", port: 8080 },
    remoteEndpoint: { serviceName: "cart", ipv6: "2001:db8::c001", port: 443 },
    annotations: [{ timestamp: NOW_MICROS + 10, value: "ws" }],
    tags: { "http.method": "GET", "http.path": "/cart", unicode: "grüße" },
  },
  {
    traceId: "4e441824ec2b6a44ffdc9bb9a6453df3",
    parentId: "ffdc9bb9a6453df3",
    id: "352bff9a74ca9ad2",
    kind: "SERVER",
    name: "get /cart",
    timestamp: NOW_MICROS + 20_000,
    duration: 100_000,
    localEndpoint: { serviceName: "cart" },
    tags: { error: "timed out" },
    debug: true,
  },
  {
    traceId: "4e441824ec2b6a44ffdc9bb9a6453df3",
    parentId: "352bff9a74ca9ad2",
    id: "352bff9a74ca9ad3",
    name: "lookup",
    timestamp: NOW_MICROS + 30_000,
    duration: 1,
    localEndpoint: { serviceName: "cart" },
  },
] as const;

describe.runIf(hasGo)("with Go's packages (needs go)", () => {
  const program = path.join(root, ".throughline/senders/jaeger-zipkin");

  beforeAll(() => {
    mkdirSync(path.dirname(program), { recursive: true });
    execFileSync("go", ["build", "-o", program, "."], { cwd: SOURCE });
  });

  /** Runs the program; what it wrote, parsed. */
  async function run(arguments_: readonly string[], input?: object): Promise<unknown> {
    const child = spawn(program, [...arguments_], { stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.end(input === undefined ? "" : JSON.stringify(input));
    const exited = once(child, "close");
    const [answer, complaints] = await Promise.all([
      json(child.stdout).catch(() => undefined),
      text(child.stderr),
    ]);
    await exited;
    expect(complaints).toBe("");
    return answer;
  }

  test.each([
    ["json", "4e441824ec2b6a44ffdc9bb9a6453df3"],
    ["proto", "4e441824ec2b6a44ffdc9bb9a6453df4"],
    ["json", "ffdc9bb9a6453df5"],
    ["proto", "ffdc9bb9a6453df6"],
  ])("zipkin-go reports as %s, and reads the trace %s back", async (encoding, traceId) => {
    const spans = SPANS.map((span) => ({ ...span, traceId }));
    expect(await run(["report", zipkinUrl, encoding], spans)).toEqual([202]);
    await stored(traceId, spans.length);
    const one = await run(["zipkin", `${product.uiUrl}/zipkin/api/v2/trace/${traceId}`]);
    expect(one).toEqual(spans);
    const many = await run(["zipkin", `${product.uiUrl}/zipkin/api/v2/traces?serviceName=cart`]);
    expect(many).toContainEqual(spans);
  });

  test("Jaeger's model reads both of its families, a log record inside its span", async () => {
    const { traceId, id: spanId } = SPANS[0];
    await stored(traceId, SPANS.length);
    const record = {
      timeUnixNano: String(BigInt(NOW_MICROS + 50) * 1000n),
      severityNumber: 13,
      body: { stringValue: "cart is slow" },
      traceId,
      spanId,
    };
    const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
    const sent = await fetch(`${product.otlpHttpUrl}/v1/logs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }],
      }),
    });
    expect(sent.status).toBe(200);
    await until(async () => {
      const [span] = await stored(traceId, SPANS.length);
      return JSON.stringify(span?.["annotations"]).includes("cart is slow");
    }, "the log record");

    const first = await run(["jaeger", `${product.uiUrl}/jaeger/api/traces/${traceId}`]);
    expect(first).toMatchObject({ data: [{ traceID: traceId, processes: { p1: {}, p2: {} } }] });
    expect(first).toHaveProperty("data[0].spans[0].operationName", "get /cart");
    expect(first).toHaveProperty("data[0].spans[0].startTime", NOW_MICROS);
    expect(first).toHaveProperty("data[0].spans[0].logs[1].fields", [
      { key: "event", type: "string", value: "log" },
      { key: "level", type: "string", value: "WARN" },
      { key: "message", type: "string", value: "cart is slow" },
    ]);
    const found = await run([
      "jaeger",
      `${product.uiUrl}/jaeger/api/traces?service=cart&tags=${encodeURIComponent('{"error":"true"}')}`,
    ]);
    expect(found).toHaveProperty("data.length", 4);

    const third = await run(["jaeger-v3", `${product.uiUrl}/jaeger/api/v3/traces/${traceId}`]);
    expect(third).toHaveProperty("resourceSpans[0].scopeSpans[0].spans[0]", {
      traceId,
      spanId,
      parentSpanId: "",
      name: "get /cart",
      kind: 3,
      startTimeUnixNano: `${NOW_MICROS}000`,
      endTimeUnixNano: `${NOW_MICROS + 150_000}000`,
      attributes: expect.arrayContaining([
        { key: "peer.service", value: { stringValue: "cart" } },
        { key: "network.peer.port", value: { intValue: "443" } },
      ]),
      events: [
        { timeUnixNano: `${NOW_MICROS + 10}000`, name: "ws" },
        expect.objectContaining({ name: "log" }),
      ],
      status: {},
    });
    expect(third).toHaveProperty("resourceSpans[1].scopeSpans[0].spans[0].status", {
      message: "timed out",
      code: 2,
    });
  });
});
