import { setTimeout as sleep } from "node:timers/promises";

/** What a load run knows: which records were acknowledged, and how many requests were not. */
export interface LoadResult {
  readonly acknowledgedLogs: ReadonlySet<string>;
  readonly acknowledgedSpans: ReadonlySet<string>;
  readonly failedRequests: number;
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
}

/**
 * Sends logs and spans as OTLP/JSON, each record with an id that occurs once, as fast as the given number of clients can
 * with one request each under way. A request that fails is not sent again: its records may be stored or not.
 */
export async function generateLoad(options: LoadOptions): Promise<LoadResult> {
  const acknowledgedLogs = new Set<string>();
  const acknowledgedSpans = new Set<string>();
  let failedRequests = 0;
  let sequence = 0;
  const client = async (): Promise<void> => {
    while (!options.signal.aborted) {
      const ids = Array.from(
        { length: options.recordsPerRequest },
        () => `${options.run.padStart(4, "0")}${(sequence++).toString(16).padStart(12, "0")}`,
      );
      const logs = sequence % 2 === 0;
      const ok = await post(
        `${options.otlpHttpUrl}/v1/${logs ? "logs" : "traces"}`,
        body(logs, ids, options),
      );
      if (ok) for (const id of ids) (logs ? acknowledgedLogs : acknowledgedSpans).add(id);
      else {
        failedRequests++;
        await sleep(20);
      }
      // One client alternates between the signals; an odd count would otherwise keep the parity.
      sequence++;
    }
  };
  await Promise.all(Array.from({ length: options.clients }, client));
  return { acknowledgedLogs, acknowledgedSpans, failedRequests };
}

async function post(url: string, payload: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: payload,
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // The process that would have answered is gone.
  }
}

const DAY_NANOS = 86_400_000_000_000n;

function body(logs: boolean, ids: readonly string[], options: LoadOptions): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "load" } }] };
  const records = ids.map((id, index) => {
    const time = options.twoDays === true && index % 2 === 1 ? now - DAY_NANOS : now;
    return logs
      ? { timeUnixNano: String(time), severityNumber: 9, body: { stringValue: id } }
      : {
          traceId: `${id}${id}`,
          spanId: id,
          name: "load",
          kind: 2,
          startTimeUnixNano: String(time),
          endTimeUnixNano: String(time + 1_000_000n),
        };
  });
  return JSON.stringify(
    logs
      ? { resourceLogs: [{ resource, scopeLogs: [{ logRecords: records }] }] }
      : { resourceSpans: [{ resource, scopeSpans: [{ spans: records }] }] },
  );
}
