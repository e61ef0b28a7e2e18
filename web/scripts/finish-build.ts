/**
 * After the build: writes .br and .gz beside every file worth compressing, so that the query service only has to pick
 * one, prints what the entry page loads, and fails when that is more than the budget.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const ENTRY_JS_MAX_BYTES = 130_000;
const ENTRY_CSS_MAX_BYTES = 15_000;
/** Fonts are compressed already. */
const COMPRESSIBLE = new Set([".js", ".css", ".html", ".svg"]);

const dist = join(import.meta.dirname, "../dist");
const gzipBytes = new Map<string, number>();

for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
  const path = join(dist, name);
  if (!COMPRESSIBLE.has(extname(name)) || !statSync(path).isFile()) continue;
  const content = readFileSync(path);
  const gzip = gzipSync(content, { level: 9 });
  const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${path}.gz`, gzip);
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: size }));
  gzipBytes.set(extname(name), (gzipBytes.get(extname(name)) ?? 0) + gzip.length);
}

const over: string[] = [];
for (const [ending, maxBytes] of [
  [".js", ENTRY_JS_MAX_BYTES],
  [".css", ENTRY_CSS_MAX_BYTES],
] as const) {
  const bytes = gzipBytes.get(ending) ?? 0;
  process.stdout.write(`${ending.slice(1)} ${bytes} bytes gzip of ${maxBytes} allowed\n`);
  if (bytes > maxBytes) over.push(ending);
}
if (over.length > 0) {
  process.stderr.write(`too large: ${over.join(", ")}; split a route or drop a dependency\n`);
  process.exitCode = 1;
}
