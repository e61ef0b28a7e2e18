/** Goal: a busy port is described by the process that holds it. */
import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { describePortHolder, isPortFree } from "./who-holds-port.ts";

test("a port held by this process is not free and names this process", async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
  expect(await isPortFree(port)).toBe(false);
  // Elsewhere there is no /proc to ask.
  if (process.platform === "linux") {
    expect(describePortHolder(port)).toMatch(new RegExp(`^process ${process.pid} \\(.+\\)$`));
  }
  await new Promise((resolve) => server.close(resolve));
  expect(await isPortFree(port)).toBe(true);
  expect(describePortHolder(port)).toBe("another process");
});
