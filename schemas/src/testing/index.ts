/** For tests of every package: a migrated ClickHouse database of its own per test file. */
export { createTestDatabase } from "./test-database.ts";
export type { TestDatabase, TestDatabaseOptions } from "./test-database.ts";
