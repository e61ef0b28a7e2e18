// The server under measurement: answers "ok"; with LINES=1 a request also writes one line with pino.
import { createServer } from "node:http";
import pino from "pino";

const log = process.env.LINES === "1" ? pino(pino.destination("/dev/null")) : undefined;
/** Of all threads, since the process began. */
function cpuMicros() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const server = createServer((request, response) => {
  if (request.url === "/usage") {
    globalThis.gc?.();
    response.end(JSON.stringify({ rssBytes: process.memoryUsage().rss, cpuMicros: cpuMicros() }));
    return;
  }
  log?.info({ items: 3 }, "handling order");
  response.end("ok");
});
server.listen(0, "127.0.0.1", () => {
  if (process.env.EXIT === "1") {
    process.stdout.write(`${cpuMicros()}\n`);
    server.close();
    return;
  }
  process.stdout.write(`${server.address().port}\n`);
});
