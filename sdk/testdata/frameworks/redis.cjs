// A request that asks Redis through redis, at the address in TEST_STORE.
const { createServer } = require("node:http");
const pino = require("pino");
const { createClient } = require("redis");

const log = pino();
const redis = createClient({ url: process.env.TEST_STORE });
const server = createServer(async (_request, response) => {
  log.info("asking");
  if (!redis.isOpen) await redis.connect();
  await redis.set("stock", "three");
  const answer = await redis.get("stock");
  log.info("answered %s", answer);
  response.end(answer);
});
server.listen(0, "127.0.0.1", async () => {
  await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
  server.close();
  await redis.close();
});
