/**
 * Goal: `npm start` behaves. Method: `throughline start` runs as a process (what `npm start` runs once everything is
 * installed), and this test watches its output, its ports and its children.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, expect, test } from "vitest";
import { descendants, freePorts, root, startProduct, until, type Product } from "./product.ts";

const opened: Product[] = [];

afterAll(async () => {
  for (const product of opened) await product.dispose();
});

async function start(dataDir?: string): Promise<Product> {
  const product = await startProduct(dataDir === undefined ? {} : { dataDir });
  opened.push(product);
  return product;
}

test("it says what listens where and what to do next, and Ctrl-C leaves nothing running", async () => {
  const product = await start();
  for (const url of [
    product.uiUrl,
    product.otlpGrpcUrl,
    product.otlpHttpUrl,
    product.clickhouseUrl,
  ]) {
    expect(product.output()).toContain(new URL(url).host);
  }
  expect(product.output()).toContain("@throughline/sdk/register");
  const children = descendants(product.pid);
  expect(children.length).toBeGreaterThanOrEqual(3);

  expect(await product.stop()).toBe(0);
  await until(() => children.every(({ pid }) => !isRunning(pid)), "every child to end");

  const second = await start(product.dataDir);
  expect(second.acceptingAfterMs).toBeLessThan(5000);
});

test("a port in use gets one line that names the port, the setting and the holder", async () => {
  const server = createServer();
  const [port = 0, ...others] = await freePorts(5);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const child = spawn(process.execPath, ["cli/src/main.ts", "start"], {
    cwd: root,
    env: {
      ...process.env,
      THROUGHLINE_DATA_DIR: `${opened[0]?.dataDir}-busy`,
      THROUGHLINE_OTLP_GRPC_PORT: String(port),
      THROUGHLINE_OTLP_HTTP_PORT: String(others[0]),
      THROUGHLINE_HTTP_PORT: String(others[1]),
      THROUGHLINE_CLICKHOUSE_HTTP_PORT: String(others[2]),
      THROUGHLINE_CLICKHOUSE_TCP_PORT: String(others[3]),
    },
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = await once(child, "exit");
  server.close();
  expect(code).toBe(1);
  const lines = printed.trim().split("\n");
  expect(lines.length, printed).toBe(1);
  expect(lines[0]).toContain(String(port));
  expect(lines[0]).toContain("THROUGHLINE_OTLP_GRPC_PORT");
  expect(lines[0]).toContain(String(process.pid));
});

test("kill -9 of the parent leaves no child behind", async () => {
  const product = await start();
  const children = descendants(product.pid);
  process.kill(product.pid, "SIGKILL");
  await until(
    () => children.every(({ pid }) => !isRunning(pid)),
    "every child to end",
    product.output,
    20_000,
  );
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
