/**
 * Clocks that disagree: a server that starts before the client that called it. Told, and moved only on request: Zipkin's
 * rule puts the server in the middle of its client, and with it what its host did below.
 */
import type { ClockSkew } from "../wire.ts";
import type { VerdictSpans } from "./verdict.ts";

export interface SkewSpans extends VerdictSpans {
  /** The nearest that the span's resource says of where its clock is; empty when it says nothing. */
  readonly hostOf: (position: number) => string;
}

interface SkewedCall {
  /** The server's position; its parent is the client. */
  readonly position: number;
  readonly earlyNs: number;
  readonly offsetNs: number;
}

/** Below this a clock is as good as clocks are. */
const TELLING_NS = 100_000;
/** What a server that outlasts its client is given as the time the request travelled. */
const LATENCY_LEAST_NS = 1_000;

/** @returns one entry for each host (or service, where no host is told) whose calls are out of order, most calls first */
export function findSkew(spans: SkewSpans): ClockSkew[] {
  const groups = Map.groupBy(skewedCalls(spans), ({ position }) => clockOf(spans, position));
  return [...groups]
    .map(([clock, calls]): ClockSkew => {
      const offsets = calls.map((call) => call.offsetNs).toSorted((a, b) => a - b);
      const first = calls[0]?.position ?? 0;
      return {
        clock,
        serviceName: spans.serviceOf(first),
        callCount: calls.length,
        earlyNano: String(calls.reduce((most, call) => Math.max(most, call.earlyNs), 0)),
        offsetNano: String(offsets[Math.floor(offsets.length / 2)] ?? 0),
      };
    })
    .sort((a, b) => b.callCount - a.callCount);
}

/** @returns nanoseconds to add to each span's times, so that no server starts before its client */
export function skewOffsets(spans: SkewSpans): Float64Array {
  const { parent } = spans.forest;
  const offsets = new Float64Array(parent.length);
  const calls = new Map(skewedCalls(spans).map((call) => [call.position, call.offsetNs]));
  if (calls.size === 0) return offsets;
  parent.forEach((above, position) => {
    const own = calls.get(position);
    const inherited = above < 0 ? 0 : (offsets[above] ?? 0);
    // The client itself may have moved already.
    if (own !== undefined) offsets[position] = own + inherited;
    else if (above >= 0 && clockOf(spans, position) === clockOf(spans, above)) {
      offsets[position] = inherited;
    }
  });
  return offsets;
}

/** A server that started before its client, by whichever clocks. */
interface EarlyCall {
  readonly client: number;
  /** The server's. */
  readonly position: number;
  readonly earlyNs: number;
}

/** @returns calls that are skewed if client and server have different clocks */
export function earlyCalls(spans: VerdictSpans): EarlyCall[] {
  const calls: EarlyCall[] = [];
  spans.forest.parent.forEach((client, position) => {
    if (client < 0 || spans.kindOf(client) !== "Client" || spans.kindOf(position) !== "Server")
      return;
    const earlyNs = (spans.startNs[client] ?? 0) - (spans.startNs[position] ?? 0);
    if (earlyNs >= TELLING_NS) calls.push({ client, position, earlyNs });
  });
  return calls;
}

function skewedCalls(spans: SkewSpans): SkewedCall[] {
  const calls: SkewedCall[] = [];
  for (const { client, position, earlyNs } of earlyCalls(spans)) {
    if (clockOf(spans, position) === clockOf(spans, client)) continue;
    const spareNs = (spans.durationNs[client] ?? 0) - (spans.durationNs[position] ?? 0);
    const latencyNs = spareNs >= 0 ? spareNs / 2 : LATENCY_LEAST_NS;
    calls.push({ position, earlyNs, offsetNs: Math.round(earlyNs + latencyNs) });
  }
  return calls;
}

function clockOf(spans: SkewSpans, position: number): string {
  return spans.hostOf(position) || spans.serviceOf(position);
}
