/**
 * What a view of a newer release would have made of rows that were stored before it: an installation has it after hours, a
 * filled directory, to which nothing is written, at once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@throughline/schemas";

const HOUR_SECONDS = 3_600;
/** More than a day of hours of services takes. */
const REFRESHES_MAX = 100;

/** Only while nothing is written. Does nothing where it was done, or where the views are as old as the rows. */
export async function catchUp(client: ClickHouseClient): Promise<void> {
  await fillMinutes(client);
  await computeHours(client);
}

/** `otel_traces_red_services_1m` for all of `otel_traces_red_1m`, and then the mark goes that says since when it is whole. */
async function fillMinutes(client: ClickHouseClient): Promise<void> {
  const [marks] = await rows<{ n: string }>(
    client,
    "SELECT count() AS n FROM otel_traces_red_services WHERE Width = 60",
  );
  if (marks === undefined || marks.n === "0") return;
  const hours = await rows<{ hour: number }>(
    client,
    "SELECT toUnixTimestamp(toStartOfHour(Bucket)) AS hour FROM otel_traces_red_1m GROUP BY hour ORDER BY hour",
  );
  await client.command({ query: "TRUNCATE TABLE otel_traces_red_services_1m" });
  for (const { hour } of hours) {
    // oxlint-disable-next-line no-await-in-loop -- an hour fits into any memory
    await client.command({
      query: MINUTES_OF_HOUR,
      query_params: { from: hour, to: hour + HOUR_SECONDS },
    });
  }
  await client.command({
    query:
      "ALTER TABLE otel_traces_red_services DELETE WHERE Width = 60 SETTINGS mutations_sync = 2",
  });
}

async function computeHours(client: ClickHouseClient): Promise<void> {
  let known = -1;
  for (let refresh = 0; refresh < REFRESHES_MAX; refresh++) {
    /* oxlint-disable no-await-in-loop -- each goes on where the one before ended */
    await client.command({ query: "SYSTEM REFRESH VIEW otel_traces_red_operations_1h_mv" });
    // It begins in the background; until then there is nothing to wait for.
    await sleep(1_000);
    await client.command({ query: "SYSTEM WAIT VIEW otel_traces_red_operations_1h_mv" });
    const [now] = await rows<{ n: string }>(
      client,
      "SELECT count() AS n FROM otel_traces_red_operations_1h",
    );
    /* oxlint-enable no-await-in-loop */
    if (Number(now?.n) === known) return;
    known = Number(now?.n);
  }
}

async function rows<Row>(client: ClickHouseClient, query: string): Promise<readonly Row[]> {
  return (await client.query({ query, format: "JSONEachRow" })).json<Row>();
}

/** As the view does it. */
const MINUTES_OF_HOUR = `INSERT INTO otel_traces_red_services_1m
SELECT
    minutes.Bucket AS Bucket, ServiceName, SpanKind, DeploymentEnvironment, sum(minutes.Requests) AS Requests,
    sum(minutes.Errors) AS Errors, quantilesTDigestMergeState(0.5, 0.9, 0.95, 0.99)(minutes.DurationQ) AS DurationQ,
    sumMap(map(toString(minutes.SpanName), toUInt64(minutes.Requests))) AS Operations
FROM otel_traces_red_1m AS minutes
WHERE minutes.Bucket >= toDateTime({from:UInt32}) AND minutes.Bucket < toDateTime({to:UInt32})
GROUP BY Bucket, ServiceName, SpanKind, DeploymentEnvironment
SETTINGS max_threads = 1`;
