/**
 * Goal: a connection that the server closes as a question arrives on it costs nobody an answer.
 * Method: real ClickHouse behind a proxy that closes as many connections as the test says, at the first byte of a request.
 */
import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { createTestDatabase } from "@throughline/schemas/testing";
import type { TestDatabase } from "@throughline/schemas/testing";
import { Type } from "typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../options.ts";
import type { Sql } from "../sql/sql.ts";
import { type Asker, createAsker, rowDecoder } from "./ask.ts";

let database: TestDatabase;
let proxy: Server;
let asker: Asker;
let closing = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  const { hostname, port } = new URL(database.connection.url);
  proxy = createServer((socket) => {
    const server = connect(Number(port), hostname);
    for (const end of [socket, server]) end.on("error", () => end.destroy());
    socket.on("close", () => server.destroy());
    server.on("close", () => socket.destroy());
    socket.on("data", (bytes) => {
      if (closing === 0) server.write(bytes);
      else {
        closing -= 1;
        socket.destroy();
      }
    });
    server.on("data", (bytes) => socket.write(bytes));
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const address = proxy.address();
  const proxyPort = typeof address === "object" ? address?.port : undefined;
  const url = `http://127.0.0.1:${proxyPort}`;
  asker = createAsker({ ...database.connection, url }, DEFAULT_LIMITS);
});
afterAll(async () => {
  await asker?.close();
  proxy?.close();
  await database?.drop();
});

const rows = rowDecoder(Type.Object({ n: Type.Number() }));
const ask = () =>
  asker.ask({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a statement of this test
    sql: "SELECT toUInt8(1) AS n" as Sql,
    params: {},
    rows,
    signal: new AbortController().signal,
  });

test("one that is closed is asked again, on another", async () => {
  expect((await ask()).rows).toEqual([{ n: 1 }]);
  closing = 1;
  expect((await ask()).rows).toEqual([{ n: 1 }]);
  expect(closing).toBe(0);
});

test("a server that closes every one does not answer", async () => {
  closing = 2;
  await expect(ask()).rejects.toMatchObject({ code: "clickhouse_unavailable" });
  expect(closing).toBe(0);
});
