import type { ClickHouseClient } from "@clickhouse/client";
import type { Clock } from "../clock.ts";

/** Second rounding moves the difference of two of the server's clocks by up to one. */
const ROUNDING_SECONDS = 1;

/** When the server's process started, in seconds since 1970. */
export interface ServerLife {
  /** By its own clock: the same in every reading, but for rounding. */
  readonly start: number;
  /** By ours, to compare with the times of segments: the two clocks may differ. */
  readonly startedHere: number;
}

export interface AskingForLife {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Also the question whether the server answers at all. @throws after `timeoutMs` without an answer */
export async function readServerLife(
  client: ClickHouseClient,
  { signal, timeoutMs, clock }: AskingForLife,
): Promise<ServerLife> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const result = await client.query({
      query: "SELECT toUnixTimestamp(now()) - uptime() AS started, uptime() AS uptime",
      format: "JSONEachRow",
      abort_signal: AbortSignal.any([signal, timeout]),
    });
    const [row] = await result.json<Record<"started" | "uptime", string | number>>();
    // A second too late rather than too early: what was sent to an earlier life is forgotten then.
    const startedHere = clock.unixMs() / 1000 - Number(row?.uptime) + ROUNDING_SECONDS;
    return { start: Number(row?.started), startedHere };
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
