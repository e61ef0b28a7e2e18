import { readFileSync } from "node:fs";
import type { ClickHouseClient } from "@throughline/schemas";
import type { TraceCase } from "./budgets.ts";

const DURATION_NS = 8_000_000_000;

/** Writes the traces straight into the tables, a minute before now. */
export async function fillTraces(
  client: ClickHouseClient,
  cases: readonly TraceCase[],
): Promise<void> {
  const startNs = `${Date.now() - 60_000}000000`;
  for (const { traceId, spans, fanOut } of cases) {
    const params = {
      trace_id: traceId,
      spans,
      fan_out: fanOut,
      start_ns: startNs,
      duration_ns: DURATION_NS,
    };
    // oxlint-disable-next-line no-await-in-loop -- logs are made of the spans before them
    await client.command({ query: readSql("traces"), query_params: params });
    // oxlint-disable-next-line no-await-in-loop -- see above
    await client.command({ query: readSql("logs"), query_params: params });
  }
}

function readSql(name: string): string {
  return readFileSync(new URL(`${name}.sql`, import.meta.url), "utf8");
}
