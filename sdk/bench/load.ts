/**
 * A closed loop of raw sockets: a fixed request, an answer whose end is known by its last bytes. Cheap on purpose: on two
 * cores whatever the client spends is taken from the server.
 */
import { connect, type Socket } from "node:net";

export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const REQUEST = Buffer.from("GET /orders/7 HTTP/1.1\r\nHost: bench\r\n\r\n");
const ANSWER_END = Buffer.from("\r\n\r\nok");

/** @param connections each has one request on its way */
export async function applyLoad(
  port: number,
  connections: number,
  durationMs: number,
): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const started = performance.now();
  const deadline = started + durationMs;
  await Promise.all(
    Array.from({ length: connections }, () => askUntil(deadline, port, latenciesMs)),
  );
  const seconds = (performance.now() - started) / 1000;
  const sorted = latenciesMs.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  const requests = sorted.length;
  return { requests, requestsPerSecond: requests / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function askUntil(deadline: number, port: number, latenciesMs: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, "127.0.0.1");
    let askedAt = 0;
    const ask = (): void => {
      askedAt = performance.now();
      socket.write(REQUEST);
    };
    socket.setNoDelay(true);
    socket.once("connect", ask);
    socket.once("error", reject);
    socket.on("data", (chunk: Buffer) => {
      if (!chunk.subarray(-ANSWER_END.length).equals(ANSWER_END)) {
        // Chunked or split: neither happens with two bytes; better a failed benchmark than a wrong one.
        reject(new Error(`unexpected answer: ${chunk.toString()}`));
        return;
      }
      const now = performance.now();
      latenciesMs.push(now - askedAt);
      if (now < deadline) ask();
      else socket.end(() => resolve());
    });
  });
}
