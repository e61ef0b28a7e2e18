// The server under measurement: answers "ok"; with LINES=1 a request also writes one line with pino.
import { createServer } from "node:http";
import pino from "pino";

const log = process.env.LINES === "1" ? pino(pino.destination("/dev/null")) : undefined;
const server = createServer((request, response) => {
  if (request.url === "/memory") {
    globalThis.gc?.();
    response.end(String(process.memoryUsage().rss));
    return;
  }
  log?.info({ items: 3 }, "handling order");
  response.end("ok");
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${server.address().port}\n`);
  if (process.env.EXIT === "1") server.close();
});
