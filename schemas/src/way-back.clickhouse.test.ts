/**
 * Goal: the way back of docs/upgrading.md leads from this release to any before it, and forward again. Method: its statements, read
 * from the document, take a database of this release back one migration after the other; at each the release of then starts,
 * writes its own columns, and the indexes and views that it does not know are dropped; at the end this release upgrades.
 */
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { loadMigrations } from "./migrations.ts";
import { dumpTables } from "./testing/dump-tables.ts";
import { createTestDatabase, type TestDatabase } from "./testing/index.ts";
import { hexId } from "./testing/records.ts";
import { addRecords, count, rowsOf, today, yesterday } from "./testing/records-of-a-day.ts";

const migrations = loadMigrations();
const newest = migrations.length;
const before = migrations.slice(0, -1).toReversed();

/** Every migration twice, on a machine that may have much to do. */
const TIMEOUT_MS = 300_000;

const open: TestDatabase[] = [];
afterAll(async () => {
  await Promise.all(open.map(async (database) => database.drop()));
});

/** What a version of the schema has. */
interface Inventory {
  readonly tables: ReadonlySet<string>;
  readonly views: ReadonlySet<string>;
  /** `table.index`. */
  readonly indexes: ReadonlySet<string>;
  /** Those that an INSERT may name, by table. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
}

test(
  `the way back of docs/upgrading.md, from version ${newest} to 1 and forward again`,
  async () => {
    const text = readWayBack();
    const database = await createTestDatabase({ migrate: false });
    open.push(database);
    const inventories = await migrateStepwise(database);
    const asNew = await dumpTables(database);
    await addRecords(database, { version: newest, day: yesterday, seed: newest });
    const dropped: string[] = [];
    for (const { version } of before) {
      const then = { migrations: migrations.slice(0, version) };
      await expect(migrate(database.connection, then)).rejects.toMatchObject({
        code: "SCHEMA_NEWER",
      });
      await database.client.command({
        query: text.forget
          .replace("'otel'", `'${database.connection.database}'`)
          .replace(/> \d+/, `> ${version}`),
      });
      expect(await migrate(database.connection, then)).toMatchObject({ version, applied: [] });
      const inventory = inventories[version - 1];
      if (inventory === undefined) throw new Error(`no inventory of version ${version}`);
      await addRecords(database, {
        version,
        day: today,
        seed: version,
        columnsOf: (table) => inventory.columns.get(table) ?? [],
      });
      expect(await count(database, `otel_logs WHERE TraceId = '${hexId(version, 16)}'`)).toBe(1);
      if (version >= 2) {
        expect(await count(database, `otel_traces WHERE SpanId = '${hexId(version, 8)}'`)).toBe(1);
      }
      dropped.push(...(await dropWhatIsNewer(database, inventory, text)));
    }
    expect(dropped).toEqual(
      expect.arrayContaining(["request_spans", "otel_traces_red_1m_mv", "otel_logs.idx_span"]),
    );
    const again = await migrate(database.connection);
    expect(again.applied.map(({ version }) => version)).toEqual(
      migrations.slice(1).map(({ version }) => version),
    );
    expect(await dumpTables(database)).toBe(asNew);
    const requests = "SELECT sum(Requests) AS n FROM otel_traces_red_1m";
    const [sum] = await rowsOf<{ n: string }>(database, requests);
    await addRecords(database, { version: newest, day: today, seed: newest + 1 });
    const [sumAfter] = await rowsOf<{ n: string }>(database, requests);
    expect(Number(sumAfter?.n) - Number(sum?.n)).toBe(1);
    // One of each version, and the first and the last of this one.
    expect(await count(database, "otel_logs WHERE hasAllTokens(lower(Body), 'disk')")).toBe(
      newest + 1,
    );
    expect(await count(database, "otel_traces WHERE has(SpanAttributeItems, 'user.id=42')")).toBe(
      newest,
    );
  },
  TIMEOUT_MS,
);

interface WayBack {
  readonly forget: string;
  readonly dropIndex: string;
  readonly dropView: string;
}

function readWayBack(): WayBack {
  const document = readFileSync(new URL("../../docs/upgrading.md", import.meta.url), "utf8");
  const [, section = ""] = document.split("## The way back");
  const find = (pattern: RegExp): string => {
    const statement = pattern.exec(section)?.[1];
    if (statement === undefined) throw new Error(`docs/upgrading.md: nothing like ${pattern}`);
    return statement;
  };
  return {
    forget: find(/```sql\n(ALTER TABLE throughline\.migrations DELETE [^;]+);/),
    dropIndex: find(/`(ALTER TABLE otel\.otel_traces DROP INDEX name)`/),
    dropView: find(/`(DROP VIEW otel\.name)`/),
  };
}

/** @returns what each version has, the first at 0 */
async function migrateStepwise(database: TestDatabase): Promise<readonly Inventory[]> {
  const inventories: Inventory[] = [];
  for (const { version } of migrations) {
    await migrate(database.connection, { migrations: migrations.slice(0, version) });
    inventories.push(await takeInventory(database));
  }
  return inventories;
}

async function takeInventory(database: TestDatabase): Promise<Inventory> {
  const of = "WHERE database = currentDatabase()";
  const tables = await rowsOf<{ name: string; engine: string }>(
    database,
    `SELECT name, engine FROM system.tables ${of}`,
  );
  const indexes = await rowsOf<{ name: string }>(
    database,
    `SELECT concat(table, '.', name) AS name FROM system.data_skipping_indices ${of}`,
  );
  const columns = await rowsOf<{ table: string; names: string[] }>(
    database,
    `SELECT table, groupArray(name) AS names FROM system.columns ${of} AND default_kind IN ('', 'DEFAULT') GROUP BY table`,
  );
  const isView = ({ engine }: { readonly engine: string }): boolean => engine.endsWith("View");
  const names = (of: readonly { readonly name: string }[]): ReadonlySet<string> =>
    new Set(of.map(({ name }) => name));
  return {
    tables: names(tables.filter((table) => !isView(table))),
    views: names(tables.filter((table) => isView(table))),
    indexes: names(indexes),
    columns: new Map(columns.map(({ table, names: found }) => [table, found])),
  };
}

/**
 * Indexes only of tables that the version has: those of a newer table go and come with it.
 * @returns what was dropped
 */
async function dropWhatIsNewer(
  database: TestDatabase,
  version: Inventory,
  text: WayBack,
): Promise<readonly string[]> {
  const now = await takeInventory(database);
  const { database: name } = database.connection;
  const views = [...now.views].filter((view) => !version.views.has(view));
  const indexes = [...now.indexes].filter(
    (index) => !version.indexes.has(index) && version.tables.has(index.split(".")[0] ?? ""),
  );
  const statements = [
    ...views.map((view) => text.dropView.replace("otel.name", `${name}.${view}`)),
    ...indexes.map((index) => {
      const [table = "", indexName = ""] = index.split(".");
      const ofTable = text.dropIndex.replace("otel.otel_traces", `${name}.${table}`);
      return ofTable.replace(/name$/, indexName);
    }),
  ];
  for (const query of statements) await database.client.command({ query });
  return [...views, ...indexes];
}
