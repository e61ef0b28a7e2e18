/** Goal: a limit that ClickHouse names by its code is explained with the setting that it is of. */
import { ClickHouseError } from "@clickhouse/client";
import { expect, test } from "vitest";
import { QueryError } from "../problem/query-error.ts";
import { toQueryError } from "./faults.ts";

const connection = { url: "http://127.0.0.1:9", username: "u", password: "", database: "otel" };

test.each([
  ["158", "queryRowsReadMax"],
  ["159", "queryTimeMs"],
  ["241", "queryMemoryBytes"],
  ["307", "max_bytes_to_read"],
  ["396", "max_result_rows and max_result_bytes"],
])("code %s names %s", (code, setting) => {
  const fault = new ClickHouseError({ code, type: "", message: "Limit exceeded" });
  const error = toQueryError(fault, connection, new AbortController().signal);
  expect(error).toBeInstanceOf(QueryError);
  expect(error).toMatchObject({ code: "query_limit" });
  expect(error.message).toContain(setting);
  if (code !== "158") expect(error.message).not.toContain("queryRowsReadMax");
});
