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

test("a migration that names what it was is not run again where that ran", () => {
  const edited = migrationOf(2, "two", `SELECT 22\n\n-- Was ${two.checksum}: of two rows.\n`);
  expect(pendingMigrations([one, two], [one, edited, three])).toEqual([three]);
  expect(pendingMigrations([one, edited], [one, edited])).toEqual([]);
  const other = { ...two, checksum: three.checksum };
  expect(() => pendingMigrations([one, other], [one, edited])).toThrow(/migration 2 \(two\)/);
});

test("the tables that were made by what a migration was are known still", () => {
  const changed = loadMigrations().filter(({ earlierChecksums }) => earlierChecksums.length > 0);
  expect(changed.map(({ version, earlierChecksums }) => [version, ...earlierChecksums])).toEqual([
    [1, "c80a754ec430c0050264d0e601387936d99ee5111061589da3972bccd6d975f0"],
    [2, "bf189ccfd1ff1b61f0beaf30a4c40571fd21436737c53e15d1f3c8b522091397"],
    [3, "2956be0e12efab1ad5e30b551cb04dece2c0996277a4fcab4c4f15122864f821"],
    [5, "5a39ad7d579cf4511dce7ad7a157f7285086967b100027ab579802e5a0e02848"],
    [8, "bec342ebff6af7f2a62d68b5a2078570f2d229004cdc6a2fdd66a88ea4fbdc99"],
    [9, "c7626b89250b24560934e8262197d2ef154b2fe0fb8e18d224754d7ec0a573e4"],
    [10, "098af5c256236f2aa458377409359792656b84056c8659b652666228f8f6f8a2"],
  ]);
});
