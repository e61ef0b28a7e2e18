/**
 * The web UI's files. Whatever is neither API nor file is a page of the UI, so its links can be opened and reloaded.
 * Files under /assets/ have a hash in their name and never change; everything else is asked for anew.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { QueryError } from "../problem/query-error.ts";
import { preloadsOf, readPageFiles } from "./preloads.ts";
import { sendProblem } from "./problems.ts";

/** Logs and attributes are hostile input that the UI shows; should one ever become markup, it still runs nothing. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/** Of every page: which one it is, the browser sees from the path. */
const PAGE = "index.html";
const ONE_YEAR_SECONDS = 31_536_000;

export async function installWebFiles(
  app: FastifyInstance,
  webRoot: string | undefined,
): Promise<void> {
  app.addHook("onSend", async (_, reply) => {
    reply.header("x-content-type-options", "nosniff");
    reply.header("referrer-policy", "same-origin");
    reply.header("content-security-policy", CONTENT_SECURITY_POLICY);
  });
  const built = webRoot !== undefined && existsSync(join(webRoot, PAGE));
  const pages = built ? readPageFiles(webRoot) : {};
  const sendPage = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const preloads = preloadsOf(pathOf(request), pages);
    if (preloads !== "") reply.header("link", preloads);
    return reply.sendFile(PAGE);
  };
  if (built) {
    await app.register(fastifyStatic, {
      root: webRoot,
      preCompressed: true,
      serve: false,
      cacheControl: false,
      setHeaders: (response, path) => {
        response.header("cache-control", cachingOf(path));
      },
    });
    app.route({
      method: ["GET", "HEAD"],
      url: "/*",
      handler: (request, reply) => {
        const file = fileOf(request);
        return file === PAGE ? sendPage(request, reply) : reply.sendFile(file);
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    if (!isPage(request)) return sendProblem(reply, noSuchFile(request));
    return built ? sendPage(request, reply) : notBuilt(reply, webRoot);
  });
}

/** Names with a dot may be files; when they are not, the not-found handler decides what they are. */
function fileOf(request: FastifyRequest): string {
  const path = pathOf(request);
  return /\.[^/]+$/.test(path) ? decodePath(path) : PAGE;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return PAGE;
  }
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?")[0] ?? "/";
}

function cachingOf(path: string): string {
  return /[\\/]assets[\\/]/.test(path)
    ? `public, max-age=${ONE_YEAR_SECONDS}, immutable`
    : "no-cache";
}

/** A missing script answered with a page would be a syntax error in the browser, so only pages fall back. */
function isPage(request: FastifyRequest): boolean {
  const path = pathOf(request);
  const wanted = request.method === "GET" || request.method === "HEAD";
  return (
    wanted &&
    !path.startsWith("/assets/") &&
    !/\.(?:js|css|map|json|svg|png|ico|woff2?)$/.test(path)
  );
}

function noSuchFile(request: FastifyRequest): QueryError {
  const path = pathOf(request).slice(0, 200);
  return new QueryError("not_found", `There is no ${request.method} ${path}.`);
}

function notBuilt(reply: FastifyReply, webRoot: string | undefined): FastifyReply {
  const where = webRoot === undefined ? "no folder is configured" : "the folder has no index.html";
  return reply.code(503).header("cache-control", "no-store").type("text/html; charset=utf-8")
    .send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Throughline: the web UI is not built</title>
<h1>The web UI is not built</h1>
<p>The query service is running, but the files of the web UI are missing: ${where}.</p>
<p>Build them with <code>npm run build</code> and start again. The API works without them:
<a href="/api/openapi.json">/api/openapi.json</a>, <a href="/api/status">/api/status</a>.</p>
</html>
`);
}
