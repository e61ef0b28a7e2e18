import { createHash } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { installOnce, npm } from "./install-once.ts";

const SOURCES = fileURLToPath(new URL("../../testdata/frameworks/", import.meta.url));

/**
 * A folder outside every workspace with the applications of testdata/frameworks and the frameworks that their own
 * lockfile names, so that whoever only runs the product never installs them.
 */
export function frameworkApps(): string {
  const lock = readFileSync(`${SOURCES}package-lock.json`);
  const hash = createHash("sha256").update(lock).digest("hex").slice(0, 12);
  const folder = installOnce(`sdk-frameworks-${hash}`, (empty) => {
    for (const file of ["package.json", "package-lock.json"]) {
      copyFileSync(`${SOURCES}${file}`, `${empty}/${file}`);
    }
    // Not `npm ci`, which refuses the lockfile where a registry lacks an optional package of another platform.
    npm(empty, "install");
  });
  for (const file of readdirSync(SOURCES)) {
    if (statSync(`${SOURCES}${file}`).isFile())
      copyFileSync(`${SOURCES}${file}`, `${folder}/${file}`);
  }
  return folder;
}
