// A request whose lines and spans hold what must not leave the process.
const { trace } = require("@opentelemetry/api");
const http = require("node:http");
const pino = require("pino");

const log = pino();
const server = http.createServer((request, response) => {
  const span = trace.getActiveSpan();
  span.setAttribute("card.number", "4111 1111 1111 1111");
  span.setAttribute("db.password", "hunter2");
  span.recordException(new Error("no account for ada@example.org"));
  log.info(
    { customer: { email: "ada@example.org", apiKey: "k-123" }, order: 4111111111111112 },
    "paid with 4111-1111-1111-1111 by ada@example.org",
  );
  log.info("Authorization: Bearer abcdefgh12345678 and ORD-123456");
  response.end("ok");
});
server.listen(0, "127.0.0.1", async () => {
  await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
  server.close();
});
