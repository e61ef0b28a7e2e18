// A request that asks Redis through ioredis, at the address in TEST_STORE.
import { createServer } from "node:http";
import pino from "pino";
import { Redis } from "ioredis";

const log = pino();
const redis = new Redis(process.env.TEST_STORE);
const server = createServer(async (_request, response) => {
  log.info("asking");
  await redis.set("stock", "three");
  const answer = await redis.get("stock");
  log.info("answered %s", answer);
  response.end(answer);
});
server.listen(0, "127.0.0.1", async () => {
  await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
  server.close();
  redis.disconnect();
});
