/**
 * Goal: logs are followed, looked around in and taken away. Method: the demo shop runs against the product, and Chromium
 * follows what it logs; numbers are compared with SQL.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { startShop, type Shop } from "@throughline/demo";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { accessibilityViolations } from "./axe.ts";
import { chromiumPath, launchChromium, openPage, screenshot } from "./browser.ts";
import { connectOwner } from "./clickhouse.ts";
import { startProduct, until, type Product } from "./product.ts";

let product: Product;
let clickhouse: ClickHouseClient;
let browser: Browser | undefined;
const shops: Shop[] = [];
const pages: Page[] = [];

beforeAll(async () => {
  product = await startProduct();
  clickhouse = connectOwner(product);
  await shopping(40);
  await until(async () => (await count("SELECT count() AS n FROM otel_logs")) > 50, "logs");
  if (chromiumPath !== undefined) browser = await launchChromium();
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});
afterAll(async () => {
  await browser?.close();
  for (const shop of shops) await shop.stop();
  await clickhouse?.close();
  await product?.dispose();
});

async function shopping(requests: number): Promise<void> {
  shops.push(
    await startShop({
      otlpEndpoint: product.otlpGrpcUrl,
      requests,
      requestsPerSecond: 20,
      seed: shops.length + 1,
    }),
  );
}

async function count(query: string, params: Record<string, string> = {}): Promise<number> {
  const answer = await clickhouse.query({ query, query_params: params, format: "JSONEachRow" });
  const [row] = await answer.json<{ n: string }>();
  return Number(row?.n);
}

/** All logs, when no more come. */
async function settledCount(): Promise<number> {
  let before = -1;
  let now = 0;
  await until(async () => {
    before = now;
    now = await count("SELECT count() AS n FROM otel_logs");
    await new Promise((resolve) => setTimeout(resolve, 2500));
    return now > 0 && now === before;
  }, "all logs to be stored");
  return now;
}

async function open(
  path: string,
  theme: "light" | "dark" = "light",
): Promise<{ readonly page: Page; readonly problems: readonly string[] }> {
  if (browser === undefined) throw new Error("no Chromium");
  const opened = await openPage(browser, { theme, width: 1440, height: 900 });
  pages.push(opened.page);
  await opened.page.goto(`${product.uiUrl}${path}`);
  return opened;
}

describe.skipIf(chromiumPath === undefined)("the page of logs", () => {
  test("follows logs as they are stored, stands still while one is read, and goes on", async () => {
    const before = await settledCount();
    const { page, problems } = await open("/logs");
    await page.getByRole("button", { name: "Live" }).click();
    await page.getByText("Listening").waitFor();
    await page.getByText("Live", { exact: true }).last().waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await shopping(60);
    const rows = page.getByTestId("log-row");
    await until(async () => (await rows.count()) > 20, "live lines");
    await screenshot(page, "logs-live-light-1440");
    expect(await accessibilityViolations(page)).toEqual([]);

    await rows.nth(3).click();
    await page.getByTestId("side-panel").waitFor();
    const shown = await rows.first().textContent();
    await shopping(40);
    await page.getByRole("button", { name: /newer$/ }).waitFor();
    expect(await rows.first().textContent()).toBe(shown);
    await page.getByRole("button", { name: /newer$/ }).click();
    await until(async () => (await rows.first().textContent()) !== shown, "the newest line");

    // Every line that was stored since is counted, once.
    const footer = page.getByText(/lines? since it began/);
    const stored = (await settledCount()) - before;
    await until(
      async () =>
        Number(/^[\d,]+/.exec((await footer.textContent()) ?? "")?.[0].replaceAll(",", "")) ===
        stored,
      `${stored} lines`,
    );
    expect(problems).toEqual([]);
  });

  test("shows the lines around one, of its process or of its trace", async () => {
    const { page, problems } = await open("/logs?q=severity>=error", "dark");
    await page.getByTestId("log-row").first().click();
    const panel = page.getByTestId("side-panel");
    await panel.getByRole("link", { name: "Lines around it" }).click();
    await page.getByText(/before and .* after it/).waitFor();
    await screenshot(page, "logs-around-dark-1440");
    expect(await accessibilityViolations(page)).toEqual([]);
    const id = new URL(page.url()).searchParams.get("around") ?? "";
    await page.getByRole("button", { name: "Same trace" }).click();
    await until(
      async () =>
        page.url().includes("scope=trace") && (await page.getByText(/before and/).count()) === 1,
      "the lines of the trace",
    );
    const trace = (await (await fetch(`${product.uiUrl}/api/logs/${id}`)).json()) as {
      log: { traceId: string };
    };
    const expected = await count(
      "SELECT count() AS n FROM otel_logs WHERE TraceId = {id: String}",
      {
        id: trace.log.traceId,
      },
    );
    await until(async () => {
      const text = (await page.getByText(/lines? before and/).textContent()) ?? "";
      const [lines = 0, after = 0] = [...text.matchAll(/(\d+) line/g)].map((match) =>
        Number(match[1]),
      );
      return lines + after + 1 === expected;
    }, `${expected} lines`);
    await page.getByRole("link", { name: "Back to the search" }).click();
    expect(new URL(page.url()).searchParams.get("q")).toBe("severity>=error");
    expect(problems).toEqual([]);
  });

  test("gives all that is found away as a file", async () => {
    const { page } = await open("/logs?q=severity>=warn");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "NDJSON" }).click();
    const file = await (await download).createReadStream();
    let text = "";
    for await (const chunk of file) text += String(chunk);
    const found = await count("SELECT count() AS n FROM otel_logs WHERE SeverityNumber >= 13");
    expect(text.trimEnd().split("\n").length).toBe(found);
  });
});
