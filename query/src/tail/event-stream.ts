/** Server-sent events over one connection. */
import type { ServerResponse } from "node:http";

export interface EventStream {
  /** @param id what a client that comes back gives as Last-Event-ID */
  send(event: string, data: object, id: string): void;
  /** Bytes that the client has not taken yet. */
  readonly waitingBytes: number;
  /** Ends the stream; a browser comes back by itself after `retryMs`. */
  end(): void;
}

const RETRY_MS = 1_000;
/** Proxies cut what is silent for longer, often after 30 s. */
const BEAT_MS = 10_000;

export function openEventStream(raw: ServerResponse): EventStream {
  raw.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    // For nginx, which would hold events back.
    "x-accel-buffering": "no",
  });
  raw.write(`retry: ${RETRY_MS}\n\n`);
  const beat = setInterval(() => raw.write(": beat\n\n"), BEAT_MS);
  raw.once("close", () => clearInterval(beat));
  return {
    send: (event, data, id) => {
      // JSON has no line breaks of its own.
      raw.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    get waitingBytes() {
      return raw.writableLength;
    },
    end: () => {
      clearInterval(beat);
      raw.end();
    },
  };
}
