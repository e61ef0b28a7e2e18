/** The service without a port and without a ClickHouse, for what it answers by itself. */
import { pino } from "pino";
import { type QueryApp, buildApp } from "../server.ts";

export function buildUnansweredApp(): Promise<QueryApp> {
  return buildApp({
    host: "127.0.0.1",
    port: 0,
    clickhouse: { url: "http://127.0.0.1:9", username: "nobody", password: "", database: "otel" },
    otlpGrpcEndpoint: "",
    otlpHttpEndpoint: "",
    version: "0.0.0-test",
    logger: pino({ level: "silent" }),
  });
}
