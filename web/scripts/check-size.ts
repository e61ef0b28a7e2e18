/** Prints what the entry page loads, compressed, and fails the build when it is more than the budget. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const ENTRY_JS_MAX_BYTES = 130_000;
const ENTRY_CSS_MAX_BYTES = 15_000;

const assets = join(import.meta.dirname, "../dist/assets");
const gzipped = (ending: string) =>
  readdirSync(assets)
    .filter((name) => name.endsWith(ending))
    .reduce(
      (sum, name) => sum + gzipSync(readFileSync(join(assets, name)), { level: 9 }).length,
      0,
    );

const over: string[] = [];
for (const [ending, maxBytes] of [
  [".js", ENTRY_JS_MAX_BYTES],
  [".css", ENTRY_CSS_MAX_BYTES],
] as const) {
  const bytes = gzipped(ending);
  process.stdout.write(`${ending} ${bytes} bytes gzip of ${maxBytes} allowed\n`);
  if (bytes > maxBytes) over.push(ending);
}
if (over.length > 0) {
  process.stderr.write(`too large: ${over.join(", ")}; split a route or drop a dependency\n`);
  process.exitCode = 1;
}
