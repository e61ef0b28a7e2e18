// How long span.end() and logger.emit() take while the collector takes nothing. Prints microseconds as JSON.
import { logs, trace } from "@opentelemetry/api";

const ROUNDS = 200;
const PER_ROUND = 200;
const tracer = trace.getTracer("bench");
const logger = logs?.getLogger("bench");

const durations = { span: [], log: [] };
for (let round = 0; round < ROUNDS; round++) {
  for (let index = 0; index < PER_ROUND; index++) {
    const span = tracer.startSpan("work", {
      attributes: { "http.route": "/orders/:id", items: 3 },
    });
    let started = process.hrtime.bigint();
    span.end();
    durations.span.push(Number(process.hrtime.bigint() - started) / 1000);
    if (logger === undefined) continue;
    const record = {
      severityNumber: 9,
      severityText: "info",
      body: "handling order",
      attributes: { items: 3 },
    };
    started = process.hrtime.bigint();
    logger.emit(record);
    durations.log.push(Number(process.hrtime.bigint() - started) / 1000);
  }
  // The event loop turns, as in a server: timers of the queue get their chance to send.
  await new Promise((resolve) => setTimeout(resolve, 5));
}
const at = (values, share) =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? null;
const describe = (values) => ({
  p50: at(values, 0.5),
  p99: at(values, 0.99),
  max: at(values, 0.99999),
});
process.stdout.write(
  `${JSON.stringify({ span: describe(durations.span), log: describe(durations.log) })}\n`,
);
process.exit(0);
