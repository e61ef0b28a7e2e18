import { once } from "node:events";
import { createServer } from "node:net";

/** @returns ports of 127.0.0.1 that were free a moment ago, all different */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  return servers.map((server) => {
    const address = server.address();
    server.close();
    if (typeof address !== "object" || address === null) throw new Error("no free port");
    return address.port;
  });
}
