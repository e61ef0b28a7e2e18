import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** Every tracked or new file that git does not ignore, relative to the root, with `/` between folders. */
export function listFiles(): readonly string[] {
  const output = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "-z"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  return output.split("\0").filter((file) => file !== "" && exists(file));
}

export function readText(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}

export function sizeBytes(file: string): number {
  return statSync(path.join(root, file)).size;
}

/** False for a file that is deleted in the work tree but still in the index. */
export function exists(file: string): boolean {
  return statSync(path.join(root, file), { throwIfNoEntry: false }) !== undefined;
}

/** The module names a TypeScript file imports, type imports included, in order of appearance. */
export function importsOf(source: string): readonly string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}
