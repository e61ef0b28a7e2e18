// Every fetch of the page is a span, and tells the server which: `traceparent` goes to the page's own origin, and to
// the origins named in propagateTraceHeaderCorsUrls.
import { context, trace } from "@opentelemetry/api";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { FetchInstrumentation } from "@opentelemetry/instrumentation-fetch";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, WebTracerProvider } from "@opentelemetry/sdk-trace-web";

const collector = new URLSearchParams(location.search).get("collector") ?? "http://127.0.0.1:4318";

const provider = new WebTracerProvider({
  resource: resourceFromAttributes({ "service.name": "shop-browser" }),
  spanProcessors: [
    new BatchSpanProcessor(new OTLPTraceExporter({ url: `${collector}/v1/traces` })),
  ],
});
provider.register();
registerInstrumentations({ instrumentations: [new FetchInstrumentation()] });

// A page that goes away sends what it still has.
addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") void provider.forceFlush();
});

// What the page is for. A browser has no context across `await`: the span is given to the call that belongs to it.
const span = provider.getTracer("shop").startSpan("load orders");
const inside = trace.setSpan(context.active(), span);
await context.with(inside, () => fetch("/orders"));
span.end();
globalThis.shopTraceId = span.spanContext().traceId;
