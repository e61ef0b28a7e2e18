/** `node demo/src/main.ts [--endpoint URL] [--rate N] [--requests N] [--seed N]`: the shop alone, against a running collector. */
import { parseArgs } from "node:util";
import { startShop } from "./shop.ts";

const { values } = parseArgs({
  options: {
    endpoint: { type: "string", default: "http://127.0.0.1:4317" },
    rate: { type: "string", default: "3" },
    requests: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});

const shop = await startShop({
  otlpEndpoint: values.endpoint,
  requestsPerSecond: positiveNumber("rate", values.rate),
  requests: values.requests === undefined ? undefined : positiveNumber("requests", values.requests),
  seed: positiveNumber("seed", values.seed),
  onResponse: ({ scenario, status, traceId }) => {
    console.log(`${scenario.padEnd(24)} ${status} ${traceId}`);
  },
});
console.log(`storefront ${shop.storefrontUrl} services ${shop.services.join(", ")}`);
process.once("SIGINT", () => void shop.stop());
process.once("SIGTERM", () => void shop.stop());
await shop.trafficEnded;
await shop.stop();

function positiveNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} must be a number above 0, not ${text}`);
}
