// Serves the page of recipes/browser, bundled, and the orders that it asks for.
import { readFileSync } from "node:fs";
import http from "node:http";
import pino from "pino";

const log = pino();
const page = readFileSync(process.env.TEST_PAGE);
const server = http.createServer((request, response) => {
  if (request.url === "/orders") {
    log.info("listing orders");
    response.end("[]");
  } else if (request.url === "/page.js") {
    response.writeHead(200, { "content-type": "text/javascript" }).end(page);
  } else {
    response.writeHead(200, { "content-type": "text/html" });
    response.end('<!doctype html><script type="module" src="/page.js"></script>');
  }
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`port ${server.address().port}\n`);
});
