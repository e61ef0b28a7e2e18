// A cluster of two: the primary calls, the workers answer and leave by process.exit.
const cluster = require("node:cluster");
const { createServer } = require("node:http");

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  let listening = 0;
  for (const worker of workers) {
    worker.on("listening", async ({ port }) => {
      if (++listening < workers.length) return;
      for (let call = 0; call < 4; call++) {
        await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } })).text();
      }
      for (const each of workers) each.send("leave");
    });
  }
} else {
  const server = createServer((request, response) => {
    console.log("answered");
    response.end("ok");
  });
  server.listen(0, "127.0.0.1");
  process.on("message", () => process.exit(0));
}
