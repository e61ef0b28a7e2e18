/** Goal: whatever stands where the collector should be, or nothing, the page is told in time and in words. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { readRefusals } from "./read-refusals.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server that listens
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const never = () => new AbortController().signal;

const REFUSAL = {
  transport: "grpc",
  signal: null,
  reason: "wrong_protocol",
  message: "Port 4317 speaks no TLS.",
  requests: 3,
  records: 0,
  ageMs: 12,
};

test("a collector's refusals are given on as they are", async () => {
  const paths: unknown[] = [];
  const url = await serve((request, response) => {
    paths.push(request.url);
    response.end(JSON.stringify({ refusals: [REFUSAL] }));
  });
  expect(await readRefusals(url, 1000, never())).toEqual({ refusals: [REFUSAL], problem: null });
  expect(paths).toEqual(["/api/refusals"]);
});

test("without an address there is nobody to ask, and the setting is named", async () => {
  const { refusals, problem } = await readRefusals(undefined, 1000, never());
  expect(refusals).toEqual([]);
  expect(problem).toContain("THROUGHLINE_COLLECTOR_URL");
});

test("a collector that is away is named by its address", async () => {
  const url = await serve(() => undefined);
  for (const close of closers.splice(0)) await close();
  const { problem } = await readRefusals(url, 1000, never());
  expect(problem).toContain(`The collector does not answer at ${url}.`);
});

test("one that hangs has its time, and no more", async () => {
  const url = await serve((_, response) => void response.write('{"refusals":['));
  const { problem } = await readRefusals(url, 50, never());
  expect(problem).toContain("does not answer");
});

test.each<[string, RequestListener]>([
  ["a page", (_, response) => void response.end("<!doctype html>")],
  ["other JSON", (_, response) => void response.end('{"refusals":[{"message":1}]}')],
  ["a 404", (_, response) => void response.writeHead(404).end("Nothing is at GET /api/refusals.")],
])("%s is no answer of a collector", async (_, listener) => {
  const url = await serve(listener);
  const { refusals, problem } = await readRefusals(url, 1000, never());
  expect(refusals).toEqual([]);
  expect(problem).toContain(`What answers at ${url} is no collector`);
});

test("an answer without end is not read to its end", async () => {
  let sentBytes = 0;
  const url = await serve((_, response) => {
    const more = (): void => {
      sentBytes += 65_536;
      response.write(" ".repeat(65_536), (error) => {
        if (error == null) setImmediate(more);
      });
    };
    more();
  });
  const { problem } = await readRefusals(url, 10_000, never());
  expect(problem).toContain("does not answer");
  expect(sentBytes).toBeLessThan(64 * 1024 ** 2);
});
