const { fastify } = require("fastify");
const { pino } = require("pino");

const app = fastify({ loggerInstance: pino() });
app.get("/orders/:id", async (request) => {
  request.log.info("looking");
  if (request.params.id === "denied") throw Object.assign(new Error("no"), { statusCode: 401 });
  if (request.params.id === "bad") throw new RangeError("no such order");
  return { id: request.params.id };
});
(async () => {
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  await fetch(`${url}/orders/7`);
  await fetch(`${url}/orders/bad`);
  await fetch(`${url}/orders/denied`);
  await app.close();
})();
