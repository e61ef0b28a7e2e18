/** A TCP proxy for tests that does to connections what networks and restarts do. */
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

export interface CuttingProxy {
  readonly port: number;
  readonly droppedAnswers: number;
  readonly cutConnections: number;
  /** The next connections are cut after so many bytes from the client. */
  cutAfter(bytes: number, connections: number): void;
  /** The next answers to INSERTs are swallowed, and their connections closed. */
  dropAnswers(count: number): void;
  /** While true every connection is reset at once. */
  refuse(refusing: boolean): void;
  heal(): void;
  stop(): Promise<void>;
}

export async function startCuttingProxy(host: string, port: number): Promise<CuttingProxy> {
  const proxy = new Proxy(host, port);
  await proxy.listen();
  return proxy;
}

class Proxy implements CuttingProxy {
  readonly #host: string;
  readonly #port: number;
  readonly #server = createServer((client) => this.#accept(client));
  readonly #sockets = new Set<Socket>();
  #cutBytes = 0;
  #cuts = 0;
  #drops = 0;
  #refusing = false;
  port = 0;
  droppedAnswers = 0;
  cutConnections = 0;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address
    this.port = (this.#server.address() as AddressInfo).port;
  }

  cutAfter(bytes: number, connections: number): void {
    this.#cutBytes = bytes;
    this.#cuts = connections;
    this.cutConnections = 0;
  }

  dropAnswers(count: number): void {
    this.#drops = count;
    this.droppedAnswers = 0;
  }

  refuse(refusing: boolean): void {
    this.#refusing = refusing;
    if (refusing) this.#closeAll();
  }

  heal(): void {
    this.#cuts = 0;
    this.#drops = 0;
    this.#refusing = false;
    this.#closeAll();
  }

  async stop(): Promise<void> {
    this.#closeAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #closeAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(client: Socket): void {
    const server = connect(this.#port, this.#host);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    let sent = 0;
    let inserting = false;
    client.on("data", (chunk) => {
      if (chunk.includes("INSERT")) inserting = true;
      sent += chunk.length;
      if (this.#cuts > 0 && sent > this.#cutBytes) {
        this.#cuts -= 1;
        this.cutConnections += 1;
        client.destroy();
        return;
      }
      server.write(chunk);
    });
    server.on("data", (chunk) => {
      if (inserting && this.#drops > 0) {
        this.#drops -= 1;
        this.droppedAnswers += 1;
        client.destroy();
        return;
      }
      client.write(chunk);
    });
  }
}
