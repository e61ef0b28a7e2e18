export type { ClickHouseConnection } from "./connection.ts";
