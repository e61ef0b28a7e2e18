/**
 * Adds to package-lock.json the optional packages of other platforms that `npm install` left out, because the registry
 * at hand did not have them. `npm ci` refuses a lockfile without them, and a Mac could not install from it.
 *
 *   node scripts/complete-lockfile.mjs      run it after npm install; a test of `npm run check` says when
 */
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";

const OPERATING_SYSTEMS = [
  "darwin",
  "linux",
  "win32",
  "android",
  "freebsd",
  "openharmony",
  "aix",
  "netbsd",
  "openbsd",
  "sunos",
];
const CPUS = ["arm64", "x64", "ia32", "arm", "ppc64", "riscv64", "s390x", "loong64", "mips64el"];

const file = "package-lock.json";
const lock = JSON.parse(readFileSync(file, "utf8"));
const missing = missingOptionalPackages(lock);
for (const { key, entry } of missing) lock.packages[key] = entry;
if (missing.length > 0) {
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
}
process.stdout.write(`${missing.length} entries added\n`);

/** Every optional dependency that some package names and that the lockfile has nowhere. */
function missingOptionalPackages({ packages }) {
  const found = new Map();
  for (const [owner, description] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(description.optionalDependencies ?? {})) {
      const key = `node_modules/${name}`;
      if (key in packages || `${owner}/${key}` in packages) continue;
      found.set(key, { key, entry: entryFor(name, version, description.dev === true) });
    }
  }
  return [...found.values()];
}

/** What npm would have written, but for the checksum: the platform is read off the package's name. */
function entryFor(name, version, dev) {
  const words = name
    .replace("windows", "win32")
    .replace(/linux-64$/, "linux-x64")
    .split(/[-/]/);
  const os = words.find((word) => OPERATING_SYSTEMS.includes(word));
  const cpu =
    words.find((word) => CPUS.includes(word)) ?? (words.at(-1) === "64" ? "x64" : undefined);
  const libc = words.some((word) => word.startsWith("musl")) ? "musl" : "glibc";
  return {
    version,
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(dev ? { dev: true } : {}),
    ...(os === "linux" && words.some((word) => /^(musl|gnu)/.test(word)) ? { libc: [libc] } : {}),
    optional: true,
    ...(os === undefined ? {} : { os: [os] }),
  };
}
