import type { ClickHouseClient } from "@clickhouse/client";
import { embeddedConnections } from "@throughline/engine";
import { createClickHouseClient } from "@throughline/schemas";
import type { Product } from "./product.ts";

/** A client of the product's own ClickHouse that may see every table. */
export function connectOwner(product: Product): ClickHouseClient {
  const { port } = new URL(product.clickhouseUrl);
  const connections = embeddedConnections({
    dataDir: product.dataDir,
    httpPort: Number(port),
    database: "otel",
  });
  if (connections === undefined)
    throw new Error(`no engine was ever started in ${product.dataDir}`);
  return createClickHouseClient(connections.owner, "e2e");
}

/** Rows as they are stored, with numbers of 64 bits as numbers. */
export async function readRows<T>(
  clickhouse: ClickHouseClient,
  query: string,
  params: Readonly<Record<string, unknown>> = {},
): Promise<readonly T[]> {
  const answer = await clickhouse.query({
    query,
    query_params: { ...params },
    format: "JSONEachRow",
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return answer.json<T>();
}
