// Requests that each log an info and a warn line, and one line that belongs to none.
import http from "node:http";

console.log("outside");
const server = http.createServer((request, response) => {
  console.log("inside");
  console.warn("careful");
  response.end("ok");
});
server.listen(0, "127.0.0.1", async () => {
  for (let call = 0; call < 10; call++) {
    await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
  }
  server.close();
});
