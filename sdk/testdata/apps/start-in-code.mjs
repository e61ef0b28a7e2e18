import { start } from "@throughline/sdk";

const telemetry = start({
  serviceName: "by-code",
  endpoint: process.env.TEST_ENDPOINT,
  resourceAttributes: { team: "blue" },
});
const { createServer } = await import("node:http");
const server = createServer((request, response) => {
  console.log("inside");
  response.end();
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
await (await fetch(`http://127.0.0.1:${server.address().port}`)).text();
await new Promise((resolve) => server.close(resolve));
const flushed = await telemetry.flush();
const answer = { same: start() === telemetry, flushed, counters: telemetry.counters() };
await telemetry.shutdown();
console.log(JSON.stringify(answer));
