/**
 * Goal: what the pages about services say is what is stored, and an error rate is two clicks from its logs. Method: the demo
 * shop runs against the product; Chromium opens the pages with one range of whole minutes, and every figure on them is counted
 * again from the spans with SQL.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { startShop, type Shop } from "@throughline/demo";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityViolations } from "./axe.ts";
import { chromiumPath, launchChromium, openPage, screenshot } from "./browser.ts";
import { connectOwner, readRows } from "./clickhouse.ts";
import { checkTwoTraces, checkWithUsual } from "./compare-checks.ts";
import { durationNs, expectQuantile, percent } from "./page-figures.ts";
import { startProduct, until, type Product } from "./product.ts";

let product: Product;
let clickhouse: ClickHouseClient;
let shop: Shop;
let browser: Browser;
/** Unix milliseconds on whole five minutes, so that every rollup holds exactly this. */
let fromMs: number;
let toMs: number;

const FIVE_MINUTES_MS = 300_000;
const wide = { width: 1440, height: 900 };
const narrow = { width: 1024, height: 700 };

const rows = <T>(query: string, params: Record<string, unknown> = {}): Promise<readonly T[]> =>
  readRows<T>(clickhouse, query, { from: fromMs, to: toMs, ...params });

const IN_RANGE =
  "Timestamp >= fromUnixTimestamp64Milli({from:Int64}) AND Timestamp < fromUnixTimestamp64Milli({to:Int64})";
const SERVED = "SpanKind IN ('Server', 'Consumer')";
const FAILED = "StatusCode = 'Error'";

interface ServiceCounts {
  readonly name: string;
  readonly spans: number;
  readonly served: number;
  readonly failed: number;
  /** Of the served, nanoseconds, rising. */
  readonly durations: readonly number[];
}

function countServices(): Promise<readonly ServiceCounts[]> {
  return rows(
    `SELECT ServiceName AS name, count() AS spans, countIf(${SERVED}) AS served,
       countIf(${SERVED} AND ${FAILED}) AS failed,
       arraySort(groupArrayIf(Duration, ${SERVED})) AS durations
     FROM otel_traces WHERE ${IN_RANGE} GROUP BY name ORDER BY name`,
  );
}

function url(path: string, params: Record<string, string> = {}): string {
  const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  return `${product.uiUrl}${path}?${new URLSearchParams({ ...range, ...params }).toString()}`;
}

async function settled(): Promise<void> {
  let before = -1;
  await until(async () => {
    const [{ count } = { count: 0 }] = await rows<{ count: number }>(
      "SELECT (SELECT count() FROM otel_traces) + (SELECT count() FROM otel_logs) AS count",
    );
    const isSettled = count > 0 && count === before;
    before = count;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    return isSettled;
  }, "the shop's spans and logs to be stored");
}

beforeAll(async () => {
  product = await startProduct();
  clickhouse = connectOwner(product);
  fromMs = Math.floor(Date.now() / FIVE_MINUTES_MS) * FIVE_MINUTES_MS;
  toMs = fromMs + FIVE_MINUTES_MS;
  shop = await startShop({
    otlpEndpoint: product.otlpGrpcUrl,
    requests: 80,
    requestsPerSecond: 20,
    seed: 11,
  });
  await shop.trafficEnded;
  await shop.stop();
  await settled();
  toMs = Math.ceil(Date.now() / FIVE_MINUTES_MS) * FIVE_MINUTES_MS;
  if (chromiumPath !== undefined) browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await shop?.stop();
  await clickhouse?.close();
  await product?.dispose();
});

async function open(path: string, ready: (page: Page) => Promise<unknown>) {
  const opened = await openPage(browser, { theme: "light", ...wide });
  await opened.page.goto(path);
  await ready(opened.page);
  await opened.page.waitForLoadState("networkidle");
  return opened;
}

function openService(name: string) {
  return open(url(`/services/${name}`), (page) =>
    page.getByRole("figure", { name: "Errors" }).waitFor(),
  );
}

/** The service most of whose requests fail; the shop's failures begin in its payments. */
async function failingService(): Promise<ServiceCounts> {
  const counts = await countServices();
  const worst = counts.toSorted((a, b) => b.failed / b.served - a.failed / a.served)[0];
  if (worst === undefined || worst.failed === 0) throw new Error("no request failed");
  return worst;
}

describe.runIf(chromiumPath !== undefined)("in Chromium (needs chromium on this machine)", () => {
  test("every figure of the services table is what the spans say", async () => {
    const { page, problems } = await open(url("/services"), (opened) =>
      opened.getByRole("row", { name: /^storefront/ }).waitFor(),
    );
    const counts = await countServices();
    expect(await page.getByRole("row").count()).toBe(counts.length + 1);
    const minutes = (toMs - fromMs) / 60_000;
    for (const { name, spans, served, failed, durations } of counts) {
      const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
      const cells = await row.getByRole("cell").allInnerTexts();
      const [rate = "", errors = "", at95 = "", at50 = "", at99 = "", all = ""] = cells;
      if (served === 0) {
        expect([rate, at95], name).toEqual(["–", "–"]);
        continue;
      }
      const perMinute = served / minutes;
      expect(rate.split("\n")[0], name).toContain(
        perMinute < 9.95 ? perMinute.toFixed(1) : String(Math.round(perMinute)),
      );
      expect(errors, name).toContain(percent(failed, served));
      expectQuantile(durationNs(at95), 0.95, durations);
      expectQuantile(durationNs(at50), 0.5, durations);
      expectQuantile(durationNs(at99), 0.99, durations);
      expect(Number(/[\d,]+/.exec(all)?.[0].replace(",", "")), name).toBe(spans);
    }
    expect(problems).toEqual([]);
  });

  test("the table is sorted by keyboard, the URL says how, and a row opens its service", async () => {
    const { page, problems } = await open(url("/services"), (opened) =>
      opened.getByRole("row", { name: /^storefront/ }).waitFor(),
    );
    await page.getByRole("columnheader", { name: "Service" }).getByRole("link").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/sort=name/);
    const names = await page.getByRole("rowheader").allInnerTexts();
    expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
    await page.getByRole("rowheader").first().getByRole("link").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("figure", { name: "Errors" }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/services/${names[0]}`);
    await page.goBack();
    await page.waitForURL(/sort=name/);
    expect(problems).toEqual([]);
  });

  test("the figures of a service are what its spans say", async () => {
    const { name, served, failed, durations } = await failingService();
    const { page, problems } = await openService(name);
    const words = (chart: string) => page.getByRole("figure", { name: chart }).innerText();
    expect(await words("Errors")).toContain(`${percent(failed, served)}, ${failed} of ${served}`);
    expect(await words("Requests")).toContain(`, ${served}`);
    expectQuantile(
      durationNs(/p95 ([^,]+)/.exec(await words("Duration"))?.[1] ?? ""),
      0.95,
      durations,
    );

    const operations = await rows<{ name: string; kind: string; spans: number; failed: number }>(
      `SELECT SpanName AS name, SpanKind AS kind, count() AS spans, countIf(${FAILED}) AS failed
       FROM otel_traces WHERE ${IN_RANGE} AND ServiceName = {name:String} GROUP BY name, kind`,
      { name },
    );
    const table = page.getByRole("table", { name: "Operations" });
    expect(await table.getByRole("row").count()).toBe(operations.length + 1);
    for (const operation of operations) {
      const row = table.getByRole("row").filter({ hasText: operation.kind.toLowerCase() });
      const cells = await row
        .filter({ has: page.getByRole("link", { name: operation.name, exact: true }) })
        .getByRole("cell")
        .allInnerTexts();
      expect(cells[1], operation.name).toContain(String(operation.spans));
      expect(cells[2], operation.name).toContain(percent(operation.failed, operation.spans));
    }

    const [{ errors } = { errors: 0 }] = await rows<{ errors: number }>(
      `SELECT count() AS errors FROM otel_traces WHERE ${IN_RANGE} AND ServiceName = {name:String} AND ${FAILED}`,
      { name },
    );
    const groups = await page.locator("section[aria-labelledby=errors] li").allInnerTexts();
    const grouped = groups.reduce((sum, text) => sum + Number(/(\d+)×/.exec(text)?.[1]), 0);
    expect(grouped).toBe(errors);
    expect(problems).toEqual([]);
  });

  test("how long what failed took is the figures of a status", async () => {
    const { name, failed } = await failingService();
    const { page, problems } = await openService(name);
    await page.getByRole("combobox", { name: "Status" }).selectOption("error");
    await page.waitForURL((to) => to.searchParams.get("status") === "error");
    const words = (chart: string) => page.getByRole("figure", { name: chart }).innerText();
    await expect.poll(() => words("Errors")).toContain(`100 %, ${failed} of ${failed}`);
    const [{ durations } = { durations: [] }] = await rows<{ durations: readonly number[] }>(
      `SELECT arraySort(groupArray(Duration)) AS durations FROM otel_traces
       WHERE ${IN_RANGE} AND ServiceName = {name:String} AND ${SERVED} AND ${FAILED}`,
      { name },
    );
    const p95 = durationNs(/p95 ([^,]+)/.exec(await words("Duration"))?.[1] ?? "");
    expectQuantile(p95, 0.95, durations.map(Number));
    expect(problems).toEqual([]);
  });

  test("the table of a chart has every bucket's figures", async () => {
    const { name } = await failingService();
    const { page, problems } = await openService(name);
    await page.getByRole("button", { name: "Errors: view as table" }).focus();
    await page.keyboard.press("Enter");
    const table = page.getByRole("group", { name: "Errors" }).getByRole("row");
    const minutes = await rows<{ at: number; share: number }>(
      `SELECT toUnixTimestamp(toStartOfMinute(Timestamp)) * 1000 AS at, countIf(${FAILED}) / count() AS share
       FROM otel_traces WHERE ${IN_RANGE} AND ServiceName = {name:String} AND ${SERVED} GROUP BY at`,
      { name },
    );
    expect(await table.count()).toBe((toMs - fromMs) / 60_000 + 1);
    for (const { at, share } of minutes) {
      const clock = new Date(at).toISOString().slice(11, 19);
      expect(await table.filter({ hasText: clock }).innerText()).toContain(percent(share, 1));
    }
    expect(problems).toEqual([]);
  });

  test("from an error rate to the failure's origin with its logs, and to all logs around it: two clicks", async () => {
    const { name } = await failingService();
    const { page, problems } = await openService(name);
    const exemplar = page.getByTestId("exemplar-failed").first();
    const linked = new URL((await exemplar.getAttribute("href")) ?? "", product.uiUrl);
    const traceId = linked.pathname.split("/").at(-1) ?? "";
    const [asked] = await rows<{ status: string; service: string; kind: string }>(
      "SELECT StatusCode AS status, ServiceName AS service, SpanKind AS kind FROM otel_traces WHERE TraceId = {traceId:String} AND SpanId = {spanId:String}",
      { traceId, spanId: linked.searchParams.get("span") },
    );
    expect(asked).toEqual({ status: "Error", service: name, kind: "Server" });

    // Click 1.
    await exemplar.click();
    await page.getByTestId("side-panel").waitFor();
    await page.waitForURL((at) => !at.searchParams.has("origin"));
    expect(new URL(page.url()).pathname).toBe(`/trace/${traceId}`);
    const spanId = new URL(page.url()).searchParams.get("span") ?? "";
    // Where it began: it failed, and nothing that it called did.
    const [origin] = await rows<{ status: string; service: string; failedBelow: number }>(
      `SELECT any(StatusCode) AS status, any(ServiceName) AS service,
         (SELECT count() FROM otel_traces WHERE TraceId = {traceId:String} AND ParentSpanId = {spanId:String} AND ${FAILED}) AS failedBelow
       FROM otel_traces WHERE TraceId = {traceId:String} AND SpanId = {spanId:String}`,
      { traceId, spanId },
    );
    expect(origin).toMatchObject({ status: "Error", failedBelow: 0 });
    const row = page.locator(`[data-testid=span-row][data-span-id="${spanId}"]`);
    expect(await row.getAttribute("aria-selected")).toBe("true");
    // What its service said of the request stands in the tree, at the spans in which it was said.
    const said = await rows<{ spanId: string; body: string }>(
      "SELECT SpanId AS spanId, Body AS body FROM otel_logs WHERE TraceId = {traceId:String} AND ServiceName = {service:String} AND SeverityNumber >= 13",
      { traceId, service: origin?.service },
    );
    expect(said.length).toBeGreaterThan(0);
    for (const { spanId: at, body } of said)
      await page
        .locator(`[data-testid=trace-log-row][data-span-id="${at}"]`)
        .filter({ hasText: body.slice(0, 30) })
        .first()
        .waitFor();

    // Click 2.
    await page.getByTestId("side-panel").getByRole("link", { name: /±30 s/ }).click();
    await page.getByTestId("log-row").first().waitFor();
    const logs = new URL(page.url());
    expect(logs.pathname).toBe("/logs");
    const service = origin?.service ?? "";
    const [{ count } = { count: -1 }] = await rows<{ count: number }>(
      `SELECT count() AS count FROM otel_logs WHERE ServiceName = {service:String}
         AND Timestamp >= parseDateTime64BestEffort({after:String}) AND Timestamp < parseDateTime64BestEffort({before:String})`,
      { service, after: logs.searchParams.get("from"), before: logs.searchParams.get("to") },
    );
    await page
      .getByText(new RegExp(`^${count} logs`))
      .first()
      .waitFor();
    expect(problems).toEqual([]);
  });

  test("dragging over a chart zooms the range, and back restores it", async () => {
    const { name } = await failingService();
    const { page, problems } = await openService(name);
    const before = page.url();
    const box = await page.locator(".u-over").first().boundingBox();
    if (box === null) throw new Error("no chart");
    await page.mouse.move(box.x + box.width * 0.2, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL((at) => at.href !== before);
    const params = new URL(page.url()).searchParams;
    const width = Date.parse(params.get("to") ?? "") - Date.parse(params.get("from") ?? "");
    expect(width / (toMs - fromMs)).toBeGreaterThan(0.3);
    expect(width / (toMs - fromMs)).toBeLessThan(0.5);
    await page.goBack();
    await page.waitForURL(before);
    expect(problems).toEqual([]);
  });

  test("the map shows every call between services, and its table says how many", async () => {
    const { page, problems } = await open(url("/map", { view: "table" }), (opened) =>
      opened.getByTestId("map-call").first().waitFor(),
    );
    const calls = await rows<{ caller: string; callee: string; calls: number; failed: number }>(
      `SELECT caller.ServiceName AS caller, called.ServiceName AS callee, count() AS calls,
         countIf(caller.StatusCode = 'Error' OR called.StatusCode = 'Error') AS failed
       FROM otel_traces AS called INNER JOIN otel_traces AS caller
         ON called.TraceId = caller.TraceId AND called.ParentSpanId = caller.SpanId
       WHERE called.SpanKind = 'Server' AND caller.SpanKind = 'Client'
       GROUP BY caller, callee ORDER BY caller, callee`,
    );
    expect(calls.length).toBeGreaterThan(2);
    for (const { caller, callee, calls: count, failed } of calls) {
      const cells = await page
        .getByTestId("map-call")
        .filter({ has: page.locator(`td:nth-child(1)`, { hasText: new RegExp(`^${caller}$`) }) })
        .filter({ has: page.locator(`td:nth-child(2)`, { hasText: new RegExp(`^${callee}$`) }) })
        .getByRole("cell")
        .allInnerTexts();
      expect(cells[4], `${caller} to ${callee}`).toBe(String(count));
      expect(cells[5], `${caller} to ${callee}`).toBe(percent(failed, count));
    }
    await page.getByRole("button", { name: "Map", exact: true }).click();
    const node = page.getByTestId("map-node").filter({ hasText: "storefront" }).first();
    await node.focus();
    await page.keyboard.press("Enter");
    const panel = page.getByTestId("side-panel");
    await panel.waitFor();
    const storefront = (await countServices()).find(({ name }) => name === "storefront");
    expect(await panel.innerText()).toContain(`${storefront?.served} in all`);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    expect(problems).toEqual([]);
  });

  test("two traces are compared span by span, and as SQL operation by operation", () =>
    checkTwoTraces({ product, rows, open }));

  test("a trace is compared with what is usual in its environment", () =>
    checkWithUsual({ product, rows, open }));

  test("every page opens as a statement that runs and counts the same", async () => {
    const { name, served, failed } = await failingService();
    const run = async (path: string, what: string) => {
      const { page, problems } = await open(path, (opened) => opened.locator("footer").waitFor());
      const link = page.getByRole("link", { name: `Open ${what} as SQL` });
      const params = new URL((await link.getAttribute("href")) ?? "", product.uiUrl).searchParams;
      expect(problems).toEqual([]);
      const response = await fetch(`${product.uiUrl}/api/sql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(Object.fromEntries(params)),
      });
      return `${response.status} ${await response.text()}`;
    };
    const services = await run(url("/services"), "the services");
    expect(services.slice(0, 3), services).toBe("200");
    for (const figure of [name, served, failed]) expect(services).toContain(String(figure));
    const charts = await run(url(`/services/${name}`), "the charts");
    expect(charts.slice(0, 3), charts).toBe("200");
    const ofFailed = await run(url(`/services/${name}`, { status: "error" }), "the charts");
    expect(ofFailed.slice(0, 3), ofFailed).toBe("200");
    const calls = await run(url("/map"), "the calls");
    expect(calls.slice(0, 3), calls).toBe("200");
    expect(calls).toContain("storefront");
  });

  test.each([
    { label: "services", theme: "light", ...wide },
    { label: "service", theme: "dark", ...narrow },
    { label: "map", theme: "dark", ...wide },
    { label: "compare", theme: "light", ...narrow },
  ] as const)(
    "the $label page is accessible in $theme at $width",
    async ({ label, ...options }) => {
      const { name } = await failingService();
      const { page, problems } = await openPage(browser, options);
      const [trace] = await rows<{ id: string }>("SELECT TraceId AS id FROM otel_traces LIMIT 1");
      const paths = {
        services: url("/services"),
        service: url(`/services/${name}`),
        map: url("/map", { node: `service:${name}` }),
        compare: `${product.uiUrl}/compare?a=${trace?.id}`,
      };
      await page.goto(paths[label]);
      await page.locator("footer").waitFor();
      await page.waitForLoadState("networkidle");
      await screenshot(page, `${label}-page-${options.theme}-${options.width}`);
      expect(await accessibilityViolations(page)).toEqual([]);
      expect(problems).toEqual([]);
    },
  );
});
