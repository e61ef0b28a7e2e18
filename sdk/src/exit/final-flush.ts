import { setTimeout as sleep } from "node:timers/promises";
import { targetAddress, type QueuedSignal, type SenderTarget } from "../export/target.ts";
import type { OutgoingLane, Pipeline } from "../pipeline.ts";
import type { Environment } from "../settings.ts";
import { whyUnreachable } from "./reachable.ts";

/** With nothing listening, a process should not wait its whole deadline to find out. */
const UNREACHABLE_GRACE_MS = 1_000;
const RETRY_PAUSE_MS = 100;

/** Why a signal's items are still queued; signals without a reason have been delivered, or had nothing to deliver. */
export type Undelivered = ReadonlyMap<QueuedSignal, string>;

/**
 * Delivers what is queued, within `timeoutMs`, each signal by itself: they may go to different places, and one of them may be
 * away. Where nothing accepts connections it gives up after UNREACHABLE_GRACE_MS. Resource attributes that are not known after
 * half of the time are left out. What could not be delivered stays queued.
 */
export async function flushWithin(
  pipeline: Pick<Pipeline, "lanes">,
  timeoutMs: number,
  environment: Environment,
): Promise<Undelivered> {
  const undelivered = new Map<QueuedSignal, string>();
  await Promise.all(
    pipeline.lanes.map(async (lane) => {
      const attributesDue = setTimeout(() => lane.stopWaiting(), timeoutMs / 2);
      const reason = await flushLane(lane, timeoutMs, environment);
      clearTimeout(attributesDue);
      if (reason !== undefined) undelivered.set(lane.target.signal, reason);
    }),
  );
  return undelivered;
}

export function isPending(pipeline: Pipeline): boolean {
  return pipeline.lanes.some(({ queue }) => queue.pending > 0);
}

/** @returns why it gave up; undefined when all was delivered */
async function flushLane(
  { queue, target }: OutgoingLane,
  timeoutMs: number,
  environment: Environment,
): Promise<string | undefined> {
  const started = performance.now();
  const leftMs = (limitMs: number): number => limitMs - (performance.now() - started);
  while (queue.pending > 0) {
    const unreachable = await whyTargetUnreachable(target, environment);
    if (unreachable !== undefined) {
      if (leftMs(Math.min(timeoutMs, UNREACHABLE_GRACE_MS)) <= 0) return unreachable;
    } else if (await resolvesWithin(queue.flush(), leftMs(timeoutMs))) {
      continue;
    }
    if (leftMs(timeoutMs) <= 0) return `no answer in ${timeoutMs} ms`;
    await sleep(RETRY_PAUSE_MS);
  }
  return undefined;
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

async function whyTargetUnreachable(
  target: SenderTarget,
  environment: Environment,
): Promise<string | undefined> {
  if (usesProxy(environment)) return undefined;
  const address = targetAddress(target, environment);
  if (address.port === 0) return undefined;
  const reason = await whyUnreachable(address, UNREACHABLE_GRACE_MS);
  return reason === undefined ? undefined : `${address.text}: ${reason}`;
}

/** Behind a proxy the collector itself need not be reachable; only the client knows. */
function usesProxy(environment: Environment): boolean {
  return ["grpc_proxy", "https_proxy", "http_proxy", "HTTPS_PROXY", "HTTP_PROXY"].some(
    (name) => environment[name] !== undefined && environment[name] !== "",
  );
}
