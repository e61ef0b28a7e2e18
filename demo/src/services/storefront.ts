/** The edge: what the browser talks to. Every answer names its trace. */
import { trace, TraceFlags } from "@opentelemetry/api";
import { callJson, textField } from "../shared/http-client.ts";
import { runService } from "../shared/service.ts";

/** One order in this many goes to the new version of checkout. */
const CANARY_EVERY = 3;
let orders = 0;

await runService("storefront", ({ app, peers }) => {
  app.addHook("onRequest", async (_request, reply) => {
    const span = trace.getActiveSpan()?.spanContext();
    if (span === undefined) return;
    const sampled = (span.traceFlags & TraceFlags.SAMPLED) === 0 ? "00" : "01";
    reply.header("x-trace-id", span.traceId);
    reply.header("traceresponse", `00-${span.traceId}-${span.spanId}-${sampled}`);
  });

  app.get<{ Querystring: { q?: string } }>("/search", async (request, reply) => {
    const word = request.query.q ?? "";
    request.log.info({ word }, "searching");
    const url = `${(await peers).inventory}/products?q=${encodeURIComponent(word)}`;
    const answer = await callJson("GET", url);
    return reply.code(answer.status).send(answer.body);
  });

  app.get<{ Params: { sku: string } }>("/products/:sku", async (request, reply) => {
    const answer = await callJson(
      "GET",
      `${(await peers).inventory}/products/${request.params.sku}`,
    );
    if (answer.status === 404) request.log.warn({ sku: request.params.sku }, "no such product");
    return reply.code(answer.status).send(answer.body);
  });

  app.get<{ Params: { sku: string } }>("/recommendations/:sku", async (request, reply) => {
    const started = performance.now();
    const url = `${(await peers).inventory}/products/${request.params.sku}/related`;
    const answer = await callJson("GET", url);
    const durationMs = Math.round(performance.now() - started);
    request.log.info({ sku: request.params.sku, durationMs }, "recommendations put together");
    return reply.code(answer.status).send(answer.body);
  });

  app.post("/checkout", async (request, reply) => {
    orders++;
    const shop = await peers;
    const canary = orders % CANARY_EVERY === 0;
    const checkout = canary ? shop.checkoutCanary : shop.checkoutStable;
    const orderId = textField(request.body, "orderId");
    trace.getActiveSpan()?.setAttribute("shop.order.id", orderId);
    request.log.info({ orderId, canary }, "checkout started");
    const body =
      typeof request.body === "object" && request.body !== null ? { ...request.body } : {};
    const answer = await callJson("POST", `${checkout}/orders`, body);
    if (answer.status >= 500) {
      request.log.error({ orderId, status: answer.status }, "checkout failed");
    } else {
      request.log.info({ orderId, status: answer.status }, "checkout answered");
    }
    return reply.code(answer.status).send(answer.body);
  });
});
