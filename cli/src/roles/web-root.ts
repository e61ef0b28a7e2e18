import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder that Vite built, found beside this package and not through a dependency: the files are served as they
 * are, and whoever installs the command needs none of the libraries they were built from.
 * @returns undefined when it was not built; query serves only its API then, and says so
 */
export function builtWebRoot(): string | undefined {
  const root = fileURLToPath(new URL("../../../web/dist", import.meta.url));
  return existsSync(join(root, "index.html")) ? root : undefined;
}
