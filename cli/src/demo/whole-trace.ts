/** Waits until a request can be shown as one thing: its services' spans and logs arrive one after the other. */
import { setTimeout as sleep } from "node:timers/promises";
import { Trace } from "@throughline/query/wire";
import { Value } from "typebox/value";

export interface WholeTraceOptions {
  /** Where the query API answers, without a trailing slash. */
  readonly apiUrl: string;
  readonly traceId: string;
  readonly signal: AbortSignal;
  /** Between two looks; default 500 ms. */
  readonly pollMs?: number;
  /** Default 30 s: afterwards what is there has to do. */
  readonly timeoutMs?: number;
}

export interface WholeTrace {
  readonly spans: number;
  readonly services: number;
  readonly logs: number;
}

const SERVICES_MIN = 4;

/**
 * Whole is: at least four services, logs inside spans, no missing parent, and nothing new since the last look.
 * @returns undefined when that was not so within the timeout
 * @throws the signal's reason when it is aborted
 */
export async function waitForWholeTrace(
  options: WholeTraceOptions,
): Promise<WholeTrace | undefined> {
  const { signal, pollMs = 500, timeoutMs = 30_000 } = options;
  const deadlineMs = performance.now() + timeoutMs;
  let before: WholeTrace | undefined;
  while (performance.now() < deadlineMs) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    const now = await look(options);
    if (now !== undefined && before?.spans === now.spans && before.logs === now.logs) {
      return now;
    }
    before = now;
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await sleep(pollMs, undefined, { signal });
  }
  return undefined;
}

/** @returns undefined while the trace is not there or has gaps */
async function look({
  apiUrl,
  traceId,
  signal,
}: WholeTraceOptions): Promise<WholeTrace | undefined> {
  const response = await fetch(`${apiUrl}/api/traces/${traceId}`, { signal });
  const body: unknown = await response.json();
  if (!response.ok || !Value.Check(Trace, body) || body.missingParents.length > 0) {
    return undefined;
  }
  const services = new Set(body.spans.map(({ serviceName }) => serviceName)).size;
  const logs = body.spans.reduce((sum, span) => sum + span.logs.length, 0);
  return services >= SERVICES_MIN && logs > 0
    ? { spans: body.spans.length, services, logs }
    : undefined;
}
