export type { ClickHouseConnection } from "./connection.ts";
export { insertColumns, partitionColumn, TABLE_NAMES } from "./tables.ts";
export type { InsertColumn, TableName } from "./tables.ts";
