// Express: a middleware, two routes, one calls the other, one throws.
const express = require("express");
const pino = require("pino");

const log = pino();
const app = express();
app.use(function authenticate(_request, _response, next) {
  log.info("authenticated");
  next();
});
app.get("/orders/:id", async (request, response) => {
  log.info("handling order");
  const { port } = server.address();
  const stock = await (await fetch(`http://127.0.0.1:${port}/stock/${request.params.id}`)).text();
  log.info("stock says %s", stock);
  response.send(stock);
});
app.get("/stock/:id", (_request, response) => response.send("3"));
app.get("/broken", async () => {
  throw new RangeError("no such page");
});
app.use((error, _request, response, _next) => {
  log.error(error, "answered 500");
  response.status(500).end();
});
const server = app.listen(0, "127.0.0.1", async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  await (await fetch(`${url}/orders/7`)).text();
  await (await fetch(`${url}/broken`)).text();
  server.close();
});
