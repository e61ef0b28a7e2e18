/** The statements behind the questions, from the engine's own log. */
import { readFileSync } from "node:fs";
import type { ClickHouseClient } from "@throughline/schemas";

/** All in the mean over the times that it was asked, unless they say otherwise. */
export interface StatementCost {
  readonly times: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly cpuMs: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly granules: number;
  readonly parts: number;
  /** Its text in the slowest case; values are parameters and not in it. */
  readonly slowest: string;
}

/** @returns the most costly first, since the engine was started */
export async function readStatements(client: ClickHouseClient): Promise<readonly StatementCost[]> {
  await client.command({ query: "SYSTEM FLUSH LOGS" });
  const result = await client.query({
    query: readFileSync(new URL("statements.sql", import.meta.url), "utf8"),
    format: "JSONEachRow",
  });
  return result.json<StatementCost>();
}

/** Pure: a line of figures and a line of SQL for each. */
export function formatStatements(statements: readonly StatementCost[]): string {
  return statements
    .map(
      ({ times, p50Ms, p95Ms, cpuMs, rowsRead, bytesRead, granules, parts, slowest }) =>
        `${times} x ${p50Ms.toFixed(0)} / ${p95Ms.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms CPU, ${Math.round(rowsRead)} rows, ` +
        `${(bytesRead / 1e6).toFixed(1)} MB, ${granules.toFixed(0)} granules of ${parts.toFixed(0)} parts\n    ${slowest.slice(0, 2_000)}`,
    )
    .join("\n");
}
