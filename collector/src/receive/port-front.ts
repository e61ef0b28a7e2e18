/**
 * Listens on a port and looks at the first bytes of each connection: HTTP/2 begins with a fixed preface, TLS with
 * the type of its handshake, everything else is taken for HTTP/1.1. That is what makes it possible to tell a client on the
 * wrong port which one is right. It costs one read per connection, not per request.
 */
import assert from "node:assert/strict";
import { lookup } from "node:dns/promises";
import { createServer, type Server, type Socket } from "node:net";
import type { Transport } from "../contract.ts";
import { LIMIT_SETTINGS, type ReceiveLimits } from "../limits.ts";
import type { CollectorMetrics } from "../telemetry/metrics.ts";
import { describeSlowHeaders } from "./http-client-errors.ts";
import { answerInHttp1 } from "./http1-answer.ts";
import { countRefusal } from "./ingest-call.ts";
import { errorCode, ListenError } from "./receiver.ts";
import type { RefusalLog } from "./refusal-log.ts";
import { describePlainPort } from "./wrong-port.ts";

export interface PortFrontOptions {
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  readonly limits: Pick<ReceiveLimits, "connectionsMax" | "headersTimeoutMs" | "requestTimeoutMs">;
  readonly metrics: CollectorMetrics;
  readonly refusals: RefusalLog;
  /** Gets the socket with its first bytes put back. */
  readonly onHttp1: (socket: Socket) => void;
  readonly onHttp2: (socket: Socket) => void;
}

export interface PortFront {
  readonly port: number;
  /** Stops listening, resolves when the last connection is closed; cuts them after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

const HTTP2_PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");
/** The content type of TLS's first record, whatever its version. */
const TLS_HANDSHAKE = 0x16;

/** @throws ListenError */
export async function startPortFront(options: PortFrontOptions): Promise<PortFront> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => acceptConnection(socket, sockets, options);
  const servers = await listenOnEveryAddress(options, accept);
  return {
    port: portOf(servers[0]),
    async stop(graceMs) {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await Promise.all(closed);
      clearTimeout(cut);
    },
  };
}

function acceptConnection(socket: Socket, sockets: Set<Socket>, options: PortFrontOptions): void {
  const { transport, limits, metrics, refusals } = options;
  // A reset by the client is its business; whoever owns the socket later adds its own listener.
  socket.on("error", () => socket.destroy());
  if (sockets.size >= limits.connectionsMax) {
    metrics.refusedConnections.inc({ transport });
    const message = describeFullPort(limits.connectionsMax);
    refusals.note({ transport, reason: "overloaded", message });
    refuseConnection(socket, message);
    return;
  }
  sockets.add(socket);
  metrics.connections.set({ transport }, sockets.size);
  socket.once("close", () => {
    sockets.delete(socket);
    metrics.connections.set({ transport }, sockets.size);
  });
  peek(socket, options);
}

function peek(socket: Socket, options: PortFrontOptions): void {
  const { limits, onHttp1, onHttp2 } = options;
  let seen: Buffer = Buffer.alloc(0);
  const timer = setTimeout(
    () => {
      socket.off("data", onData);
      refuseSlow(socket, seen.length, options);
    },
    Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
  );
  const onEnd = () => socket.destroy();
  const onData = (chunk: Buffer) => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const compared = Math.min(seen.length, HTTP2_PREFACE.length);
    const couldBeHttp2 = HTTP2_PREFACE.compare(seen, 0, compared, 0, compared) === 0;
    if (couldBeHttp2 && compared < HTTP2_PREFACE.length) return;
    clearTimeout(timer);
    socket.off("data", onData);
    socket.off("end", onEnd);
    socket.pause();
    socket.unshift(seen);
    if (couldBeHttp2) {
      // HTTP/1.1 may answer after the client's FIN; for HTTP/2 a FIN is the end of the session.
      socket.allowHalfOpen = false;
      onHttp2(socket);
    } else if (seen[0] === TLS_HANDSHAKE) {
      refuseTls(socket, options);
    } else {
      onHttp1(socket);
      // Its parser reads from the stream: let it flow again once the listeners are in place.
      process.nextTick(() => socket.resume());
    }
  };
  socket.once("close", () => clearTimeout(timer));
  socket.on("end", onEnd);
  socket.on("data", onData);
}

function refuseSlow(socket: Socket, seenBytes: number, options: PortFrontOptions): void {
  // Nothing was asked, so nothing is refused: browsers and port checks open connections that they never use, and would
  // read an answer as one to what they ask next.
  if (seenBytes === 0) {
    socket.destroy();
    return;
  }
  const { status, reason, message } = describeSlowHeaders(options.limits);
  countRefusal(options, { transport: options.transport, reason, message, sizeBytes: 0 });
  answerInHttp1(socket, status, message);
}

function refuseTls(socket: Socket, { transport, metrics, refusals }: PortFrontOptions): void {
  const message = describePlainPort(socket.localPort ?? 0);
  metrics.wrongProtocolConnections.inc({ transport });
  refusals.note({ transport, reason: "wrong_protocol", message });
  answerInHttp1(socket, "400 Bad Request", message);
}

function describeFullPort(connectionsMax: number): string {
  const setting = LIMIT_SETTINGS.receive.connectionsMax.environmentName;
  return `${connectionsMax} connections are open, the most this port takes (${setting}).`;
}

function refuseConnection(socket: Socket, message: string): void {
  const text = `${message}\n`;
  socket.end(
    `HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n` +
      `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
    () => socket.destroy(),
  );
}

/** `localhost` is two addresses on most machines, and clients try them in either order. */
async function listenOnEveryAddress(
  { host, port }: PortFrontOptions,
  onConnection: (socket: Socket) => void,
): Promise<readonly Server[]> {
  const servers: Server[] = [];
  try {
    for (const address of await resolveAddresses(host)) {
      const first = servers[0];
      const server = await listenOn(
        address,
        first === undefined ? port : portOf(first),
        onConnection,
      ).catch((error: unknown) => skipUnusable(error, first !== undefined, port));
      if (server !== undefined) servers.push(server);
    }
    return servers;
  } catch (cause) {
    for (const server of servers) server.close();
    throw new ListenError(host, port, cause);
  }
}

async function resolveAddresses(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return [...new Set(found.map(({ address }) => address))];
}

/**
 * A further address that this machine lacks (no IPv6, say) is no failure; one that somebody else holds is, or
 * half of the clients would talk to a stranger. With a free port chosen for the first address, it is chance.
 */
function skipUnusable(error: unknown, isFurther: boolean, wantedPort: number): undefined {
  const code = errorCode(error);
  const absent = code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT";
  if (isFurther && (absent || (code === "EADDRINUSE" && wantedPort === 0))) return undefined;
  throw error;
}

function listenOn(
  host: string,
  port: number,
  onConnection: (socket: Socket) => void,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      // Later errors of a listening socket (EMFILE) come once per failed accept; the next accept may work.
      server.on("error", () => undefined);
      resolve(server);
    });
  });
}

function portOf(server: Server | undefined): number {
  const address = server?.address();
  assert(
    typeof address === "object" && address !== null,
    "a TCP server that listens has an address",
  );
  return address.port;
}
