/** Serves a built UI, whatever it is, before one query service: so that two builds are measured against the same data. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

export interface ServedBuild {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * @param dist a folder that the build of the web package wrote
 * @param apiUrl of the query service, which also says the policy under which pages run
 */
export async function serveBuild(dist: string, apiUrl: string): Promise<ServedBuild> {
  const { headers } = await fetch(apiUrl);
  const policy = headers.get("content-security-policy") ?? "";
  const server = createServer((incoming, response) => {
    if (incoming.url?.startsWith("/api/") === true) passOn(apiUrl, incoming, response);
    else answerFile(dist, { incoming, response, policy });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function passOn(apiUrl: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = incoming;
  const options = method === undefined ? { headers } : { method, headers };
  const passed = request(new URL(incoming.url ?? "/", apiUrl), options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  passed.on("error", () => response.destroy());
  // A page that is left takes its questions back.
  response.on("close", () => passed.destroy());
  incoming.pipe(passed);
}

interface Asked {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly policy: string;
}

function answerFile(dist: string, { incoming, response, policy }: Asked): void {
  const { pathname } = new URL(incoming.url ?? "/", "http://localhost");
  const wanted = extname(pathname) === "" ? "index.html" : normalize(pathname);
  response.setHeader("content-type", TYPES[extname(wanted)] ?? "application/octet-stream");
  response.setHeader("content-security-policy", policy);
  const path = join(dist, wanted);
  const packed = readFile(`${path}.br`);
  if (packed !== undefined) response.setHeader("content-encoding", "br");
  const body = packed ?? readFile(path);
  response.statusCode = body === undefined ? 404 : 200;
  response.end(body);
}

function readFile(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
