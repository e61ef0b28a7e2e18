/** Goal: every connection reaches the right protocol, however its first bytes are cut; ports that cannot be had are named. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../limits.ts";
import { createCollectorMetrics } from "../telemetry/metrics.ts";
import { startPortFront } from "./port-front.ts";
import { ListenError } from "./receiver.ts";
import { RefusalLog } from "./refusal-log.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** Answers each connection with the protocol it was taken for and the bytes that followed. */
async function setUp(host = "127.0.0.1", port = 0) {
  const say = (protocol: string) => (socket: Socket) => {
    socket.once("data", (bytes) => socket.end(`${protocol} ${bytes.toString("latin1")}`));
    socket.resume();
  };
  const front = await startPortFront({
    host,
    port,
    transport: "http",
    limits: { ...DEFAULT_LIMITS.receive, headersTimeoutMs: 500 },
    metrics: createCollectorMetrics(),
    refusals: new RefusalLog(Date.now),
    onHttp1: say("http1"),
    onHttp2: say("http2"),
  });
  closers.push(() => front.stop(0));
  return front;
}

async function speak(port: number, pieces: readonly string[], host = "127.0.0.1"): Promise<string> {
  const socket = connect(port, host);
  closers.push(() => socket.destroy());
  socket.setNoDelay(true);
  let text = "";
  socket.on("data", (bytes) => (text += bytes.toString("latin1")));
  const closed = once(socket, "close");
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await closed;
  return text;
}

test("a connection is told by its first bytes, and none of them is lost", async () => {
  const { port } = await setUp();
  expect(await speak(port, ["POST /v1/logs HTTP/1.1\r\n"])).toBe(
    "http1 POST /v1/logs HTTP/1.1\r\n",
  );
  expect(await speak(port, [`${PREFACE}rest`])).toBe(`http2 ${PREFACE}rest`);
});

test("first bytes that arrive one by one are told just as well", async () => {
  const { port } = await setUp();
  expect(await speak(port, ["P", "O", "ST /"])).toMatch(/^http1 PO/u);
  expect(await speak(port, PREFACE.split(""))).toBe(`http2 ${PREFACE}`);
  expect(await speak(port, ["PRI", " * HTTP/1.1\r\n"])).toBe("http1 PRI * HTTP/1.1\r\n");
});

test("half a preface and then silence is told the header time and closed; silence alone is closed", async () => {
  const { port } = await setUp();
  expect(await speak(port, ["PRI * HT"])).toMatch(/^HTTP\/1\.1 408 .*within 500 ms/su);
  expect(await speak(port, [])).toBe("");
});

test("localhost is listened on at every address it has, on one port", async () => {
  const { port } = await setUp("localhost");
  expect(await speak(port, ["GET /"], "127.0.0.1")).toBe("http1 GET /");
  const hasIpv6 = await new Promise<boolean>((resolve) => {
    const probe = createServer().once("error", () => resolve(false));
    probe.listen(0, "::1", () => probe.close(() => resolve(true)));
  });
  if (hasIpv6) expect(await speak(port, ["GET /"], "localhost")).toBe("http1 GET /");
});

test("a port in use is an error with a code, and nothing is left listening", async () => {
  const { port } = await setUp();
  const error: unknown = await setUp("127.0.0.1", port).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ListenError);
  expect(error).toMatchObject({
    code: "PORT_IN_USE",
    port,
    message: `Cannot listen on 127.0.0.1:${port}: the port is in use.`,
  });
});

test("an address that is not this machine's is an error with a code", async () => {
  await expect(setUp("203.0.113.7")).rejects.toMatchObject({ code: "HOST_UNKNOWN" });
});
