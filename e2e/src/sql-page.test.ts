/** Goal: a person asks in SQL, under the product's own content security policy: run, refused with its place, completed, taken away. */
import { startShop, type Shop } from "@throughline/demo";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityViolations } from "./axe.ts";
import { chromiumPath, launchChromium, openPage, screenshot } from "./browser.ts";
import { connectOwner } from "./clickhouse.ts";
import { startProduct, until, type Product } from "./product.ts";

let product: Product;
let shop: Shop;
let browser: Browser | undefined;

beforeAll(async () => {
  product = await startProduct();
  shop = await startShop({
    otlpEndpoint: product.otlpGrpcUrl,
    requests: 20,
    requestsPerSecond: 20,
    seed: 3,
  });
  // Complete when the count has stopped growing.
  let before = 0;
  await until(async () => {
    const now = await countLogs();
    const settled = now > 20 && now === before;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    return settled;
  }, "all logs");
  if (chromiumPath !== undefined) browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await shop?.stop();
  await product?.dispose();
});

async function countLogs(): Promise<number> {
  const client = connectOwner(product);
  const answer = await client.query({
    query: "SELECT count() AS n FROM otel_logs",
    format: "JSONEachRow",
  });
  const [row] = await answer.json<{ n: string }>();
  await client.close();
  return Number(row?.n);
}

async function open(path: string, theme: "light" | "dark") {
  if (browser === undefined) throw new Error("no Chromium");
  const opened = await openPage(browser, { theme, width: 1440, height: 900 });
  await opened.page.goto(`${product.uiUrl}${path}`);
  return opened;
}

async function type(page: Page, sql: string): Promise<void> {
  await page.getByRole("textbox", { name: "SQL statement" }).click();
  await page.keyboard.press("Control+a");
  // What is typed over coloured text Chromium would give its colour, which the content security policy refuses.
  await page.keyboard.press("Delete");
  await page.keyboard.type(sql);
}

describe.skipIf(chromiumPath === undefined)("the page of SQL", () => {
  test("runs what a link brings, and shows its rows", async () => {
    const sql =
      "SELECT ServiceName, count() AS n FROM otel_logs GROUP BY ServiceName ORDER BY n DESC";
    const { page, problems } = await open(`/sql?sql=${encodeURIComponent(sql)}`, "light");
    await page.getByRole("grid", { name: "Result" }).waitFor();
    const cells = await page.getByRole("gridcell").allTextContents();
    const total = cells.filter((_, i) => i % 2 === 1).reduce((sum, n) => sum + Number(n), 0);
    expect(total).toBe(await countLogs());
    await screenshot(page, "sql-light-1440");
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("runs by keyboard, completes columns, and says where a statement is wrong", async () => {
    const { page } = await open("/sql", "dark");
    await page.getByRole("button", { name: "Run" }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await type(page, "SELECT 40 + 2 AS answer");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("gridcell", { name: "42" }).waitFor();

    await type(page, "SELECT count() FROM otel_logs WHERE otel_logs.Sever");
    await page.getByRole("option", { name: "SeverityText" }).waitFor();
    await page.keyboard.press("Escape");

    await type(page, "SELECT file('/etc/hosts')");
    await page.keyboard.press("Control+Enter");
    await page.getByText("The statement was refused").waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await screenshot(page, "sql-refused-dark-1440");
    await page.context().close();
  });

  test("draws a result over time and by name, with the same numbers as a table", async () => {
    const sql =
      "SELECT $__timeInterval(Timestamp) AS time, ServiceName, count() AS logs FROM otel_logs GROUP BY time, ServiceName ORDER BY time";
    const { page, problems } = await open(`/sql?sql=${encodeURIComponent(sql)}`, "dark");
    await page.getByRole("button", { name: "Chart" }).click();
    await page.waitForURL((url) => url.searchParams.get("view") === "chart");
    await page.reload();
    const chart = page.getByRole("figure", { name: "Result as a chart" });
    await chart.waitFor();
    expect(await chart.locator("canvas").count()).toBe(1);
    expect(await accessibilityViolations(page)).toEqual([]);
    await screenshot(page, "sql-chart-dark-1440");
    await page.getByRole("button", { name: "The chart as a table" }).click();
    const numbers = await page
      .getByRole("group", { name: "The chart as a table" })
      .locator("td")
      .allTextContents();
    expect(numbers.reduce((sum, n) => sum + (Number(n) || 0), 0)).toBe(await countLogs());
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.keyboard.press("Escape");

    await type(
      page,
      "SELECT ServiceName, count() AS logs FROM otel_logs GROUP BY ServiceName ORDER BY logs DESC",
    );
    await page.keyboard.press("Control+Enter");
    const bars = page.getByRole("group", { name: "Bars" });
    await bars.waitFor();
    const titles = await bars
      .locator("td[title]")
      .evaluateAll((cells) => cells.map((cell) => (cell as unknown as { title: string }).title));
    expect(titles.reduce((sum, n) => sum + Number(n), 0)).toBe(await countLogs());
    expect(await accessibilityViolations(page)).toEqual([]);

    await type(page, "SELECT 'x' AS only");
    await page.keyboard.press("Control+Enter");
    await page.getByText("A chart needs a column of numbers").waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("asks again when another range is chosen, and leaves what is being written", async () => {
    const minutes = "SELECT dateDiff('minute', $__fromTime, $__toTime) AS minutes";
    const { page } = await open(`/sql?sql=${encodeURIComponent(minutes)}`, "light");
    await page.getByRole("gridcell", { name: "60", exact: true }).waitFor();
    await type(page, "SELECT 40 + 2 AS answer");
    await page.getByRole("button", { name: /^Time range/ }).click();
    await page.getByRole("button", { name: /^Last 24 hours/ }).click();
    await page.getByRole("gridcell", { name: "1440", exact: true }).waitFor();
    const editor = page.getByRole("textbox", { name: "SQL statement" });
    expect(await editor.textContent()).toBe("SELECT 40 + 2 AS answer");
    await editor.click();
    await page.keyboard.press("Control+Enter");
    await page.getByRole("gridcell", { name: "42" }).waitFor();
    await page.context().close();
  });

  test("gives the result away as a file", async () => {
    const { page } = await open(
      `/sql?sql=${encodeURIComponent("SELECT 1 AS a, 'x' AS b")}`,
      "light",
    );
    await page.getByRole("button", { name: "CSV" }).waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    const file = await (await download).createReadStream();
    let text = "";
    for await (const chunk of file) text += String(chunk);
    expect(text).toBe('"a","b"\n1,"x"\n');
    await page.context().close();
  });
});
