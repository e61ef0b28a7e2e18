// A request handler throws where nobody catches.
const { createServer } = require("node:http");

const server = createServer(() => {
  setTimeout(() => {
    throw new TypeError("kaboom in a request");
  }, 5);
});
server.listen(0, "127.0.0.1", () => {
  fetch(`http://127.0.0.1:${server.address().port}/crash`).catch(() => {});
});
