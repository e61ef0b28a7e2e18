import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../..", import.meta.url));
const STAMP = join(FOLDER, "dist", ".sources");
const LOCK = join(FOLDER, "dist", ".lock");
const LOCK_WAIT_MS = 100;
const LOCK_WAITS_MAX = 600;

/**
 * The tests run what would be published: dist, compiled from the sources beside them. Compiled once per state of the sources,
 * since another test file's applications may be loading it at this moment.
 */
export function buildSdk(): void {
  mkdirSync(join(FOLDER, "dist"), { recursive: true });
  const sources = fingerprint();
  for (let waits = 0; !isBuilt(sources); waits++) {
    if (tryLock()) {
      try {
        build();
        writeFileSync(STAMP, sources);
      } finally {
        rmSync(LOCK, { recursive: true });
      }
      return;
    }
    if (waits === LOCK_WAITS_MAX) throw new Error(`${LOCK} stays; remove it if no test is running`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_WAIT_MS);
  }
}

function isBuilt(sources: string): boolean {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === sources;
}

function tryLock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    return false;
  }
}

function build(): void {
  const tsc = fileURLToPath(import.meta.resolve("typescript/package.json")).replace(
    "package.json",
    "bin/tsc",
  );
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: FOLDER });
}

function fingerprint(): string {
  const hash = createHash("sha256");
  const names = readdirSync(join(FOLDER, "src"), { recursive: true, encoding: "utf8" });
  for (const name of names.toSorted()) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts") || name.startsWith("testing")) continue;
    hash.update(name).update(readFileSync(join(FOLDER, "src", name)));
  }
  return hash.digest("hex");
}
