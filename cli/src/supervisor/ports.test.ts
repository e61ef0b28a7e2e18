import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { findPortConflict, type PortNeed } from "./ports.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
  }
});

function listen(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    servers.push(server);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

async function freePort(): Promise<number> {
  const port = await listen();
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port;
}

function need(port: number, setting = "THROUGHLINE_OTLP_GRPC_PORT"): PortNeed {
  return { host: "127.0.0.1", port, purpose: "OTLP over gRPC", setting };
}

test("free ports are no conflict, and are free again after the look", async () => {
  const port = await freePort();
  expect(await findPortConflict([need(port)])).toBeUndefined();
  expect(await findPortConflict([need(port)])).toBeUndefined();
});

test("a port in use is named with its purpose, its holder, and the setting that changes it", async () => {
  const port = await listen();
  const conflict = await findPortConflict([need(await freePort(), "OTHER"), need(port)]);
  expect(conflict).toMatch(`port ${port} (OTLP over gRPC) is in use by `);
  expect(conflict).toMatch("or set THROUGHLINE_OTLP_GRPC_PORT to another port");
  expect(conflict).not.toContain("\n");
  if (process.platform === "linux") {
    expect(conflict).toContain(`process ${process.pid}`);
  }
});

test("one port for two purposes is said before anything is tried", async () => {
  expect(await findPortConflict([need(4317, "A"), need(1, "B"), need(4317, "C")])).toBe(
    "port 4317 is given to both A and C; give each its own",
  );
});

test("a host that is no address of this machine is named", async () => {
  const port = await freePort();
  const conflict = await findPortConflict([{ ...need(port), host: "192.0.2.1" }]);
  expect(conflict).toBe(
    "192.0.2.1 is no address of this machine; set THROUGHLINE_HOST to one that is",
  );
});
