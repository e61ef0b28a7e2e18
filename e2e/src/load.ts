import { setTimeout as sleep } from "node:timers/promises";

/** What a load run knows: which records were acknowledged, and how many requests were not. */
export interface LoadResult {
  readonly acknowledgedLogs: ReadonlySet<string>;
  readonly acknowledgedSpans: ReadonlySet<string>;
  /** Points of a sum; filled only where `metrics` is asked for. */
  readonly acknowledgedPoints: ReadonlySet<string>;
  readonly failedRequests: number;
  /** How many failed in which way: the HTTP status and the beginning of the answer, or the connection's failure. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface LoadOptions {
  readonly otlpHttpUrl: string;
  /** Part of every id, so that runs against one database do not meet. 1..4 hex digits. */
  readonly run: string;
  readonly clients: number;
  readonly recordsPerRequest: number;
  /** Ends the load; requests under way are finished first. */
  readonly signal: AbortSignal;
  /** Every second record is one day older, to fill two partitions at once. */
  readonly twoDays?: boolean;
  /** Also send metrics. */
  readonly metrics?: boolean;
  /** Each client rests this long after each request; default 0. */
  readonly pauseMs?: number;
}

type Kind = "logs" | "traces" | "metrics";

/**
 * Sends logs, spans and points as OTLP/JSON, each record with an id that occurs once, as fast as the given number of
 * clients can with one request each under way. A request that fails is not sent again: its records may be stored or not.
 */
export async function generateLoad(options: LoadOptions): Promise<LoadResult> {
  const acknowledged = {
    logs: new Set<string>(),
    traces: new Set<string>(),
    metrics: new Set<string>(),
  };
  const kinds: readonly Kind[] =
    options.metrics === true ? ["logs", "traces", "metrics"] : ["logs", "traces"];
  let failedRequests = 0;
  const failures: Record<string, number> = {};
  let sequence = 0;
  let requests = 0;
  const client = async (): Promise<void> => {
    while (!options.signal.aborted) {
      const ids = Array.from(
        { length: options.recordsPerRequest },
        () => `${options.run.padStart(4, "0")}${(sequence++).toString(16).padStart(12, "0")}`,
      );
      const kind = kinds[requests++ % kinds.length] ?? "logs";
      const failure = await post(`${options.otlpHttpUrl}/v1/${kind}`, body(kind, ids, options));
      if (failure === "") {
        for (const id of ids) acknowledged[kind].add(id);
        if (options.pauseMs !== undefined) await sleep(options.pauseMs);
      } else {
        failedRequests++;
        failures[failure] = (failures[failure] ?? 0) + 1;
        await sleep(20);
      }
    }
  };
  await Promise.all(Array.from({ length: options.clients }, client));
  return {
    acknowledgedLogs: acknowledged.logs,
    acknowledgedSpans: acknowledged.traces,
    acknowledgedPoints: acknowledged.metrics,
    failedRequests,
    failures,
  };
}

/** @returns empty when the request was accepted */
async function post(url: string, payload: string): Promise<string> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: payload,
    });
    const text = await response.text();
    return response.ok ? "" : `${response.status} ${text.slice(0, 80)}`;
  } catch {
    return "no answer"; // The process that would have answered is gone.
  }
}

const DAY_NANOS = 86_400_000_000_000n;

function body(kind: Kind, ids: readonly string[], options: LoadOptions): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  const time = (index: number) =>
    options.twoDays === true && index % 2 === 1 ? now - DAY_NANOS : now;
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "load" } }] };
  switch (kind) {
    case "logs": {
      const logRecords = ids.map((id, index) => ({
        timeUnixNano: String(time(index)),
        severityNumber: 9,
        body: { stringValue: id },
      }));
      return JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });
    }
    case "traces": {
      const spans = ids.map((id, index) => ({
        traceId: `${id}${id}`,
        spanId: id,
        name: "load",
        kind: 2,
        startTimeUnixNano: String(time(index)),
        // Of as many spans in two segments the sum tells which is which.
        endTimeUnixNano: String(time(index) + 1_000_000n + (BigInt(`0x${id}`) % 1_000_003n)),
      }));
      return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
    }
    case "metrics": {
      const dataPoints = ids.map((id, index) => ({
        attributes: [{ key: "id", value: { stringValue: id } }],
        timeUnixNano: String(time(index)),
        asInt: "1",
      }));
      const sum = { aggregationTemporality: 1, isMonotonic: true, dataPoints };
      const metrics = [{ name: "load", sum }];
      return JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
    }
  }
}
