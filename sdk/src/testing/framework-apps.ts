import { createHash } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { installOnce, npm } from "./install-once.ts";

/**
 * A folder outside every workspace with the applications of testdata/frameworks and the frameworks that their own
 * lockfile names, so that whoever only runs the product never installs them.
 */
export function frameworkApps(): string {
  const sources = testdata("frameworks");
  const folder = installOnce(`sdk-frameworks-${lockHash(sources)}`, (empty) =>
    installInto(empty, sources),
  );
  cpSync(sources, folder, { recursive: true });
  return folder;
}

/** testdata/next as `next build` leaves it; @returns the path of its standalone server.js */
export function nextApp(): string {
  const sources = testdata("next");
  const folder = installOnce(`sdk-next-${lockHash(sources)}`, (empty) => {
    installInto(empty, sources);
    npm(empty, "exec", "--", "next", "build");
  });
  return `${folder}/.next/standalone/server.js`;
}

/** recipes/browser with its dependencies, bundled as its README says; @returns the path of page.js */
export function browserPage(): string {
  const sources = fileURLToPath(new URL("../../recipes/browser/", import.meta.url));
  const state = hashOf(`${sources}package.json`, `${sources}page.mjs`);
  const folder = installOnce(`sdk-browser-${state}`, (empty) => {
    installInto(empty, sources);
    npm(empty, "run", "build");
  });
  return `${folder}/page.js`;
}

function testdata(name: string): string {
  return fileURLToPath(new URL(`../../testdata/${name}/`, import.meta.url));
}

function lockHash(sources: string): string {
  return hashOf(`${sources}package-lock.json`);
}

function hashOf(...files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}

function installInto(folder: string, sources: string): void {
  cpSync(sources, folder, { recursive: true });
  // Not `npm ci`, which refuses the lockfile where a registry lacks an optional package of another platform.
  npm(folder, "install");
}
