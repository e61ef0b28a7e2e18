/** A live tail of generated logs: the stored ones again and again, with the time that it is. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { LogRecord, TailedLogs } from "@throughline/query/wire";

const EVERY_MS = 250;
const NANOS_PER_MS = 1_000_000n;

/** @param linesPerSecond how many come; `THROUGHLINE_TAIL` of the environment */
export function tailLogs(
  request: IncomingMessage,
  response: ServerResponse,
  logs: readonly LogRecord[],
  linesPerSecond: number,
): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  let id = 1;
  response.write(`event: start\nid: ${id}\ndata: {}\n\n`);
  const perEvent = Math.max(1, Math.round((linesPerSecond * EVERY_MS) / 1000));
  let at = 0;
  const timer = setInterval(() => {
    if (logs.length === 0) return;
    id += 1;
    const now = BigInt(Date.now()) * NANOS_PER_MS;
    const some = Array.from({ length: perEvent }, (_, i): LogRecord => {
      const log = logs[(at + i) % logs.length];
      if (log === undefined) throw new Error("no log");
      return { ...log, timeUnixNano: String(now + BigInt(i)) };
    });
    at += perEvent;
    const data: TailedLogs = { logs: some, dropped: 0 };
    response.write(`event: logs\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  }, EVERY_MS);
  request.on("close", () => clearInterval(timer));
}
