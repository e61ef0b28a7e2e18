/** Goal: the tables come out as the golden file says, however often and by however many they are made. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./testing/index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

test("every table of a release is made", async () => {
  const result = await database.client.query({ query: "SHOW TABLES", format: "JSONEachRow" });
  const names = (await result.json<{ name: string }>()).map((row) => row.name);
  expect(names.length).toBe(13);
});
