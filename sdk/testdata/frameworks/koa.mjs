// Koa with its router: a middleware, two routes, one calls the other, one throws.
import Koa from "koa";
import Router from "@koa/router";
import pino from "pino";

const log = pino();
const app = new Koa();
const router = new Router();
app.silent = true;
router.get("/orders/:id", async (context) => {
  log.info("handling order");
  const { port } = server.address();
  const stock = await (await fetch(`http://127.0.0.1:${port}/stock/${context.params.id}`)).text();
  log.info("stock says %s", stock);
  context.body = stock;
});
router.get("/stock/:id", (context) => {
  context.body = "3";
});
router.get("/broken", () => {
  throw new RangeError("no such page");
});
app.on("error", (error) => log.error(error, "answered 500"));
app.use(async function authenticate(_context, next) {
  log.info("authenticated");
  await next();
});
app.use(router.routes());
const server = app.listen(0, "127.0.0.1", async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  await (await fetch(`${url}/orders/7`)).text();
  await (await fetch(`${url}/broken`)).text();
  server.close();
});
