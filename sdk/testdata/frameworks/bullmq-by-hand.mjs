// The same without bullmq-otel: the context travels in the job's own data. Works with any queue.
import { createServer } from "node:http";
import { context, propagation, SpanKind, trace } from "@opentelemetry/api";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import pino from "pino";

const log = pino();
const tracer = trace.getTracer("orders");
const connection = new Redis(process.env.TEST_STORE, { maxRetriesPerRequest: null });
const queue = new Queue("by-hand", { connection });

function addJob(name, data) {
  return tracer.startActiveSpan(`publish ${name}`, { kind: SpanKind.PRODUCER }, async (span) => {
    const carrier = {};
    propagation.inject(context.active(), carrier);
    await queue.add(name, { ...data, carrier });
    span.end();
  });
}

function processJob(job) {
  const parent = propagation.extract(context.active(), job.data.carrier);
  const options = { kind: SpanKind.CONSUMER };
  return tracer.startActiveSpan(`process ${job.name}`, options, parent, async (span) => {
    try {
      log.info("packing %s", job.data.order);
    } finally {
      span.end();
    }
  });
}

const worker = new Worker("by-hand", processJob, { connection: connection.duplicate() });
const packed = new Promise((resolve) => worker.on("completed", resolve));
const server = createServer(async (_request, response) => {
  log.info("ordering");
  await addJob("pack", { order: "o-7" });
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
