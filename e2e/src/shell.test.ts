/**
 * Goal: what stands around every page leads where it says: one box to any id, one environment for all pages, a whole incident by
 * keyboard. Method: the demo shop, and spans of four environments sent over OTLP, against the product; Chromium; numbers are
 * counted again with SQL.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { startShop, type Shop } from "@throughline/demo";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { accessibilityViolations } from "./axe.ts";
import { chromiumPath, launchChromium, openPage, screenshot } from "./browser.ts";
import { connectOwner, readRows } from "./clickhouse.ts";
import { startProduct, until, type Product } from "./product.ts";
import { sendOtlp } from "./send-otlp.ts";

let product: Product;
let clickhouse: ClickHouseClient;
let shop: Shop;
let browser: Browser | undefined;
const opened: Page[] = [];
const problemsOf = new Map<Page, string[]>();

const NEWER = "deployment.environment.name";
const OLDER = "deployment.environment";
/** Requests of one span and one log each. */
const SENT = [
  { service: "ledger", attribute: NEWER, environment: "production", requests: 5 },
  { service: "ledger", attribute: NEWER, environment: "staging", requests: 3 },
  { service: "postman", attribute: OLDER, environment: "staging", requests: 2 },
  { service: "lab", attribute: OLDER, environment: "qa", requests: 4 },
] as const;
/** The request id of the first two of a kind: somebody tried again. */
const TRIED_TWICE = "req-7f3a-tried-twice";

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });

async function sendRequests(kind: number): Promise<void> {
  const sent = SENT[kind];
  if (sent === undefined) return;
  const { service, environment, requests } = sent;
  const resource = {
    attributes: [attribute("service.name", service), attribute(sent.attribute, environment)],
  };
  const startMs = Date.now() - 5000;
  const ids = Array.from({ length: requests }, (_, i) => ({
    traceId: `${kind + 1}${i}`.padStart(32, "ab"),
    spanId: `${kind + 1}${i}`.padStart(16, "cd"),
    startNs: `${startMs + i}000000`,
    endNs: `${startMs + i + 20}000000`,
    requestId: i < 2 && kind === 0 ? TRIED_TWICE : `req-${kind}-${i}`,
  }));
  await sendOtlp(product, "/v1/traces", {
    resourceSpans: [
      {
        resource,
        scopeSpans: [
          {
            spans: ids.map(({ traceId, spanId, startNs, endNs, requestId }) => ({
              traceId,
              spanId,
              name: `POST /${service}`,
              kind: 2,
              startTimeUnixNano: startNs,
              endTimeUnixNano: endNs,
              attributes: [attribute("request.id", requestId)],
              status: {},
            })),
          },
        ],
      },
    ],
  });
  await sendOtlp(product, "/v1/logs", {
    resourceLogs: [
      {
        resource,
        scopeLogs: [
          {
            logRecords: ids.map(({ traceId, spanId, startNs }) => ({
              traceId,
              spanId,
              timeUnixNano: startNs,
              severityNumber: 9,
              body: { stringValue: `${service} was asked` },
            })),
          },
        ],
      },
    ],
  });
}

const rows = <T>(query: string, params: Record<string, unknown> = {}): Promise<readonly T[]> =>
  readRows<T>(clickhouse, query, params);

async function count(query: string, params: Record<string, unknown> = {}): Promise<number> {
  const [row] = await rows<{ n: number }>(query, params);
  return row?.n ?? Number.NaN;
}

beforeAll(async () => {
  product = await startProduct();
  clickhouse = connectOwner(product);
  shop = await startShop({
    otlpEndpoint: product.otlpGrpcUrl,
    requests: 60,
    requestsPerSecond: 20,
    seed: 11,
  });
  for (let kind = 0; kind < SENT.length; kind++) await sendRequests(kind);
  await shop.trafficEnded;
  await shop.stop();
  let before = -1;
  await until(async () => {
    const now = await count(
      "SELECT (SELECT count() FROM otel_traces) + (SELECT count() FROM otel_logs) AS n",
    );
    const isSettled = now > 100 && now === before;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    return isSettled;
  }, "spans and logs to be stored");
  if (chromiumPath !== undefined) browser = await launchChromium();
});

afterEach(async () => {
  for (const page of opened.splice(0)) {
    // Chromium says of an id that is nowhere what the page says in its own words.
    const problems = problemsOf.get(page)?.filter((text) => !text.includes("status of 404"));
    expect(problems).toEqual([]);
    await page.context().close();
  }
});

afterAll(async () => {
  await browser?.close();
  await shop?.stop();
  await clickhouse?.close();
  await product?.dispose();
});

async function open(path: string, theme: "light" | "dark" = "light", width = 1440): Promise<Page> {
  if (browser === undefined) throw new Error("no Chromium");
  const { page, problems } = await openPage(browser, {
    theme,
    width,
    height: width === 1440 ? 900 : 700,
  });
  opened.push(page);
  problemsOf.set(page, problems);
  await page.goto(`${product.uiUrl}${path}`);
  await page.getByRole("button", { name: "Find anything" }).waitFor();
  return page;
}

const box = (page: Page) => page.getByRole("combobox", { name: "Find anything" });

async function find(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await box(page).waitFor();
  await page.keyboard.type(text);
}

async function paste(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await box(page).waitFor();
  // As from a clipboard, which headless browsers do not all have.
  await page.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", ${JSON.stringify(text)});
    const pasting = { clipboardData, bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", pasting));
  }`);
}

/** Presses Tab until what has the focus is what is looked for. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 300; presses++) {
    const isThere = await page.evaluate(
      `document.activeElement !== null && document.activeElement.matches(${JSON.stringify(selector)})`,
    );
    if (isThere === true) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never came to ${selector}`);
}

/** What a list says that it holds, once its figure is what is expected. */
function shownCount(page: Page, words: string): Promise<void> {
  return page.locator("footer").getByText(words).first().waitFor();
}

describe.runIf(chromiumPath !== undefined)("in Chromium (needs chromium on this machine)", () => {
  test("an incident from the services to the logs around its origin and back, by keyboard alone", async () => {
    const [worst] = await rows<{ name: string }>(
      `SELECT ServiceName AS name FROM otel_traces WHERE SpanKind = 'Server'
       GROUP BY name ORDER BY countIf(StatusCode = 'Error') / count() DESC LIMIT 1`,
    );
    const page = await open("/traces");
    await find(page, "services");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/services");
    await page.getByRole("rowheader").first().waitFor();
    await tabTo(page, `th a[href^="/services/${worst?.name}"]`);
    await page.keyboard.press("Enter");
    await page.getByTestId("exemplar-failed").first().waitFor();
    await tabTo(page, "[data-testid=exemplar-failed]");
    await page.keyboard.press("Enter");
    await page.getByTestId("side-panel").waitFor();
    await page.waitForURL((url) => url.searchParams.has("span") && !url.searchParams.has("origin"));
    const origin = new URL(page.url());
    const [span] = await rows<{ status: string; service: string }>(
      "SELECT StatusCode AS status, ServiceName AS service FROM otel_traces WHERE SpanId = {spanId:String}",
      { spanId: origin.searchParams.get("span") },
    );
    expect(span?.status).toBe("Error");
    await page.keyboard.press("a");
    await page.waitForURL("**/logs?*");
    await page.getByTestId("log-row").first().waitFor();
    const around = new URL(page.url()).searchParams;
    const logs = await count(
      `SELECT count() AS n FROM otel_logs WHERE ServiceName = {service:String}
         AND Timestamp >= parseDateTime64BestEffort({from:String}) AND Timestamp < parseDateTime64BestEffort({to:String})`,
      { service: span?.service, from: around.get("from"), to: around.get("to") },
    );
    await shownCount(page, `${logs} log`);
    // The browser's own keys for it do not exist without a window.
    await page.goBack();
    await page.getByTestId("side-panel").waitFor();
    expect(new URL(page.url()).search).toBe(origin.search);
    await page.goBack();
    await page.getByTestId("exemplar-failed").first().waitFor();
    expect(new URL(page.url()).pathname).toBe(`/services/${worst?.name}`);
  });

  test("a pasted id opens what it is the id of: a trace, a span, a request", async () => {
    const [span] = await rows<{ traceId: string; spanId: string }>(
      "SELECT TraceId AS traceId, SpanId AS spanId FROM otel_traces WHERE ParentSpanId != '' LIMIT 1",
    );
    const page = await open("/services");
    await paste(page, `00-${span?.traceId}-${span?.spanId}-01`);
    await page.waitForURL(`**/trace/${span?.traceId}*`);
    await page.getByTestId("span-row").first().waitFor();
    await paste(page, span?.spanId ?? "");
    await page.waitForURL((url) => url.searchParams.get("span") === span?.spanId);
    const [asked] = await rows<{ traceId: string }>(
      "SELECT TraceId AS traceId FROM otel_traces WHERE SpanAttributes['request.id'] = 'req-3-1'",
    );
    await paste(page, "req-3-1");
    await page.waitForURL(`**/trace/${asked?.traceId}*`);
  });

  test("the requests of an id that was used twice are listed, and one of them opened", async () => {
    const page = await open("/logs", "dark");
    await paste(page, TRIED_TWICE);
    const found = page.getByRole("group", { name: "Found" }).getByRole("option");
    await found.nth(1).waitFor();
    expect(await found.count()).toBe(
      await count(
        "SELECT uniqExact(TraceId) AS n FROM otel_traces WHERE SpanAttributes['request.id'] = {id:String}",
        { id: TRIED_TWICE },
      ),
    );
    for (const text of await found.allInnerTexts())
      expect(text).toMatch(/ledger POST \/ledger\s+.+ · 20\.0 ms · 1 span · no errors, complete$/);
    await screenshot(page, "omnibox-dark-1440");
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/trace/*");
  });

  test("an id that is nowhere is said to be, with what it was looked for as", async () => {
    const page = await open("/services", "light", 1024);
    await paste(page, "e".repeat(32));
    await page
      .getByRole("dialog")
      .getByText(/Nothing stored has/)
      .waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  test("one environment is what every page counts", async () => {
    const page = await open("/traces");
    const select = page.getByRole("combobox", { name: "Environment" });
    await select.selectOption({ label: "production" });
    const traces = await count(
      `SELECT uniqExact(TraceId) AS n FROM otel_traces WHERE ResourceAttributes['${NEWER}'] = 'production'`,
    );
    expect(traces).toBe(5);
    await shownCount(page, `${traces} traces`);
    await page.getByRole("link", { name: "Logs" }).first().click();
    await shownCount(page, "5 logs");
    expect(new URL(page.url()).searchParams.get("environment")).toBe("production");
    await page.getByRole("link", { name: "Services" }).first().click();
    await page.getByRole("rowheader", { name: "ledger" }).waitFor();
    expect(await page.getByRole("rowheader").allInnerTexts()).toEqual(["ledger"]);
    const row = page.getByRole("row").filter({ hasText: "ledger" });
    const cells = await row.getByRole("cell").allInnerTexts();
    expect(cells.at(-2)).toMatch(/^5\b/);
    await page.getByRole("rowheader").getByRole("link").click();
    const requests = page.getByRole("figure", { name: "Requests" });
    await requests.waitFor();
    expect(await requests.innerText()).toContain(", 5");
  });

  test("where an environment is not in the figures, they say so, and where none would be right, none is shown", async () => {
    const page = await open("/traces");
    const select = page.getByRole("combobox", { name: "Environment" });
    await select.selectOption({ label: "staging" });
    const both = await count(
      `SELECT uniqExact(TraceId) AS n FROM otel_traces
       WHERE ResourceAttributes['${NEWER}'] = 'staging' OR ResourceAttributes['${OLDER}'] = 'staging'`,
    );
    expect(both).toBe(5);
    await shownCount(page, `${both} traces`);
    await page.getByRole("link", { name: "Services" }).first().click();
    await page.getByText("in traces and logs only").waitFor();
    await page.getByRole("rowheader", { name: "ledger" }).waitFor();
    expect(await page.getByRole("rowheader").allInnerTexts()).toEqual(["ledger"]);
    expect(await accessibilityViolations(page)).toEqual([]);
    await select.selectOption({ label: "qa" });
    await page.getByRole("heading", { name: "qa is not in the figures of services" }).waitFor();
    expect(await page.getByRole("rowheader").count()).toBe(0);
    await page.getByRole("link", { name: "Its traces" }).click();
    await shownCount(page, "4 traces");
  });

  test("a search that was saved is found from any page and opens as it was", async () => {
    const page = await open("/logs?v=1&q=service%3Aledger&environment=staging");
    await shownCount(page, "3 logs");
    await page.getByRole("button", { name: "Saved", exact: true }).click();
    await page.keyboard.type("The ledger of staging");
    await page.keyboard.press("Enter");
    await page.getByText("Saved as").waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.goto(`${product.uiUrl}/setup`);
    await page.getByRole("button", { name: "Find anything" }).waitFor();
    await find(page, "ledger stag");
    await page.getByRole("option", { name: /^The ledger of staging/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/logs?*");
    await shownCount(page, "3 logs");
  });
});
