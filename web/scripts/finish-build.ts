/**
 * After the build: writes .br and .gz beside every file worth compressing, so that the query service only has to pick
 * one, prints what the entry page loads at once and what later parts load, and fails when that is more than the budget.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const ENTRY_JS_MAX_BYTES = 130_000;
const ENTRY_CSS_MAX_BYTES = 15_000;
/** A route or a worker that loads when it is needed. */
const LATER_MAX_BYTES = 80_000;
/** The page of SQL brings an editor. */
const SQL_MAX_BYTES = 170_000;
/** Fonts are compressed already. */
const COMPRESSIBLE = new Set([".js", ".css", ".html", ".svg"]);

const dist = join(import.meta.dirname, "../dist");
const html = readFileSync(join(dist, "index.html"), "utf8");
const over: string[] = [];

function judge(what: string, bytes: number, maxBytes: number): void {
  process.stdout.write(`${what} ${bytes} bytes gzip of ${maxBytes} allowed\n`);
  if (bytes > maxBytes) over.push(what);
}

const entryBytes = new Map<string, number>();
for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
  const path = join(dist, name);
  const ending = extname(name);
  if (!COMPRESSIBLE.has(ending) || !statSync(path).isFile()) continue;
  const content = readFileSync(path);
  const gzip = gzipSync(content, { level: 9 });
  const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${path}.gz`, gzip);
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: size }));
  if (html.includes(`"/${name}"`))
    entryBytes.set(ending, (entryBytes.get(ending) ?? 0) + gzip.length);
  else if (ending === ".js" || ending === ".css")
    judge(name, gzip.length, name.includes("sql-page") ? SQL_MAX_BYTES : LATER_MAX_BYTES);
}
judge("entry js", entryBytes.get(".js") ?? 0, ENTRY_JS_MAX_BYTES);
judge("entry css", entryBytes.get(".css") ?? 0, ENTRY_CSS_MAX_BYTES);
if (over.length > 0) {
  process.stderr.write(`too large: ${over.join(", ")}; split a route or drop a dependency\n`);
  process.exitCode = 1;
}
