// One request logged by bunyan: its levels, fields, errors, children.
const { createServer } = require("node:http");
const bunyan = require("bunyan");

const log = bunyan.createLogger({ name: "orders", component: "app" });
const server = createServer((request, response) => {
  const child = log.child({ requestId: "r-1" });
  child.info({ items: 2, nested: { deep: true } }, "handling %s", request.url);
  child.error(new TypeError("no such thing"), "it failed");
  child.fatal({ err: new RangeError("worse") }, "it is over");
  child.debug("not printed, not recorded");
  response.end("ok");
});
server.listen(0, "127.0.0.1", async () => {
  log.warn("outside of any span");
  await (await fetch(`http://127.0.0.1:${server.address().port}/orders`)).text();
  server.close();
});
