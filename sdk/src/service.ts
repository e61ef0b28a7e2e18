import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export interface ServiceIdentity {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/**
 * Name and version from the package.json nearest above the application's entry file. A package.json
 * without a name (one that only says `"type": "module"`) is passed over.
 * @param entry process.argv[1]; undefined for `node -e`, the REPL and the like
 */
export function readServiceIdentity(
  entry: string | undefined,
  workingDirectory: string,
): ServiceIdentity {
  let directory =
    entry === undefined ? workingDirectory : dirname(realPath(resolve(workingDirectory, entry)));
  for (;;) {
    const identity = readPackage(join(directory, "package.json"));
    if (identity?.name !== undefined) return identity;
    const parent = dirname(directory);
    if (parent === directory) return { name: undefined, version: undefined };
    directory = parent;
  }
}

function readPackage(path: string): ServiceIdentity | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof parsed !== "object" || parsed === null) return undefined;
    return {
      name: "name" in parsed && typeof parsed.name === "string" ? parsed.name : undefined,
      version:
        "version" in parsed && typeof parsed.version === "string" ? parsed.version : undefined,
    };
  } catch {
    // Unreadable or not JSON: npm would complain, we only lose a default.
    return undefined;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
