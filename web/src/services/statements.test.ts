/** Goal: a page opens as the statement that counts it, and no name of a service becomes SQL. */
import { expect, test } from "vitest";
import { mapSql, serviceSql, servicesSql } from "./statements.ts";

const NONE = { environment: "", operation: "", status: "" } as const;

test("names are literals, whatever they hold", () => {
  const sql = serviceSql("o'brien\\' OR 1", ["Server"], NONE);
  expect(sql).toContain(String.raw`ServiceName = 'o\'brien\\\' OR 1'`);
});

test("what is not filtered on is not asked", () => {
  expect(servicesSql("")).not.toContain("deployment");
  expect(serviceSql("pay", [], NONE)).toContain(
    "WHERE $__timeFilter(Timestamp) AND ServiceName = 'pay'\n",
  );
  expect(
    serviceSql("pay", ["Server", "Consumer"], {
      environment: "prod",
      operation: "GET /",
      status: "error",
    }),
  ).toContain(
    "ServiceName = 'pay' AND SpanKind IN ('Server', 'Consumer') AND SpanName = 'GET /' AND StatusCode = 'Error' AND ResourceAttributes['deployment.environment.name'] = 'prod'",
  );
});

test("calls are those into the environment, as the map counts them", () => {
  const sql = mapSql("prod");
  expect(sql).toContain(
    "WHERE $__timeFilter(Timestamp) AND ResourceAttributes['deployment.environment.name'] = 'prod') AS called",
  );
  expect(sql).toContain("WHERE $__timeFilter(Timestamp)) AS caller");
  expect(mapSql("")).not.toContain("deployment");
});
