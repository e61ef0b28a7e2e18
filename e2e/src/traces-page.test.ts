/**
 * Goal: what `/traces` says is so. Method: the demo shop runs against the product until its traffic has ended; Chromium
 * searches, selects and compares, and every number on the page is compared with SQL over the tables.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { type Shop, startShop } from "@throughline/demo";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityViolations } from "./axe.ts";
import { chromiumPath, launchChromium, openPage, screenshot } from "./browser.ts";
import { connectOwner } from "./clickhouse.ts";
import { durationNs } from "./page-figures.ts";
import { rowsOfSql, sqlHref } from "./page-sql.ts";
import { type Product, startProduct, until } from "./product.ts";

let product: Product;
let clickhouse: ClickHouseClient;
let shop: Shop;
let browser: Browser;

const WIDE = { theme: "light", width: 1440, height: 900 } as const;
const IS_ERROR = "StatusCode IN ('Error', 'STATUS_CODE_ERROR')";

/** One number. `where` is written here, never by the page. */
async function countSpans(
  what: string,
  where: string,
  params: Record<string, string> = {},
  from = "otel_traces",
): Promise<number> {
  const answer = await clickhouse.query({
    query: `SELECT toFloat64(${what}) AS n FROM ${from} WHERE ${where}`,
    query_params: params,
    format: "JSONEachRow",
  });
  const [row] = await answer.json<{ n: number }>();
  return Number(row?.n ?? Number.NaN);
}

/** The first number in a text, thousands separated or not. */
function numberIn(text: string): number {
  return Number((/[\d,]+/.exec(text)?.[0] ?? "none").replaceAll(",", ""));
}

beforeAll(async () => {
  product = await startProduct();
  clickhouse = connectOwner(product);
  shop = await startShop({
    otlpEndpoint: product.otlpGrpcUrl,
    requests: 90,
    requestsPerSecond: 30,
    seed: 11,
  });
  await shop.trafficEnded;
  await shop.stop();
  let before = 0;
  await until(async () => {
    const now = await countSpans("count()", "1");
    const settled = now === before && now > 500;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    return settled;
  }, "the spans of the shop to be stored");
  if (chromiumPath !== undefined) browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await clickhouse?.close();
  await product?.dispose();
});

async function openTraces(page: Page, search: string): Promise<void> {
  await page.goto(`${product.uiUrl}/traces?${search}`);
  await page.getByTestId("trace-row").first().waitFor();
  await page.waitForLoadState("networkidle");
}

async function searchFor(page: Page, q: string): Promise<void> {
  const bar = page.getByRole("combobox", { name: "Search" });
  await bar.fill(q);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("q") === q);
}

/** Until a new answer comes the page shows the one before, dimmed. */
async function answered(page: Page, read: () => Promise<number>, expected: number): Promise<void> {
  await expect.poll(read, { timeout: 10_000 }).toBe(expected);
  await page.waitForLoadState("networkidle");
}

function heatmapWords(page: Page): Promise<string> {
  return page.getByRole("figure", { name: "Durations of spans over time" }).innerText();
}

async function spansOfSql(href: string): Promise<number> {
  const rows = await rowsOfSql(product, href, (sql) => `SELECT sum(spans) FROM (${sql})`);
  return Number(rows[0]?.[0]);
}

async function heatmapCount(page: Page): Promise<number> {
  return numberIn(await heatmapWords(page));
}

/** Drags over the longer half of the heatmap and says what the URL calls it. */
async function selectLonger(page: Page): Promise<Record<"from" | "to" | "min" | "max", string>> {
  const box = await page.getByRole("figure").locator("canvas").boundingBox();
  if (box === null) throw new Error("no heatmap");
  await page.mouse.move(box.x + 2, box.y + 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 2, box.y + box.height * 0.45, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("group", { name: "Selection" }).waitFor();
  const sel = new URL(page.url()).searchParams.get("sel") ?? "";
  const [from = "", to = "", min = "", max = ""] = sel.split(/[-_]/);
  return { from, to, min, max };
}

const IN_SELECTION = `Timestamp >= fromUnixTimestamp64Milli({from: Int64})
  AND Timestamp < fromUnixTimestamp64Milli({to: Int64})
  AND Duration >= {min: UInt64} AND Duration < {max: UInt64}`;

describe.runIf(chromiumPath !== undefined)("in Chromium (needs chromium on this machine)", () => {
  test("the heatmap, the facets and the completion count what is stored", async () => {
    const { page, problems } = await openPage(browser, WIDE);
    await openTraces(page, "from=now-1h");
    const words = await heatmapWords(page);
    expect(numberIn(words)).toBe(await countSpans("count()", "1"));
    expect(numberIn(words.split("spans")[1] ?? "")).toBe(await countSpans("count()", IS_ERROR));
    const href = await page
      .getByRole("link", { name: "Open the heatmap as SQL" })
      .getAttribute("href");
    expect(await spansOfSql(href ?? "")).toBe(numberIn(words));
    const facet = page.getByRole("list", { name: "Values of service" });
    await facet.waitFor();
    for (const item of await facet.getByRole("listitem").all()) {
      const [service = "", count = ""] = (await item.innerText()).split("\n");
      expect([service, numberIn(count)]).toEqual([
        service,
        await countSpans("count()", "ServiceName = {service: String}", { service }),
      ]);
    }
    await page.keyboard.press("/");
    await page.keyboard.type("service:check");
    const option = page.getByRole("option", { name: /^checkout/ });
    await option.waitFor();
    expect(numberIn((await option.innerText()).replace("checkout", ""))).toBe(
      await countSpans("count()", "ServiceName = 'checkout'"),
    );
    expect(problems).toEqual([]);
  });

  test("a filter finds the traces that have such a span", async () => {
    const { page, problems } = await openPage(browser, WIDE);
    await openTraces(page, "from=now-1h");
    await searchFor(page, "service:checkout status:error duration>=1ms");
    const where = `ServiceName = 'checkout' AND ${IS_ERROR} AND Duration >= 1000000`;
    const rows = page.getByTestId("trace-row");
    await answered(page, () => rows.count(), await countSpans("uniqExact(TraceId)", where));
    await answered(page, () => heatmapCount(page), await countSpans("count()", where));
    for (const row of (await rows.all()).slice(0, 5)) {
      const id = (await row.getAttribute("data-trace-id")) ?? "";
      const cells = await row.getByRole("cell").allInnerTexts();
      expect(cells.slice(3, 6).map(numberIn)).toEqual([
        await countSpans("count()", "TraceId = {id: String}", { id }),
        await countSpans(
          "(SELECT count() FROM otel_logs WHERE TraceId = {id: String})",
          "TraceId = {id: String} LIMIT 1",
          { id },
        ),
        await countSpans("count()", `TraceId = {id: String} AND ${IS_ERROR}`, { id }),
      ]);
    }
    await searchFor(page, "service:payments -status:error");
    await page
      .getByRole("list", { name: "Values of service" })
      .getByRole("button", { name: /^checkout/ })
      .click();
    await page.waitForURL((url) => (url.searchParams.get("q") ?? "").includes("service:checkout"));
    const succeeded = await countSpans("count()", `ServiceName = 'checkout' AND NOT ${IS_ERROR}`);
    await answered(page, () => heatmapCount(page), succeeded);
    expect(problems).toEqual([]);
  });

  test("a part of the heatmap is counted, compared with the rest, and zoomed into", async () => {
    const { page, problems } = await openPage(browser, WIDE);
    await openTraces(page, "from=now-1h&v=1&q=kind:server");
    const selection = await selectLonger(page);
    const inside = await countSpans(
      "count()",
      `SpanKind = 'Server' AND ${IN_SELECTION}`,
      selection,
    );
    const all = await countSpans("count()", "SpanKind = 'Server'");
    expect(inside).toBeGreaterThan(0);
    const words = await page
      .getByRole("group", { name: "Selection" })
      .getByRole("status")
      .innerText();
    expect(words).toContain(` ${inside.toLocaleString("en-US")} span`);
    await page.getByRole("button", { name: "What differs" }).click();
    const differences = page.getByRole("list", { name: "Differences, largest first" });
    await differences.waitFor();
    const panel = await page.getByTestId("side-panel").innerText();
    expect(panel).toContain(`${inside.toLocaleString("en-US")} selected`);
    expect(panel).toContain(`${(all - inside).toLocaleString("en-US")} others`);
    const bySql = await rowsOfSql(product, await sqlHref(page, "the differences"));
    for (const item of (await differences.getByRole("listitem").all()).slice(0, 4)) {
      const titles = item.locator("[title]");
      const name = (await titles.first().getAttribute("title")) ?? "";
      const value = (await titles.last().getAttribute("title")) ?? "";
      const percentOf = (of: string) =>
        item
          .locator("span", { hasText: new RegExp(`^[<\\d. ]+% of ${of}$`) })
          .first()
          .textContent();
      const has = `${columnOf(name)} = {value: String}`;
      const row = bySql.find(
        ([key, text]) => String(key).replace(/^attribute\./, "") === name && text === value,
      );
      expect(
        Math.abs(parsePercent(await percentOf("selected")) - Number(row?.[4])),
        `${name} ${value}`,
      ).toBeLessThan(0.0051);
      const share = (where: string) =>
        countSpans(`countIf(${has}) / count()`, `SpanKind = 'Server' AND ${where}`, {
          ...selection,
          value,
          name,
        });
      expect(
        Math.abs(parsePercent(await percentOf("selected")) - (await share(IN_SELECTION))),
      ).toBeLessThan(0.0051);
      expect(
        Math.abs(parsePercent(await percentOf("others")) - (await share(`NOT (${IN_SELECTION})`))),
      ).toBeLessThan(0.0051);
    }
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.waitForURL((url) => !url.searchParams.has("sel"));
    const q = new URL(page.url()).searchParams.get("q") ?? "";
    const least = /duration>=([\d.]+)(ms|us|s)/.exec(q);
    if (least === null) throw new Error(`no bound in ${q}`);
    const min = String(Math.round(Number(least[1]) * (NANOS[least[2] ?? ""] ?? Number.NaN)));
    const zoomed = "SpanKind = 'Server' AND Duration >= {min: UInt64}";
    await answered(page, () => heatmapCount(page), await countSpans("count()", zoomed, { min }));
    expect(problems).toEqual([]);
  });

  test("groups count the traces that have such a span, and open as the filter they stand for", async () => {
    const { page, problems } = await openPage(browser, WIDE);
    await page.goto(`${product.uiUrl}/traces?from=now-1h&group=service`);
    const rows = page.getByTestId("group-row");
    await rows.first().waitFor();
    await page.waitForLoadState("networkidle");
    const statement = await sqlHref(page, "the groups");
    const bySql = new Map(
      (await rowsOfSql(product, statement)).map((row) => [
        String(row[0]),
        row.slice(1, 3).map(Number),
      ]),
    );
    expect(await rows.count()).toBe(bySql.size);
    for (const row of await rows.all()) {
      const service = (await row.getByRole("rowheader").innerText()).trim();
      const cells = await row.getByRole("cell").allInnerTexts();
      const shown = cells.slice(0, 2).map(numberIn);
      expect([service, shown]).toEqual([service, bySql.get(service)]);
      expect([service, shown]).toEqual([
        service,
        [
          await countSpans("uniqExact(TraceId)", "ServiceName = {service: String}", { service }),
          await countSpans(
            "uniqExact(TraceId)",
            `ServiceName = {service: String} AND ${IS_ERROR}`,
            { service },
          ),
        ],
      ]);
    }
    expect(await accessibilityViolations(page)).toEqual([]);
    await screenshot(page, "traces-groups-light-1440");
    const service = (await rows.first().getByRole("rowheader").innerText()).trim();
    await rows.first().getByRole("link").click();
    await page.waitForURL((url) => url.searchParams.get("q") === `service:${service}`);
    await page.getByTestId("trace-row").first().waitFor();
    expect(new URL(page.url()).searchParams.has("group")).toBe(false);
    expect(problems).toEqual([]);
  });

  test("groups by two fields are the pairs, as SQL counts them, too", async () => {
    const { page, problems } = await openPage(browser, WIDE);
    await page.goto(`${product.uiUrl}/traces?from=now-1h&group=service`);
    await page.getByTestId("group-row").first().waitFor();
    const held = Promise.withResolvers<void>();
    await page.route(/by2=status/, async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.getByRole("combobox", { name: "and by" }).fill("status");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("group2") === "status");
    // The rows of one field do not pass for rows of two that have no status.
    expect(await page.getByRole("table").getByText("without it").count()).toBe(0);
    expect(await page.getByRole("columnheader", { name: "status" }).count()).toBe(0);
    held.resolve();
    await page.getByRole("columnheader", { name: "status" }).waitFor();
    const rows = page.getByTestId("group-row");
    const shown = await Promise.all(
      (await rows.all()).map(async (row) => {
        const [status = "", traces = ""] = await row.getByRole("cell").allInnerTexts();
        return [await row.getByRole("rowheader").innerText(), status, numberIn(traces)];
      }),
    );
    const bySql = await rowsOfSql(product, await sqlHref(page, "the groups"));
    const sorted = (all: readonly (readonly unknown[])[]) =>
      all.map((row) => row.join()).toSorted();
    expect(sorted(shown)).toEqual(sorted(bySql.map((row) => row.slice(0, 3))));
    for (const [service, status, traces] of shown)
      expect(traces).toBe(
        await countSpans(
          "uniqExact(TraceId)",
          `ServiceName = {service: String} AND lower(StatusCode) = {status: String}`,
          { service: String(service), status: String(status) },
        ),
      );
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole("row", { name: /error/ }).first().getByRole("link").click();
    await page.waitForURL((url) => url.searchParams.get("q")?.endsWith("status:error") === true);
    await page.getByTestId("trace-row").first().waitFor();
    expect(problems).toEqual([]);
  });

  test("the longest trace comes first when asked for, as a small waterfall", async () => {
    const { page, problems } = await openPage(browser, WIDE);
    await openTraces(page, "from=now-1h");
    await page.getByRole("combobox", { name: "Sort" }).selectOption("longest");
    await page.waitForURL((url) => url.searchParams.get("sort") === "longest");
    const longest = await countSpans(
      "max(length)",
      "1",
      {},
      `(SELECT max(toUnixTimestamp64Nano(Timestamp) + Duration) - min(toUnixTimestamp64Nano(Timestamp)) AS length
        FROM otel_traces GROUP BY TraceId)`,
    );
    const first = page.getByTestId("trace-row").first();
    await expect
      .poll(async () => durationNs((await first.getByRole("cell").nth(2).innerText()).trim()), {
        timeout: 10_000,
      })
      .toSatisfy((shown: number) => Math.abs(shown / longest - 1) < 0.006);
    const services = await first.getByRole("cell").last().innerText();
    expect(await first.locator("i").count()).toBeGreaterThanOrEqual(
      Math.min(4, services.split("\n").length),
    );
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test("a link of an earlier version shows the same, under its new name", async () => {
    const { page, problems } = await openPage(browser, WIDE);
    await openTraces(page, "from=now-1h&service=checkout&status=error&minDuration=1ms");
    await page.waitForURL((url) => url.searchParams.get("v") === "1");
    expect(new URL(page.url()).searchParams.get("q")).toBe(
      "service:checkout status:error duration>=1ms",
    );
    expect(await page.getByTestId("trace-row").count()).toBe(
      await countSpans(
        "uniqExact(TraceId)",
        `ServiceName = 'checkout' AND ${IS_ERROR} AND Duration >= 1000000`,
      ),
    );
    expect(problems).toEqual([]);
  });

  test.each([
    { theme: "light", width: 1440, height: 900 },
    { theme: "dark", width: 1024, height: 700 },
  ] as const)("everything open is accessible in $theme at $width", async (options) => {
    const { page, problems } = await openPage(browser, options);
    await openTraces(page, "from=now-1h");
    await page.getByRole("list", { name: "Values of service" }).waitFor();
    await selectLonger(page);
    await page.getByRole("button", { name: "What differs" }).click();
    await page.getByRole("list", { name: "Differences, largest first" }).waitFor();
    await page.waitForLoadState("networkidle");
    await screenshot(page, `traces-differs-${options.theme}-${options.width}`);
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.keyboard.press("/");
    await page.keyboard.type("status:");
    await page.getByRole("option").first().waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});

const NANOS: Readonly<Record<string, number>> = { us: 1e3, ms: 1e6, s: 1e9 };

/** Where a key of a difference is stored; the value of a missing attribute is empty. */
function columnOf(name: string): string {
  const columns: Readonly<Record<string, string>> = {
    "service.name": "ServiceName",
    name: "SpanName",
    kind: "SpanKind",
    status: "StatusCode",
  };
  const column = columns[name];
  if (column !== undefined) return column;
  return name.startsWith("resource.")
    ? "ResourceAttributes[substring({name: String}, 10)]"
    : "SpanAttributes[{name: String}]";
}

function parsePercent(given: string | null): number {
  const text = given ?? "";
  return text.startsWith("<") ? 0.0005 : Number(/[\d.]+/.exec(text)?.[0] ?? "NaN") / 100;
}
