// Two services in one process, or in two with TEST_BACK: /front calls /back by fetch and by node:http, and says what /back was sent.
// TEST_HEADERS are headers that both calls set themselves, as JSON.
const http = require("node:http");
const pino = require("pino");

const log = pino();
const headers = JSON.parse(process.env.TEST_HEADERS ?? "{}");
const SEEN = ["x-request-id", "x-correlation-id", "baggage"];
const server = http.createServer(async (request, response) => {
  log.info("serving %s", request.url);
  if (request.url === "/back") {
    const seen = Object.fromEntries(SEEN.map((name) => [name, request.headers[name]]));
    response.end(JSON.stringify(seen));
    return;
  }
  const self = `http://127.0.0.1:${server.address().port}`;
  const back = `${process.env.TEST_BACK ?? self}/back`;
  const byFetch = await (await fetch(back, { headers })).json();
  const byHttp = await new Promise((resolve) => {
    http.get(back, { headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () => resolve(JSON.parse(text)));
    });
  });
  response.end(JSON.stringify({ byFetch, byHttp }));
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`port ${server.address().port}\n`);
});
