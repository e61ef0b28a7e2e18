import { fastify, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { pino, type Logger } from "pino";
import type { Peers } from "./messages.ts";
import { linkToParent } from "./process.ts";

export interface ServiceContext {
  readonly app: FastifyInstance;
  readonly log: Logger;
  readonly peers: Promise<Peers>;
}

/** Runs one HTTP service of the shop: routes first, then a free port on loopback, then "ready" to the parent. */
export async function runService(
  name: string,
  addRoutes: (context: ServiceContext) => void,
): Promise<void> {
  const log = createLogger(name);
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({ loggerInstance, forceCloseConnections: true });
  const parent = linkToParent(() => app.close());
  addRoutes({ app, log, peers: parent.peers });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  parent.tell({ kind: "ready", url });
}

export function createLogger(name: string): Logger {
  return pino({ level: "debug", base: { component: name } });
}
