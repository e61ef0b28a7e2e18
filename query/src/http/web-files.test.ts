/** Goal: the UI's files are served so that links reload, assets are kept and no inline script runs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type QueryApp, buildApp } from "../server.ts";

/** No question is asked of ClickHouse here. */
const OPTIONS = {
  host: "127.0.0.1",
  port: 0,
  clickhouse: { url: "http://127.0.0.1:1", username: "", password: "", database: "d" },
  otlpGrpcEndpoint: "",
  otlpHttpEndpoint: "",
  version: "0",
  logger: pino({ level: "silent" }),
};

describe("the web UI's files", () => {
  let root: string;
  let built: QueryApp;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "throughline-web-"));
    mkdirSync(join(root, "assets"));
    writeFileSync(
      join(root, "index.html"),
      `<!doctype html><title>Throughline</title>${" ".repeat(2_000)}`,
    );
    writeFileSync(join(root, "assets", "app-1a2b.js"), `console.log(1);${" ".repeat(2_000)}`);
    writeFileSync(join(root, "pages.json"), JSON.stringify({ "/logs": ["assets/logs-3c4d.js"] }));
    built = await buildApp({ ...OPTIONS, webRoot: root });
  });
  afterAll(async () => {
    await built.close();
    rmSync(root, { recursive: true });
  });

  test("any page is index.html, asked for anew, with a policy that runs no inline script", async () => {
    for (const url of ["/", "/trace/abc", "/logs?q=a.b"]) {
      const response = await built.app.inject({ url });
      expect(response.statusCode).toBe(200);
      expect(response.body).toContain("<title>Throughline</title>");
      expect(response.headers["cache-control"]).toBe("no-cache");
      const policy = String(response.headers["content-security-policy"]);
      expect(policy).toContain("script-src 'self'");
      expect(/script-src[^;]*unsafe/.test(policy)).toBe(false);
      expect(response.headers["x-content-type-options"]).toBe("nosniff");
    }
  });

  test("a page names the files that it needs, a file none", async () => {
    const page = await built.app.inject({ url: "/logs?q=a.b" });
    expect(page.headers["link"]).toBe("</assets/logs-3c4d.js>; rel=modulepreload");
    expect((await built.app.inject({ url: "/" })).headers["link"]).toBeUndefined();
    expect(
      (await built.app.inject({ url: "/assets/app-1a2b.js" })).headers["link"],
    ).toBeUndefined();
  });

  test("assets never change, and come compressed", async () => {
    const response = await built.app.inject({
      url: "/assets/app-1a2b.js",
      headers: { "accept-encoding": "br" },
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers["cache-control"]).toContain("immutable");
    expect(response.headers["content-encoding"]).toBe("br");
  });

  test("a missing asset is a 404, not a page", async () => {
    expect((await built.app.inject({ url: "/assets/gone.js" })).statusCode).toBe(404);
    expect((await built.app.inject({ url: "/api/gone" })).json()).toMatchObject({
      code: "not_found",
    });
  });

  test("a path out of the folder is not served", async () => {
    for (const url of [
      "/../package.json",
      "/..%2fpackage.json",
      "/assets/..%2f..%2fetc%2fpasswd",
    ]) {
      const response = await built.app.inject({ url });
      expect(response.body).not.toContain("root:");
      expect(response.body).not.toContain("devDependencies");
    }
  });

  test("without them the page says how to build them", async () => {
    const bare = await buildApp({ ...OPTIONS });
    const response = await bare.app.inject({ url: "/" });
    expect(response.statusCode).toBe(503);
    expect(response.body).toContain("npm run build");
    await bare.close();
  });
});
