import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What tests install for themselves: ignored by git, kept between runs. */
const CACHE = fileURLToPath(new URL("../../../.throughline/", import.meta.url));
const INSTALL_MS_MAX = 300_000;

/**
 * Fills a folder once, whichever test process comes first; the others wait for it.
 * @param name a folder name that changes when its content should
 * @param fill gets an empty folder
 * @returns the path of the filled folder
 */
export function installOnce(name: string, fill: (folder: string) => void): string {
  const target = `${CACHE}${name}`;
  const lock = `${target}.lock`;
  mkdirSync(CACHE, { recursive: true });
  while (!existsSync(target)) {
    if (!takeLock(lock)) continue;
    try {
      rmSync(`${target}.new`, { recursive: true, force: true });
      mkdirSync(`${target}.new`);
      fill(`${target}.new`);
      renameSync(`${target}.new`, target);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return target;
}

/** Runs npm in a folder; nothing that it installs runs a script. */
export function npm(folder: string, ...args: readonly string[]): void {
  execFileSync("npm", args, {
    cwd: folder,
    timeout: INSTALL_MS_MAX,
    env: {
      ...process.env,
      npm_config_ignore_scripts: "true",
      npm_config_audit: "false",
      npm_config_fund: "false",
      npm_config_loglevel: "error",
      // No program that a test starts calls home.
      NEXT_TELEMETRY_DISABLED: "1",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    // Someone else installs, or died doing so.
    if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > INSTALL_MS_MAX) {
      rmSync(lock, { recursive: true, force: true });
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
    return false;
  }
}
