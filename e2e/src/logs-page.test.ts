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

  test("follows another filter from its own beginning, also when the list was scrolled", async () => {
    const { page } = await open("/logs?live=on");
    await page.getByText("Live", { exact: true }).last().waitFor();
    await shopping(60);
    const rows = page.getByTestId("log-row");
    await until(async () => (await rows.count()) > 35, "live lines");
    await page.getByRole("grid").evaluate((list) => {
      (list as unknown as { scrollTop: number }).scrollTop = 600;
    });
    await page.getByRole("button", { name: /newer$/ }).waitFor();
    await page.getByRole("combobox", { name: "Search" }).fill("service:nobody");
    await page.keyboard.press("Enter");
    await page.getByText("Listening").waitFor();
    expect(await rows.count()).toBe(0);
  });

  test("does not say that there is nothing before all was searched, and goes on", async () => {
    const { page } = await open("/setup");
    const reason = "The time for a search ended; what is older was not searched.";
    let asked = 0;
    await page.route(/\/api\/logs\?/u, async (route) => {
      asked += 1;
      if (asked > 1)
        await route.continue({
          url: route
            .request()
            .url()
            .replace(/cursor=\w+/u, ""),
        });
      else
        await route.fulfill({
          json: {
            logs: [],
            nextCursor: "later",
            meta: { elapsedMs: 1, rowsRead: 1, bytesRead: 1, complete: false, reason },
          },
        });
    });
    await page.goto(`${product.uiUrl}/logs`);
    await page.getByText("No logs found so far").waitFor();
    await page.getByText(reason).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Load more" }).click();
    await page.getByTestId("log-row").first().waitFor();
  });

  test("says of the histogram that it is not whole, or could not be counted", async () => {
    const { page } = await open("/setup");
    const reason = "The time for a search ended; what is older was not searched.";
    let asked = 0;
    await page.route(/\/api\/logs\/histogram/u, async (route) => {
      asked += 1;
      const meta = { elapsedMs: 1, rowsRead: 1, bytesRead: 1, complete: false, reason };
      if (asked > 1) await route.fulfill({ json: { bucketSeconds: 60, buckets: [], meta } });
      else await route.fulfill({ status: 400, json: { code: "query_limit", detail: "Too slow." } });
    });
    await page.goto(`${product.uiUrl}/logs`);
    const chart = page.getByRole("figure", { name: "Logs over time by severity" });
    await chart.getByText("Not counted: Too slow.").waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await chart.getByRole("button", { name: "Try again" }).click();
    await chart.getByText(reason).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
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

  test("counts lines by what they have in common, and shows those of one pattern", async () => {
    await settledCount();
    const { page, problems } = await open("/logs?from=now-1h&view=patterns");
    const rows = page.getByTestId("pattern-row");
    await rows.first().waitFor();
    await page.waitForLoadState("networkidle");
    const patterns = await Promise.all(
      (await rows.all()).map(async (row) => {
        const cells = row.getByRole("gridcell");
        return {
          records: numberIn((await cells.first().getAttribute("title")) ?? ""),
          template: (await row.getByRole("link").first().getAttribute("title")) ?? "",
        };
      }),
    );
    const all = await count("SELECT count() AS n FROM otel_logs");
    expect(patterns.reduce((sum, { records }) => sum + records, 0)).toBe(all);
    // A pattern without anything that varies is one text.
    const texts = patterns.filter(({ template }) => !template.includes("<"));
    expect(texts.length).toBeGreaterThan(0);
    for (const { template, records } of texts)
      expect([template, records]).toEqual([
        template,
        await count("SELECT count() AS n FROM otel_logs WHERE Body = {body: String}", {
          body: template,
        }),
      ]);
    const bySql = await rowsOfSql(
      await page.getByRole("link", { name: "Open the patterns as SQL" }).getAttribute("href"),
    );
    expect(bySql.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(all);
    expect(bySql.find(([template]) => template === patterns[0]?.template)?.[1]).toBe(
      String(patterns[0]?.records),
    );
    expect(await accessibilityViolations(page)).toEqual([]);

    await page.keyboard.press("j");
    const panel = page.getByTestId("side-panel");
    await panel.waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await screenshot(page, "logs-patterns-light-1440");
    const first = patterns[0]?.records ?? Number.NaN;
    const sql = await panel.getByRole("link", { name: "Open as SQL" }).getAttribute("href");
    expect(await sumOfSql(sql, "logs")).toBe(first);
    await panel.getByRole("link", { name: "Only these" }).click();
    await page.getByTestId("log-row").first().waitFor();
    await until(async () => (await histogramTotal(page)) === first, `${first} logs of the pattern`);
    expect(problems).toEqual([]);
  });

  test("filters by a value of a log, and puts it beside the others as a column", async () => {
    const { page, problems } = await open("/logs?from=now-1h&v=1&q=orderId:*", "dark");
    const rows = page.getByTestId("log-row");
    await rows.first().waitFor();
    await page.keyboard.press("j");
    const panel = page.getByTestId("side-panel");
    await panel.waitFor();
    const pair = panel.locator("dl > div").filter({ hasText: "orderId" }).first();
    const id = (await pair.locator("dd").first().innerText()).trim();
    await pair.hover();
    expect(await accessibilityViolations(page)).toEqual([]);
    await pair.getByRole("link", { name: "Add the column orderId" }).click();
    await page.waitForURL((url) => url.searchParams.get("col") === "orderId");
    await page.getByRole("columnheader", { name: "orderId" }).waitFor();
    await until(async () => (await rows.first().innerText()).includes(id), "the column");
    expect(await accessibilityViolations(page)).toEqual([]);
    await screenshot(page, "logs-table-dark-1440");
    await pair.hover();
    await pair.getByRole("link", { name: "Only with this orderId" }).click();
    const has =
      "LogAttributes['orderId'] = {id: String} OR ResourceAttributes['orderId'] = {id: String}";
    const expected = await count(`SELECT count() AS n FROM otel_logs WHERE ${has}`, { id });
    await until(async () => (await histogramTotal(page)) === expected, `${expected} logs of ${id}`);
    expect(problems).toEqual([]);
  });

  test("opens every question as SQL that gives the figures shown", async () => {
    await settledCount();
    const { page, problems } = await open("/logs?from=now-1h");
    const filters = [
      "",
      "severity>=warn",
      "-service:payments (reserved OR declined)",
      'orderId:* NOT body:/^order/ "card"',
      "resource.service.name:check* severity:info",
    ];
    for (const q of filters) {
      await page.goto(`${product.uiUrl}/logs?from=now-1h&v=1&q=${encodeURIComponent(q)}`);
      await page.getByRole("figure", { name: "Logs over time by severity" }).waitFor();
      await page.waitForLoadState("networkidle");
      const href = await page
        .getByRole("link", { name: "Open the histogram as SQL" })
        .getAttribute("href");
      expect([q, await sumOfSql(href, "logs")]).toEqual([q, await histogramTotal(page)]);
    }
    await page.goto(`${product.uiUrl}/logs?from=now-1h`);
    for (const field of ["service", "severity"]) {
      const facet = page.getByRole("list", { name: `Values of ${field}` });
      await facet.waitFor();
      const href = await page
        .getByRole("link", { name: `Open the values of ${field} as SQL` })
        .getAttribute("href");
      const counted = new Map(
        (await rowsOfSql(href)).map((row) => [String(row[0]), Number(row[1])] as const),
      );
      for (const item of await facet.getByRole("listitem").all()) {
        const [value = "", records = ""] = (await item.innerText()).split("\n");
        expect([field, value, numberIn(records)]).toEqual([field, value, counted.get(value)]);
      }
    }
    const list = await page
      .getByRole("link", { name: "Open these logs as SQL" })
      .getAttribute("href");
    await page.goto(`${product.uiUrl}${list ?? ""}`);
    await page.getByRole("grid", { name: "Result" }).waitFor();
    const all = await count("SELECT count() AS n FROM otel_logs");
    expect(Number(await page.getByRole("grid").getAttribute("aria-rowcount")) - 1).toBe(
      Math.min(200, all),
    );
    expect(problems).toEqual([]);
  });

  test("a line opens in its trace, and back is the same place of the list: two clicks", async () => {
    const { page, problems } = await open("/logs?from=now-1h");
    const list = page.getByRole("grid");
    const rows = page.getByTestId("log-row");
    await rows.first().waitFor();
    await page.waitForLoadState("networkidle");
    // Somewhere in the list, with a line selected.
    for (let i = 0; i < 40; i++) await page.keyboard.press("j");
    const selected = page.locator('[data-testid="log-row"][aria-selected="true"]');
    await selected.waitFor();
    // Scrolling is kept a moment after it ends.
    await page.waitForTimeout(400);
    const [top, words, address] = [
      await list.evaluate((element) => (element as unknown as { scrollTop: number }).scrollTop),
      await selected.innerText(),
      page.url(),
    ];
    expect(top).toBeGreaterThan(0);
    const line = words.split("\n").at(-1) ?? "";
    await selected.getByRole("link").click();
    const inTrace = page.locator('[data-testid="trace-log-row"][aria-selected="true"]');
    await inTrace.waitFor();
    expect(new URL(page.url()).searchParams.get("span")).toMatch(/^[0-9a-f]{16}$/);
    await until(async () => (await inTrace.innerText()).includes(line), "the line in its trace");
    const box = await inTrace.boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    expect(box?.y).toBeLessThan(880);
    await page.goBack();
    await selected.waitFor();
    expect(page.url()).toBe(address);
    expect(await selected.innerText()).toBe(words);
    await until(
      async () =>
        (await list.evaluate(
          (element) => (element as unknown as { scrollTop: number }).scrollTop,
        )) === top,
      "the same place",
    );
    expect(problems).toEqual([]);
  });
});

/** The first number in a text, thousands separated or not. */
function numberIn(text: string): number {
  return Number((/[\d,]+/.exec(text)?.[0] ?? "none").replaceAll(",", ""));
}

async function histogramTotal(page: Page): Promise<number> {
  return numberIn(
    await page.getByRole("figure", { name: "Logs over time by severity" }).innerText(),
  );
}

/** Runs the statement of a link to the page of SQL. */
async function rowsOfSql(href: string | null, wrap = (sql: string) => sql) {
  const { searchParams } = new URL(href ?? "", product.uiUrl);
  const response = await fetch(`${product.uiUrl}/api/sql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      sql: wrap(searchParams.get("sql") ?? ""),
      from: searchParams.get("from") ?? "now-1h",
    }),
  });
  const answer = (await response.json()) as { rows?: unknown[][]; detail?: string };
  if (answer.rows === undefined) throw new Error(answer.detail);
  return answer.rows;
}

async function sumOfSql(href: string | null, column: string): Promise<number> {
  const rows = await rowsOfSql(href, (sql) => `SELECT sum(${column}) FROM (${sql})`);
  return Number(rows[0]?.[0]);
}
