import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { MigrationError } from "./migration-error.ts";

export interface LockOptions {
  readonly metadataDatabase: string;
  readonly database: string;
  /** {{…}} already filled in. */
  readonly holdersSql: string;
  /** How long a holder that says nothing any more still counts; it says something every third of it. */
  readonly leaseMs: number;
  readonly timeoutMs: number;
}

export interface MigrationLock {
  /** Host, process and random digits. */
  readonly holder: string;
  readonly waitedMs: number;
  release(): Promise<void>;
}

const POLL_MS = 100;

/**
 * ClickHouse has no locks, but an INSERT that was answered is seen by every later SELECT. So everyone first inserts
 * a row saying "I want it" and then reads who else does. Alone means holding: of two, the second one to insert sees
 * the first. Where several wait, the one whose name sorts first stays and the others withdraw and come again later, so
 * somebody always gets it. A holder that died stops renewing its row and no longer counts after the lease.
 *
 * This holds on one server; on a cluster all migrators must be given the same host.
 * @throws MigrationError LOCK_TIMEOUT naming the holder
 */
export async function acquireMigrationLock(
  client: ClickHouseClient,
  options: LockOptions,
): Promise<MigrationLock> {
  const holder = `${hostname()}:${process.pid}:${randomBytes(6).toString("hex")}`;
  const startedAt = performance.now();
  let others: readonly string[] = [];
  let wanting = false;
  let renewedAt = 0;
  for (;;) {
    const now = performance.now();
    if (now - startedAt > options.timeoutMs) {
      if (wanting) await write(client, options, { holder, released: true });
      throw new MigrationError(
        "LOCK_TIMEOUT",
        `waited ${Math.round(options.timeoutMs / 1000)} s for ${others.join(", ")} to finish migrating ${options.database}`,
      );
    }
    if (!wanting || now - renewedAt > options.leaseMs / 3) {
      await write(client, options, { holder, released: false });
      wanting = true;
      renewedAt = now;
    }
    others = (await holders(client, options)).filter((other) => other !== holder);
    if (others.length === 0) break;
    if (others.some((other) => other < holder)) {
      await write(client, options, { holder, released: true });
      wanting = false;
      // Apart, so that those who withdrew together do not come back together.
      await sleep(POLL_MS + Math.random() * POLL_MS * 4);
    } else {
      await sleep(POLL_MS);
    }
  }
  const renewal = setInterval(() => {
    // A renewal that fails is tried again at the next; the lease outlasts two of them.
    write(client, options, { holder, released: false }).catch(() => undefined);
  }, options.leaseMs / 3);
  return {
    holder,
    waitedMs: performance.now() - startedAt,
    release: async () => {
      clearInterval(renewal);
      await write(client, options, { holder, released: true });
    },
  };
}

async function holders(client: ClickHouseClient, options: LockOptions): Promise<readonly string[]> {
  const result = await client.query({
    query: options.holdersSql,
    query_params: { database: options.database, leaseMs: options.leaseMs },
    format: "JSONEachRow",
  });
  const rows = await result.json<{ holder: string }>();
  return rows.map((row) => row.holder);
}

async function write(
  client: ClickHouseClient,
  options: LockOptions,
  row: { readonly holder: string; readonly released: boolean },
): Promise<void> {
  await client.insert({
    table: `${options.metadataDatabase}.migration_locks`,
    columns: ["TargetDatabase", "Holder", "Released"],
    values: [[options.database, row.holder, row.released]],
    format: "JSONCompactEachRow",
    clickhouse_settings: { async_insert: 0 },
  });
}
