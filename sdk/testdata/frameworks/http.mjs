// A request through node:http that asks another one with the undici package.
import { createServer } from "node:http";
import pino from "pino";
import { request } from "undici";

const log = pino();
const server = createServer(async (incoming, response) => {
  const { port } = server.address();
  if (incoming.url === "/orders/7") {
    log.info("handling order");
    const answer = await request(`http://127.0.0.1:${port}/stock/7`);
    log.info("stock says %s", await answer.body.text());
  } else {
    log.info("looking up stock");
  }
  response.end("3");
});
server.listen(0, "127.0.0.1", async () => {
  await (await fetch(`http://127.0.0.1:${server.address().port}/orders/7`)).text();
  server.close();
});
