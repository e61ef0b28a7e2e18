// Fastify with its own logger, a hook and a plugin's route.
import { fastify } from "fastify";

const app = fastify({ logger: true });
app.addHook("preHandler", async (request) => request.log.info("authenticated"));
app.register(async (orders) => {
  orders.get("/orders/:id", async (request) => {
    request.log.info("handling order");
    const { port } = app.server.address();
    const stock = await (await fetch(`http://127.0.0.1:${port}/stock/${request.params.id}`)).text();
    request.log.info("stock says %s", stock);
    return stock;
  });
});
app.get("/stock/:id", async () => "3");
app.get("/broken", async () => {
  throw new RangeError("no such page");
});
app.listen({ host: "127.0.0.1", port: 0 }).then(async (url) => {
  await (await fetch(`${url}/orders/7`)).text();
  await (await fetch(`${url}/broken`)).text();
  await app.close();
});
