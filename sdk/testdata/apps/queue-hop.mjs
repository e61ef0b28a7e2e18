// A request puts a job into a queue; another process takes it, with the context that travels in the job, and asks the first one back.
import { fork } from "node:child_process";
import { createServer } from "node:http";
import { context, propagation, SpanKind, trace } from "@opentelemetry/api";
import pino from "pino";

const log = pino();
const tracer = trace.getTracer("orders");

function consume(job) {
  const parent = propagation.extract(context.active(), job.carrier);
  tracer.startActiveSpan("process pack", { kind: SpanKind.CONSUMER }, parent, async (span) => {
    log.info("packing %s", job.order);
    await (await fetch(`${job.url}/stock`)).text();
    span.end();
    process.disconnect();
  });
}

function produce(worker, order, url) {
  tracer.startActiveSpan("publish pack", { kind: SpanKind.PRODUCER }, (span) => {
    const carrier = {};
    propagation.inject(context.active(), carrier);
    worker.send({ order, url, carrier });
    span.end();
  });
}

function serve() {
  const worker = fork(process.argv[1], ["worker"]);
  const server = createServer((request, response) => {
    log.info("serving %s", request.url);
    const url = `http://127.0.0.1:${server.address().port}`;
    if (request.url === "/orders") produce(worker, "o-7", url);
    response.end("ok");
  });
  worker.once("exit", () => server.close());
  server.listen(0, "127.0.0.1", () => {
    fetch(`http://127.0.0.1:${server.address().port}/orders`, {
      headers: { "x-request-id": process.env.TEST_REQUEST_ID ?? "order-4711" },
    }).then((response) => response.text());
  });
}

if (process.argv[2] === "worker") process.once("message", consume);
else serve();
