/**
 * One process per spool directory.
 *
 * The lock is an exclusive transaction of SQLite on a small file: a lock of the kernel's, so it is gone the moment
 * its process is, `kill -9` included, and it holds between containers that share a volume. A file with a process
 * id in it can do neither, and Node has no flock.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SpoolError } from "./disk.ts";

export interface DirectoryLock {
  release(): void;
}

/** @throws SpoolError SPOOL_LOCKED when another process, or another spool of this one, holds the directory */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, "lock");
  const ownerPath = join(directory, "lock.owner");
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw new SpoolError(
      "SPOOL_LOCKED",
      `the spool directory ${directory} is in use by ${ownerOf(ownerPath)}; stop it or set another data directory`,
      { cause: error },
    );
  }
  writeFileSync(ownerPath, `${process.pid}\n`);
  return { release: () => database.close() };
}

function ownerOf(path: string): string {
  try {
    return `process ${readFileSync(path, "utf8").trim()}`;
  } catch {
    return "another process";
  }
}
