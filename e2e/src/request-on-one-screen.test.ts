/**
 * Goal: a person sees one request as one thing. Method: the demo shop runs against the product, and Chromium opens what it
 * sent: the trace list, the tree with the logs inside, a log's way to its trace and back. Numbers on the pages are compared
 * with SQL.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { accessibilityViolations } from "./axe.ts";
import { startShop, type Shop } from "@throughline/demo";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launchChromium, openPage, screenshot } from "./browser.ts";
import { connectOwner } from "./clickhouse.ts";
import { startProduct, until, type Product } from "./product.ts";

let product: Product;
let clickhouse: ClickHouseClient;
let shop: Shop;
let traceId: string;
let browser: Browser;

const wide = { width: 1440, height: 900 };
const narrow = { width: 1024, height: 700 };

interface Counts {
  readonly spans: number;
  readonly logs: number;
  readonly services: number;
}

async function countsOf(id: string): Promise<Counts> {
  const answer = await clickhouse.query({
    query: `SELECT
        (SELECT count() FROM otel_traces WHERE TraceId = {id: String}) AS spans,
        (SELECT count() FROM otel_logs WHERE TraceId = {id: String}) AS logs,
        (SELECT uniqExact(ServiceName) FROM otel_traces WHERE TraceId = {id: String}) AS services`,
    query_params: { id },
    format: "JSONEachRow",
  });
  const [row] = await answer.json<Record<keyof Counts, string | number>>();
  return { spans: Number(row?.spans), logs: Number(row?.logs), services: Number(row?.services) };
}

beforeAll(async () => {
  product = await startProduct();
  clickhouse = connectOwner(product);
  shop = await startShop({
    otlpEndpoint: product.otlpGrpcUrl,
    requests: 60,
    requestsPerSecond: 20,
    seed: 7,
  });
  traceId = await shop.firstInterestingTraceId();
  // Complete when the count of spans and logs has stopped growing.
  let before = "";
  await until(async () => {
    const counts = await countsOf(traceId);
    const now = JSON.stringify(counts);
    const settled = now === before && counts.services >= 4 && counts.logs > 0;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return settled;
  }, "the interesting trace to be whole");
  if (chromiumPath !== undefined) browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await shop?.stop();
  await clickhouse?.close();
  await product?.dispose();
});

describe("the demo shop", () => {
  test("makes a trace of at least four services whose spans carry logs", async () => {
    const response = await fetch(`${product.uiUrl}/api/traces/${traceId}`);
    const trace = (await response.json()) as {
      spans: { serviceName: string; logs: unknown[] }[];
      logs: unknown[];
    };
    const services = new Set(trace.spans.map((span) => span.serviceName));
    const withLogs = trace.spans.filter((span) => span.logs.length > 0);
    const counts = await countsOf(traceId);
    expect(services.size).toBeGreaterThanOrEqual(4);
    expect(withLogs.length).toBeGreaterThanOrEqual(4);
    expect(trace.spans.length).toBe(counts.spans);
    expect(trace.spans.reduce((sum, span) => sum + span.logs.length, trace.logs.length)).toBe(
      counts.logs,
    );
  });
});

describe.runIf(chromiumPath !== undefined)("in Chromium (needs chromium on this machine)", () => {
  test("the trace page shows the tree, and a log line inside its span", async () => {
    const { page, problems } = await openPage(browser, { theme: "light", ...wide });
    await page.goto(`${product.uiUrl}/trace/${traceId}`);
    await page.getByTestId("span-row").first().waitFor();
    const counts = await countsOf(traceId);
    expect(await page.getByRole("main").innerText()).toContain(`${counts.spans} spans`);
    const log = page.getByTestId("trace-log-row").first();
    await log.waitFor();
    const spanId = await log.getAttribute("data-span-id");
    const owner = page.locator(`[data-testid="span-row"][data-span-id="${spanId}"]`);
    const [ownerBox, logBox] = [await owner.boundingBox(), await log.boundingBox()];
    expect(logBox?.y ?? 0).toBeGreaterThan(ownerBox?.y ?? Number.MAX_VALUE);
    await owner.click();
    await page.getByTestId("side-panel").waitFor();
    expect(await page.getByTestId("side-panel").innerText()).toContain(
      (spanId ?? "no span id").slice(0, 8),
    );
    expect(problems).toEqual([]);
  });

  test("a log leads to its trace, and back to the same place", async () => {
    const { page, problems } = await openPage(browser, { theme: "dark", ...wide });
    await page.goto(`${product.uiUrl}/logs?traceId=${traceId}`);
    const row = page.getByTestId("log-row").first();
    await row.waitFor();
    const counts = await countsOf(traceId);
    expect(await page.getByTestId("log-row").count()).toBe(
      Math.min(counts.logs, await page.getByTestId("log-row").count()),
    );
    await row.locator(`a[href*="/trace/${traceId}"]`).first().click();
    await page.getByTestId("span-row").first().waitFor();
    expect(new URL(page.url()).pathname).toBe(`/trace/${traceId}`);
    await page.goBack();
    await page.getByTestId("log-row").first().waitFor();
    expect(new URL(page.url()).pathname).toBe("/logs");
    expect(problems).toEqual([]);
  });

  test("the trace list leads to the trace", async () => {
    const { page, problems } = await openPage(browser, { theme: "light", ...wide });
    await page.goto(`${product.uiUrl}/traces?status=error`);
    await page.getByTestId("trace-row").first().waitFor();
    await page.getByTestId("trace-row").first().getByRole("link").first().click();
    await page.getByTestId("span-row").first().waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/trace\/[0-9a-f]{32}$/);
    expect(problems).toEqual([]);
  });

  test.each([
    { theme: "light", ...wide },
    { theme: "dark", ...wide },
    { theme: "light", ...narrow },
    { theme: "dark", ...narrow },
  ] as const)("every page is accessible and drawn in $theme at $width", async (options) => {
    const { page, problems } = await openPage(browser, options);
    const pages = [
      { name: "trace", path: `/trace/${traceId}`, ready: "span-row" },
      { name: "traces", path: "/traces", ready: "trace-row" },
      { name: "logs", path: "/logs", ready: "log-row" },
      { name: "services", path: "/services", ready: "" },
    ];
    for (const { name, path, ready } of pages) {
      await page.goto(`${product.uiUrl}${path}`);
      const row =
        ready === "" ? page.getByRole("row", { name: "storefront" }) : page.getByTestId(ready);
      await row.first().waitFor();
      // Colours of services, and counts beside the rows, come with answers of their own.
      await page.waitForLoadState("networkidle");
      await screenshot(page, `${name}-${options.theme}-${options.width}`);
      const violations = await accessibilityViolations(page);
      expect(violations, `${name} in ${options.theme}`).toEqual([]);
    }
    expect(problems).toEqual([]);
  });
});
