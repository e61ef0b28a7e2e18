/**
 * Goal: a Next.js application, built standalone, shows a page, its fetch and its route handler as one request. Method: the
 * real build (340 MB of packages, half a minute), so it runs only with THROUGHLINE_SDK_TEST_NEXT=1.
 */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildSdk } from "../testing/build-sdk.ts";
import { nextApp } from "../testing/framework-apps.ts";
import { startOtlpReceiver, type OtlpReceiver } from "../testing/otlp-receiver.ts";
import { startApp, type RunningApp } from "../testing/run-app.ts";

describe.runIf(process.env["THROUGHLINE_SDK_TEST_NEXT"] === "1")("Next.js standalone", () => {
  let receiver: OtlpReceiver;
  let server: string;
  let app: RunningApp | undefined;

  beforeAll(() => {
    buildSdk();
    server = nextApp();
  }, 600_000);

  beforeEach(async () => {
    receiver = await startOtlpReceiver();
  });

  afterEach(async () => {
    app?.kill("SIGKILL");
    await receiver.stop();
  });

  test("a page, its fetch and the route handler behind it are one trace, with the lines of both inside", async () => {
    const port = String(20_000 + Math.floor(Math.random() * 20_000));
    app = startApp(server, {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcEndpoint,
      HOSTNAME: "127.0.0.1",
      PORT: port,
    });
    await app.saw("Ready");
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain("<p>[]</p>");
    app.kill("SIGTERM");
    await app.ended;

    const { traceId } = receiver.logs.find(({ body }) => body === "rendering the page")!;
    // Next's own spans in between change with its versions; the outline does not.
    const outline = receiver.spans.filter((span) => span.traceId === traceId && span.kind === 2);
    expect(outline.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["GET /", "GET /orders"]),
    );
    const lines = receiver.logs.filter((log) => log.traceId === traceId).map(({ body }) => body);
    expect(lines).toEqual(["rendering the page", "listing orders"]);
    const routes = new Set(
      receiver.spans.filter((span) => span.traceId === traceId).map(({ name }) => name),
    );
    expect(routes).toContain("render route (app) /");
    expect(
      receiver.spans.find(({ name }) => name === "render route (app) /")?.resource,
    ).toMatchObject({
      "service.name": "next-shop",
    });
  });
});
