import { setTimeout as sleep } from "node:timers/promises";
import { targetAddress } from "../export/target.ts";
import type { Pipeline } from "../pipeline.ts";
import type { Environment } from "../settings.ts";
import { whyUnreachable } from "./reachable.ts";

/** With nothing listening, a process should not wait its whole deadline to find out. */
const UNREACHABLE_GRACE_MS = 1_000;
const RETRY_PAUSE_MS = 100;

export type FlushOutcome =
  | { readonly kind: "flushed" }
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "late"; readonly reason: string };

/**
 * Delivers what is queued, within `timeoutMs`. Where nothing accepts connections it gives up after
 * UNREACHABLE_GRACE_MS. What could not be delivered stays queued.
 */
export async function flushWithin(
  pipeline: Pipeline,
  timeoutMs: number,
  environment: Environment,
): Promise<FlushOutcome> {
  const started = performance.now();
  const leftMs = (limitMs: number): number => limitMs - (performance.now() - started);
  while (isPending(pipeline)) {
    const unreachable = await firstUnreachable(pipeline, environment);
    if (unreachable !== undefined) {
      if (leftMs(Math.min(timeoutMs, UNREACHABLE_GRACE_MS)) <= 0) {
        return { kind: "unreachable", reason: unreachable };
      }
    } else if (await resolvesWithin(pipeline.flush(), leftMs(timeoutMs))) {
      continue;
    }
    if (leftMs(timeoutMs) <= 0) return { kind: "late", reason: `no answer in ${timeoutMs} ms` };
    await sleep(RETRY_PAUSE_MS);
  }
  return { kind: "flushed" };
}

export function isPending(pipeline: Pipeline): boolean {
  const { spans, logRecords } = pipeline.pending();
  return spans + logRecords > 0;
}

/** False when the deadline comes first, or the promise says so. */
export async function resolvesWithin(
  promise: Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const timer = new AbortController();
  const deadline = sleep(Math.max(timeoutMs, 0), false, { signal: timer.signal }).catch(
    () => false,
  );
  const result = await Promise.race([promise, deadline]);
  timer.abort();
  return result;
}

async function firstUnreachable(
  pipeline: Pipeline,
  environment: Environment,
): Promise<string | undefined> {
  if (usesProxy(environment)) return undefined;
  for (const target of pipeline.targets) {
    const address = targetAddress(target, environment);
    if (address.port === 0) continue;
    const reason = await whyUnreachable(address, UNREACHABLE_GRACE_MS);
    if (reason !== undefined) return `${address.text}: ${reason}`;
  }
  return undefined;
}

/** Behind a proxy the collector itself need not be reachable; only the client knows. */
function usesProxy(environment: Environment): boolean {
  return ["grpc_proxy", "https_proxy", "http_proxy", "HTTPS_PROXY", "HTTP_PROXY"].some(
    (name) => environment[name] !== undefined && environment[name] !== "",
  );
}
