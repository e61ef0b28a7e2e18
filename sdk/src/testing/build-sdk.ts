import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The tests run what would be published: dist, compiled from the sources beside them. */
export function buildSdk(): void {
  const folder = fileURLToPath(new URL("../..", import.meta.url));
  const tsc = fileURLToPath(import.meta.resolve("typescript/package.json")).replace(
    "package.json",
    "bin/tsc",
  );
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: folder });
}
