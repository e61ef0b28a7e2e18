/** Goal: what Node's parser refuses is refused in the words of the API and counted, on the connection of an earlier answer, too. */
import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROBLEMS } from "../problem/catalog.ts";
import { buildApp, type QueryApp } from "../server.ts";
import type { Problem } from "../wire.ts";

let service: QueryApp;
beforeAll(async () => {
  service = await buildApp({
    host: "127.0.0.1",
    port: 0,
    // Nobody is there.
    clickhouse: { url: "http://127.0.0.1:9", username: "default", password: "", database: "otel" },
    otlpGrpcEndpoint: "",
    otlpHttpEndpoint: "",
    version: "0.0.0",
    logger: pino({ level: "silent" }),
  });
  await service.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => service.close());

/** @returns everything that was answered until the connection was closed */
async function send(...pieces: readonly string[]): Promise<string> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- listens on a port
  const { port } = service.app.server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString("utf8")));
  const [first = "", ...more] = pieces;
  socket.write(first);
  for (const piece of more) {
    // oxlint-disable-next-line no-await-in-loop -- after the answer to the one before
    await once(socket, "data");
    socket.write(piece);
  }
  await once(socket, "close");
  return answer;
}

const HEALTH = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
const LARGE = `GET /jaeger/api/services?x=${"a".repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`;

test.each([
  ["headers_too_large", [LARGE]],
  ["headers_too_large", [HEALTH, LARGE]],
  ["malformed_request", ["this is not HTTP\r\n\r\n"]],
] as const)("%s", async (code, pieces) => {
  const last = (await send(...pieces)).split(/(?=HTTP\/1\.1 )/).at(-1) ?? "";
  const [head = "", body = ""] = last.split("\r\n\r\n");
  expect(head).toContain(`HTTP/1.1 ${PROBLEMS[code].status} `);
  expect(head).toContain("content-type: application/problem+json");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is tested
  expect((JSON.parse(body) as Problem).code).toBe(code);
  const { body: metrics } = await service.app.inject("/metrics");
  expect(metrics).toMatch(new RegExp(`endpoint="unknown",outcome="${code}"\\} [1-9]`));
});
