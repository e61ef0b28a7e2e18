/** The shop's customers. Not instrumented: a trace begins at the shop's edge. */
import { setTimeout as sleep } from "node:timers/promises";
import { isRecord, numberField } from "../shared/http-client.ts";
import { linkToParent } from "../shared/process.ts";
import { seededRandom } from "../shared/random.ts";
import { planTraffic, type PlannedRequest } from "./plan.ts";

/** Customers who wait for an answer at the same time; beyond that new ones stay away. */
const OPEN_REQUESTS_MAX = 20;
const REQUEST_TIMEOUT_MS = 15_000;

const storefrontUrl = process.env["SHOP_STOREFRONT_URL"] ?? "";
const requestsPerSecond = Number(process.env["SHOP_REQUESTS_PER_SECOND"]);
const requestsMax = Number(process.env["SHOP_REQUESTS_MAX"]);
const seed = Number(process.env["SHOP_SEED"]);

const stopping = new AbortController();
const parent = linkToParent(() => stopping.abort());
const open = new Set<Promise<void>>();
let sent = 0;

for (const request of planTraffic(seededRandom(seed))) {
  if (sent >= requestsMax || stopping.signal.aborted) break;
  if (open.size >= OPEN_REQUESTS_MAX) await Promise.race(open);
  sent++;
  const answered: Promise<void> = visit(request).finally(() => open.delete(answered));
  open.add(answered);
  await sleep(1000 / requestsPerSecond, undefined, { signal: stopping.signal }).catch(
    () => undefined,
  );
}
await Promise.all(open);
parent.tell({ kind: "traffic-ended" });
if (process.connected) process.disconnect();

async function visit(request: PlannedRequest): Promise<void> {
  try {
    const response = await fetch(`${storefrontUrl}${request.path}`, {
      method: request.method,
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
      ...(request.body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(request.body) }),
    });
    const body: unknown = await response.json();
    parent.tell({
      kind: "response",
      response: {
        scenario: request.scenario,
        status: response.status,
        traceId: response.headers.get("x-trace-id") ?? "",
        attempts: isRecord(body) ? numberField(body, "attempts") : 0,
      },
    });
  } catch (error) {
    if (!stopping.signal.aborted) process.stderr.write(`${request.scenario}: ${String(error)}\n`);
  }
}
