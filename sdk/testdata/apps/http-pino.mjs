// One request through node:http, called by fetch, logged by pino: the ESM way.
import { createServer } from "node:http";
import pino from "pino";

const log = pino({ base: { component: "app" } });
const server = createServer((request, response) => {
  const child = log.child({ requestId: "r-1" });
  child.info({ items: 2, nested: { deep: true } }, "handling %s", request.url);
  child.error(new TypeError("no such thing"), "it failed");
  response.end("ok");
});
server.listen(0, "127.0.0.1", async () => {
  log.warn("outside of any span");
  await (await fetch(`http://127.0.0.1:${server.address().port}/orders`)).text();
  server.close();
});
