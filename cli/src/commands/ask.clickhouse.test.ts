/** Goal: the commands that ask show what is stored, and their exit codes say how it went. Method: a real query service. */
import { startQuery, type QueryServer } from "@throughline/query";
import { createTestDatabase, type TestDatabase } from "@throughline/schemas/testing";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Look } from "../command.ts";
import { run } from "../run.ts";
import { CommandProcess, freePorts } from "../testing/command-process.ts";

const TRACE = "c0ffee00c0ffee00c0ffee00c0ffee00";
const LONG_TRACE = "c0ffee00c0ffee00c0ffee00c0ffee01";
/** 2026-11-20T12:10:00Z, what `now` is a minute after. */
const START = 1_795_176_600_000_000_000n;
const NOW = START + 60_000_000_000n;
const SPANS_MAX = 5;
const SKEWED_TRACE = "c0ffee00c0ffee00c0ffee00c0ffee02";

let database: TestDatabase;
let query: QueryServer;
let workingDir: string;

beforeAll(async () => {
  workingDir = mkdtempSync(join(tmpdir(), "throughline-ask-"));
  database = await createTestDatabase();
  query = await startQuery({
    host: "127.0.0.1",
    port: 0,
    clickhouse: database.queryConnection,
    otlpGrpcEndpoint: "",
    otlpHttpEndpoint: "",
    version: "0.0.0-test",
    logger: pino({ level: "silent" }),
    limits: { traceSpansMax: SPANS_MAX },
    now: () => NOW,
  });
  await insert();
});
afterAll(async () => {
  await query.stop();
  await database.drop();
  rmSync(workingDir, { recursive: true });
});

async function throughline(args: readonly string[], look?: Look) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await run({
    args,
    environment: { THROUGHLINE_URL: query.address },
    workingDir,
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line), look },
  });
  return { exitCode, out, err };
}

test("trace shows the tree with every log in it", async () => {
  const { exitCode, out, err } = await throughline(["trace", TRACE, "--width", "80"]);
  expect(err).toEqual([]);
  expect(exitCode).toBe(0);
  await expect(`${out.join("\n")}\n`).toMatchFileSnapshot("../ask/testdata/stored-trace-80.txt");
});

test("trace --json is the API's answer on one line", async () => {
  const { exitCode, out } = await throughline(["trace", TRACE, "--json"]);
  expect(exitCode).toBe(0);
  expect(out.length).toBe(1);
  expect(JSON.parse(out[0] ?? "")).toMatchObject({
    traceId: TRACE,
    spans: [
      { name: "POST /order" },
      { name: "charge", logs: [{ body: "Deadlock \u001b[31mfound" }] },
    ],
  });
});

test("trace takes any id: of a span, of a request, or pasted", async () => {
  const whole = await throughline(["trace", TRACE]);
  expect(await throughline(["trace", "aaaaaaaaaaaaaaa2"])).toEqual(whole);
  expect(await throughline(["trace", `00-${TRACE}-aaaaaaaaaaaaaaa2-01`])).toEqual(whole);
  expect(await throughline(["trace", "order-17"])).toEqual(whole);
  expect(whole.out.join("\n")).toContain("• on the critical path");
  expect(whole.out.find((line) => line.includes("charge"))).toMatch(/•\s+200 ms$/);
});

test("logs with the id that no trace of it has stand below the trace", async () => {
  const { exitCode, out } = await throughline(["trace", "order-18"]);
  expect(exitCode).toBe(0);
  expect(out).toEqual([
    ...(await throughline(["trace", TRACE])).out,
    "",
    "1 more log has this id, outside of any trace of it:",
    "2026-11-20 12:09:52.000 INFO  cron queued again",
  ]);
  const json = await throughline(["trace", "order-18", "--json"]);
  expect(json.out.map((line) => JSON.parse(line).traceId)).toEqual([TRACE]);
  expect(json.err).toEqual(["throughline: 1 more log has this id, outside of any trace of it"]);
});

test("an id of several requests lists them, newest first, and is 5", async () => {
  const { exitCode, out, err } = await throughline(["trace", "retry-1"]);
  expect(exitCode).toBe(5);
  expect(out.map((line) => line.slice(0, 32))).toEqual(
    [0, 1].map((n) => `d${n.toString(16).padStart(31, "0")}`),
  );
  expect(err.join()).toContain("2 requests have this id");
  const json = await throughline(["trace", "retry-1", "--json"]);
  expect(json.exitCode).toBe(5);
  expect(json.out.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ rootName: "tick", spanCount: 1 }),
    expect.objectContaining({ rootName: "tick", spanCount: 1 }),
  ]);
});

test("an id that only logs have gives the logs, oldest first", async () => {
  const { exitCode, out } = await throughline(["trace", "job-9"]);
  expect(exitCode).toBe(0);
  expect(out).toEqual([
    "2026-11-20 12:09:50.000 INFO  cron started",
    "2026-11-20 12:09:51.000 INFO  cron done",
  ]);
});

test("clocks that disagree are told, and moved on request", async () => {
  const told = await throughline(["trace", SKEWED_TRACE, "--width", "100"]);
  expect(told.exitCode).toBe(0);
  expect(told.out.at(-1)).toBe(
    "the clock of late-host is behind its callers' by up to 500 ms in 1 call; --fix-skew adds 550 ms",
  );
  const spanStart = async (...options: string[]): Promise<bigint> => {
    const { out } = await throughline(["trace", SKEWED_TRACE, "--json", ...options]);
    return BigInt(JSON.parse(out[0] ?? "").spans[1].startTimeUnixNano);
  };
  expect((await spanStart("--fix-skew")) - (await spanStart())).toBe(550_000_000n);
});

test("a trace that is not there is 3, a trace that a limit cut is 4", async () => {
  const missing = await throughline(["trace", "f".repeat(32)]);
  expect(missing).toMatchObject({
    exitCode: 3,
    out: [],
    err: [expect.stringMatching(/^throughline: /)],
  });
  const unknown = await throughline(["trace", "no-such-id"]);
  expect(unknown).toMatchObject({ exitCode: 3, out: [] });
  const cut = await throughline(["trace", LONG_TRACE]);
  expect(cut.exitCode).toBe(4);
  expect(cut.err.join()).toContain("not the whole request");
  expect(cut.out.join("\n")).toContain("step 1");
});

test("search lists traces newest first, and pages until the limit", async () => {
  const all = await throughline(["search", "--json", "--limit", "1000"]);
  expect(all.exitCode).toBe(0);
  const ids = all.out.map((line) => String(JSON.parse(line).traceId));
  // 300 traces are more than one page of the API may have.
  expect(ids.length).toBe(303);
  expect(new Set(ids).size).toBe(303);
  const few = await throughline(["search", "--json", "--limit", "3"]);
  expect(few).toMatchObject({ exitCode: 0, out: all.out.slice(0, 3), err: [] });
});

test("search shows what failed, on two lines in a narrow terminal", async () => {
  const look = { columns: 80, colours: false };
  const { exitCode, out } = await throughline(["search", "--service", "payment"], look);
  expect(exitCode).toBe(0);
  expect(out).toEqual([
    "2026-11-20 12:10:00.000   250 ms gateway POST /order              ✗ 1 of 2 spans",
    `  ${TRACE}  gateway 1, payment 1`,
  ]);
});

test("logs are printed oldest first, with bodies whole and inert", async () => {
  const { exitCode, out } = await throughline(["logs", "--trace", TRACE]);
  expect(exitCode).toBe(0);
  expect(out).toEqual([
    "2026-11-20 12:10:00.001 INFO  gateway order received",
    "    second line",
    "2026-11-20 12:10:00.151 ERROR payment Deadlock \\x1b[31mfound",
  ]);
  const json = await throughline(["logs", "--trace", TRACE, "--json"]);
  expect(json.out.map((line) => String(JSON.parse(line).serviceName))).toEqual([
    "payment",
    "gateway",
  ]);
});

test("nothing found is 3; a filter that is none is 2", async () => {
  expect(await throughline(["logs", "--service", "nobody"])).toEqual({
    exitCode: 3,
    out: [],
    err: ["throughline: no log meets this"],
  });
  expect(await throughline(["search", "--service", "nobody"])).toMatchObject({ exitCode: 3 });
  expect(await throughline(["services", "--to", "now-90d", "--from", "now-91d"])).toMatchObject({
    exitCode: 3,
  });
  const wrong = await throughline(["logs", "--severity", "loud"]);
  expect(wrong).toMatchObject({ exitCode: 2, out: [] });
  expect(wrong.err.join()).toContain("severity");
});

test("the filter language is the search box's; what is wrong in it is marked", async () => {
  const slow = await throughline(["search", "service:gateway", "duration>=200ms", "--json"]);
  expect(slow.exitCode).toBe(0);
  expect(slow.out.map((line) => String(JSON.parse(line).traceId))).toEqual([TRACE]);
  const found = await throughline(["logs", "severity>=error OR second"]);
  expect(found.out.length).toBe(3);
  const wrong = await throughline(["logs", "service:gateway (second"]);
  expect(wrong).toMatchObject({ exitCode: 2, out: [] });
  expect(wrong.err.slice(1)).toEqual([
    "throughline:   service:gateway (second",
    expect.stringMatching(/^throughline: {3,}\^+$/),
  ]);
});

test("services are a table", async () => {
  const { exitCode, out } = await throughline(["services"]);
  expect(exitCode).toBe(0);
  expect(out).toEqual([
    "service           spans   errors     p50     p95     p99  logs",
    "cron                  0        -       -       -       -     3",
    "gateway               1        -  250 ms  250 ms  250 ms     1",
    "payment               1  100.0 %       -       -       -     1",
    "shop                310        -       -       -       -     0",
  ]);
});

test("colours are for terminals that want them", async () => {
  const args = ["logs", "--trace", TRACE];
  const coloured = await throughline(args, { columns: 80, colours: true });
  expect(coloured.out.join()).toContain("\u001b[31mERROR\u001b[39m");
  const bare = await throughline(args, { columns: 80, colours: false });
  expect(bare.out.join()).not.toContain("\u001b");
});

test.each([
  [["trace"], "give one id"],
  [["trace", TRACE, TRACE], "give one id"],
  [["logs", "--limit", "0"], '--limit is "0"; expected a whole number from 1 to 100000'],
  [["search", "--limit", "many"], '--limit is "many"'],
  [["services", "--width", "7"], '--width is "7"; expected a whole number from 40 to 1000'],
  [["logs", "--url", "localhost:8417"], '--url is "localhost:8417"; expected a URL'],
])("%j is asked wrongly", async (args, reason) => {
  expect(await throughline(args)).toEqual({
    exitCode: 2,
    out: [],
    err: [expect.stringContaining(reason)],
  });
});

test("where nothing answers, one line says so and what to do", async () => {
  const { THROUGHLINE_HTTP_PORT: port } = await freePorts();
  const url = `http://127.0.0.1:${port}`;
  expect(await throughline(["services", "--url", url])).toEqual({
    exitCode: 1,
    out: [],
    err: [
      `throughline: nothing answers at ${url} (ECONNREFUSED): is throughline start running? --url or THROUGHLINE_URL say where`,
    ],
  });
});

test("what answers and is no query service is named", async () => {
  const other = createServer((_, response) => response.end("<html>hello</html>"));
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const { exitCode, err } = await throughline(["services", "--url", url]);
  other.close();
  expect(exitCode).toBe(1);
  expect(err.join()).toContain(`${url} gave an answer of another shape than expected`);
});

test("Ctrl-C leaves the connection, which ends the query, and is 130", async () => {
  const left = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  // It takes the question and does not answer: a query that takes for ever.
  const slow = createServer((request) => {
    request.socket.once("close", () => left.resolve());
    asked.resolve();
  });
  slow.listen(0, "127.0.0.1");
  await once(slow, "listening");
  const address = slow.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const command = new CommandProcess(["logs", "--url", url], { cwd: workingDir });
  await asked.promise;
  command.signal("SIGINT");
  expect(await command.exited()).toBe(130);
  await left.promise;
  slow.close();
  expect(command.output.trim()).toBe("");
});

test("a reader that stops reading ends the command without a word", async () => {
  const main = fileURLToPath(new URL("../main.ts", import.meta.url));
  const pipeline = `"${process.execPath}" "${main}" search --json --limit 300 --url "${query.address}" | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await promisify(execFile)("bash", ["-c", pipeline], {
    cwd: workingDir,
  });
  const [line = "", status] = stdout.trim().split("\n");
  expect(JSON.parse(line)).toMatchObject({ traceId: expect.any(String) });
  expect(status).toBe("0");
  expect(stderr).toBe("");
});

async function insert(): Promise<void> {
  const at = (ms: number): string => {
    const nanos = START + BigInt(ms) * 1_000_000n;
    return new Date(Number(nanos / 1_000_000n)).toISOString();
  };
  const rows = async (table: string, values: readonly object[]): Promise<void> => {
    await database.client.insert({
      table,
      values: [...values],
      format: "JSONEachRow",
      clickhouse_settings: { date_time_input_format: "best_effort" },
    });
  };
  const root = { TraceId: TRACE, SpanId: "aaaaaaaaaaaaaaa1" };
  const charge = { TraceId: TRACE, SpanId: "aaaaaaaaaaaaaaa2" };
  const skewed = { TraceId: SKEWED_TRACE, ServiceName: "skewed", SpanName: "call" };
  const job = { ServiceName: "cron", SeverityNumber: 9, LogAttributes: { "request.id": "job-9" } };
  const one = { ServiceName: "shop", SpanKind: "Internal", Duration: "1000000", StatusCode: "Ok" };
  await rows("otel_traces", [
    {
      ...root,
      ServiceName: "gateway",
      SpanName: "POST /order",
      SpanKind: "Server",
      Timestamp: at(0),
      Duration: "250000000",
      StatusCode: "Unset",
    },
    {
      ...charge,
      ParentSpanId: root.SpanId,
      ServiceName: "payment",
      SpanName: "charge",
      SpanKind: "Internal",
      Timestamp: at(20),
      Duration: "200000000",
      StatusCode: "Error",
      SpanAttributes: { "request.id": "order-17", "correlation.id": "order-18" },
    },
    {
      ...skewed,
      SpanId: "eeeeeeeeeeeeeee1",
      SpanKind: "Client",
      Timestamp: at(-3_600_000),
      Duration: "200000000",
    },
    {
      ...skewed,
      SpanId: "eeeeeeeeeeeeeee2",
      ParentSpanId: "eeeeeeeeeeeeeee1",
      SpanKind: "Server",
      ResourceAttributes: { "host.name": "late-host" },
      Timestamp: at(-3_600_500),
      Duration: "100000000",
    },
    ...Array.from({ length: SPANS_MAX * 2 }, (_, n) => ({
      ...one,
      TraceId: LONG_TRACE,
      SpanId: `bbbbbbbbbbbbbb${String(n + 10)}`,
      SpanName: `step ${n}`,
      Timestamp: at(-1_000 + n),
    })),
    ...Array.from({ length: 300 }, (_, n) => ({
      ...one,
      TraceId: `d${n.toString(16).padStart(31, "0")}`,
      SpanId: "cccccccccccccccc",
      SpanName: "tick",
      SpanAttributes: n < 2 ? { "request.id": "retry-1" } : {},
      Timestamp: at(-10_000 - n),
    })),
  ]);
  await rows("otel_logs", [
    {
      ...root,
      ServiceName: "gateway",
      Timestamp: at(1),
      SeverityNumber: 9,
      Body: "order received\nsecond line\n",
    },
    {
      ...charge,
      ServiceName: "payment",
      Timestamp: at(151),
      SeverityNumber: 17,
      Body: "Deadlock \u001b[31mfound",
    },
    { ...job, Timestamp: at(-10_000), Body: "started" },
    { ...job, Timestamp: at(-9_000), Body: "done" },
    {
      ...job,
      Timestamp: at(-8_000),
      Body: "queued again",
      LogAttributes: { "request.id": "order-18" },
    },
  ]);
}
