import type { ClickHouseClient } from "@clickhouse/client";

/** Second rounding moves the difference of two of the server's clocks by up to one. */
const ROUNDING_SECONDS = 1;

/**
 * When the server's process started, by its own clock. Also the question whether it answers at all.
 * @returns seconds since 1970
 * @throws after `timeoutMs` without an answer
 */
export async function readServerStart(
  client: ClickHouseClient,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<number> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const result = await client.query({
      query: "SELECT toUnixTimestamp(now()) - uptime() AS started",
      format: "JSONEachRow",
      abort_signal: AbortSignal.any([signal, timeout]),
    });
    const [row] = await result.json<{ started: string | number }>();
    return Number(row?.started);
  } catch (error) {
    if (!timeout.aborted) throw error;
    throw new Error(`ClickHouse did not answer a question within ${timeoutMs} ms`, {
      cause: error,
    });
  }
}

/** Whether two readings are of two lives of a server. */
export function isAnotherLife(before: number, now: number): boolean {
  return Math.abs(now - before) > ROUNDING_SECONDS;
}
