// A request puts a job into a BullMQ queue, a worker in the same process takes it; bullmq-otel carries the context.
const { createServer } = require("node:http");
const { Queue, Worker } = require("bullmq");
const { BullMQOtel } = require("bullmq-otel");
const { Redis } = require("ioredis");
const pino = require("pino");

const log = pino();
const connection = new Redis(process.env.TEST_STORE, { maxRetriesPerRequest: null });
const telemetry = new BullMQOtel("orders");
const queue = new Queue("orders", { connection, telemetry });
const worker = new Worker("orders", async (job) => log.info("packing %s", job.data.order), {
  connection: connection.duplicate(),
  telemetry,
});
const packed = new Promise((resolve) => worker.on("completed", resolve));
const server = createServer(async (_request, response) => {
  log.info("ordering");
  await queue.add("pack", { order: "o-7" });
  response.end();
});
server.listen(0, "127.0.0.1", async () => {
  await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
  await packed;
  server.close();
  await worker.close();
  await queue.close();
  process.exit(0);
});
