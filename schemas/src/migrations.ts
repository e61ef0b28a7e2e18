import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { MigrationError } from "./migration-error.ts";

/** One numbered .sql file, before its placeholders are filled in. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file. */
  readonly checksum: string;
  /** Of the file as it was, where it could be changed for new tables only: `-- Was 9f86d0…: why` says so in it. */
  readonly earlierChecksums: readonly string[];
}

/** @returns the migrations of this release in order; their versions are 1, 2, 3, … without a gap */
export function loadMigrations(): readonly Migration[] {
  const directory = new URL("../migrations/", import.meta.url);
  const names = readdirSync(directory)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
  return names.map((file, index) => {
    const [, digits, name] = /^(\d{4})_(\w+)\.sql$/.exec(file) ?? [];
    const version = Number(digits);
    if (name === undefined || version !== index + 1) {
      throw new MigrationError(
        "BAD_TEMPLATE",
        `migrations/${file}: expected the name ${String(index + 1).padStart(4, "0")}_….sql`,
      );
    }
    return migrationOf(version, name, readFileSync(new URL(file, directory), "utf8"));
  });
}

export function migrationOf(version: number, name: string, sql: string): Migration {
  return {
    version,
    name,
    sql,
    checksum: createHash("sha256").update(sql).digest("hex"),
    earlierChecksums: [...sql.matchAll(/^-- Was ([0-9a-f]{64}): /gm)].map(([, was = ""]) => was),
  };
}

/** @returns a statement of `schemas/sql`, placeholders not filled in, without comments */
export function loadSql(
  name:
    | "metadata"
    | "applied_migrations"
    | "lock_holders"
    | "table_ttls"
    | "partitions"
    | "drops"
    | "profile_columns"
    | "profile_indexes"
    | "profile_rows",
): string {
  return readFileSync(new URL(`../sql/${name}.sql`, import.meta.url), "utf8");
}
