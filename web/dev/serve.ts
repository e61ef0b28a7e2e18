/**
 * A development tool: serves `dist/` with the content security policy of the product and answers /api from generated
 * data. `node dev/serve.ts [port]`; `THROUGHLINE_FIXTURE=empty|broken` shows the other states.
 */
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join, normalize } from "node:path";
import { createFixtureApi, type FixtureOptions } from "./fixture-api.ts";

/** A build elsewhere can be looked at, too. */
const DIST = process.env["THROUGHLINE_WEB_DIST"] ?? join(import.meta.dirname, "../dist");
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

export function serveFixtures(port: number, options: FixtureOptions): Promise<Server> {
  const api = createFixtureApi(options);
  const server = createServer((request, response) => {
    if (api.handle(request, response)) return;
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = join(DIST, path);
    const found = existsSync(file) && statSync(file).isFile() ? file : join(DIST, "index.html");
    response.writeHead(200, {
      "content-type": TYPES[extname(found)] ?? "application/octet-stream",
      "content-security-policy": CONTENT_SECURITY_POLICY,
    });
    createReadStream(found).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

if (process.argv[1] === import.meta.filename) {
  const wanted = process.env["THROUGHLINE_FIXTURE"];
  const mode = wanted === "empty" || wanted === "broken" ? wanted : "data";
  const server = await serveFixtures(Number(process.argv[2] ?? 0), {
    nowMs: Date.now(),
    delayMs: 40,
    mode,
  });
  process.stdout.write(`${JSON.stringify(server.address())}\n`);
}
