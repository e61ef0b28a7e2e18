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
 * ClickHouse has no locks, but an INSERT that was answered is seen by every later SELECT. So whoever sees nobody
 * inserts a row saying "I want it", and then reads who else does. Alone means holding: of two, the second one to
 * insert sees the first. Where several want it, the one whose name sorts first stays and the others withdraw, so
 * somebody always gets it. A holder that died stops renewing its row and no longer counts after the lease.
 *
 * This holds on one server; on a cluster all migrators must be given the same host.
 *
 * @param isDone whether the lock has become pointless, asked while waiting
 * @returns undefined when it has
 * @throws MigrationError LOCK_TIMEOUT naming the holder
 */
export async function acquireMigrationLock(
  client: ClickHouseClient,
  options: LockOptions,
  isDone: () => Promise<boolean>,
): Promise<MigrationLock | undefined> {
  const holder = `${hostname()}:${process.pid}:${randomBytes(6).toString("hex")}`;
  const startedAt = performance.now();
  const elapsedMs = (): number => performance.now() - startedAt;
  for (;;) {
    const others = await otherHolders(client, options, holder);
    if (others.length === 0) {
      const outcome = await tryToHold(client, options, holder);
      if (outcome === "held") break;
    }
    if (elapsedMs() > options.timeoutMs) {
      throw new MigrationError(
        "LOCK_TIMEOUT",
        `waited ${Math.round(elapsedMs() / 1000)} s for ${others.join(", ")} to finish migrating ${options.database}`,
      );
    }
    // Apart, so that those who withdrew together do not come back together.
    await sleep(POLL_MS * (1 + Math.random() * 4));
    if (await isDone()) return undefined;
  }
  const renewal = setInterval(() => {
    // A renewal that fails is tried again at the next; the lease outlasts two of them.
    write(client, options, { holder, released: false }).catch(() => undefined);
  }, options.leaseMs / 3);
  return {
    holder,
    waitedMs: elapsedMs(),
    release: async () => {
      clearInterval(renewal);
      await write(client, options, { holder, released: true });
    },
  };
}

/** Stands for the lock: holds it once everyone else has withdrawn, or withdraws before a name that sorts first. */
async function tryToHold(
  client: ClickHouseClient,
  options: LockOptions,
  holder: string,
): Promise<"held" | "withdrawn"> {
  await write(client, options, { holder, released: false });
  const standsUntil = performance.now() + options.leaseMs / 3;
  while (performance.now() < standsUntil) {
    const others = await otherHolders(client, options, holder);
    if (others.length === 0) return "held";
    if (others.some((other) => other < holder)) break;
    await sleep(POLL_MS);
  }
  await write(client, options, { holder, released: true });
  return "withdrawn";
}

async function otherHolders(
  client: ClickHouseClient,
  options: LockOptions,
  holder: string,
): Promise<readonly string[]> {
  return (await holders(client, options)).filter((other) => other !== holder);
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
