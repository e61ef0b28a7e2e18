/** Goal: migrations only ever grow at the end. */
import { expect, test } from "vitest";
import { pendingMigrations } from "./migrate.ts";
import { loadMigrations, migrationOf } from "./migrations.ts";

const one = migrationOf(1, "one", "SELECT 1");
const two = migrationOf(2, "two", "SELECT 2");
const three = migrationOf(3, "three", "SELECT 3");

test("the files are numbered from 1 without a gap", () => {
  const versions = loadMigrations().map(({ version }) => version);
  expect(versions.length).toBeGreaterThan(0);
  expect(versions).toEqual(versions.map((_, index) => index + 1));
});

test("what has not run is pending, in order", () => {
  expect(pendingMigrations([], [one, two])).toEqual([one, two]);
  expect(pendingMigrations([one], [one, two, three])).toEqual([two, three]);
  expect(pendingMigrations([one, two], [one, two])).toEqual([]);
});

test("tables of a newer release are refused, naming both versions", () => {
  expect(() => pendingMigrations([one, two, three], [one, two])).toThrow(
    /version 3 \(three\) and this release knows 2/,
  );
});

test("a migration that was edited after it ran is refused", () => {
  const edited = migrationOf(2, "two", "SELECT 22");
  expect(() => pendingMigrations([one, two], [one, edited])).toThrow(/migration 2 \(two\)/);
});
