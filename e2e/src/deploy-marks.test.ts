/**
 * Goal: the charts of a service say which version came when. Method: spans of versions over days, in two environments; the
 * marks that Chromium shows, where they stand and what their table says are compared with what SQL counts in the spans.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityViolations } from "./axe.ts";
import { chromiumPath, launchChromium, openPage, screenshot } from "./browser.ts";
import { connectOwner, readRows } from "./clickhouse.ts";
import { startProduct, until, type Product } from "./product.ts";

let product: Product;
let clickhouse: ClickHouseClient;
let browser: Browser;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const TO_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const FROM_MS = TO_MS - 4 * HOUR_MS;
const at = (minute: number) => FROM_MS + minute * MINUTE_MS;

interface Release {
  readonly service: string;
  readonly version: string;
  readonly environment: string;
  /** When its spans began, unix milliseconds. */
  readonly times: readonly number[];
}

const RELEASES: readonly Release[] = [
  {
    service: "shop",
    version: "1.0",
    environment: "prod",
    times: [FROM_MS - 3 * DAY_MS, at(5), at(100)],
  },
  {
    service: "shop",
    version: "2.0",
    environment: "prod",
    times: [at(104) + 12_345, at(160), at(230)],
  },
  { service: "shop", version: "2.0", environment: "staging", times: [at(31) + 59_999, at(90)] },
  // Rolled back to in the range, but known before it.
  { service: "shop", version: "0.9", environment: "prod", times: [FROM_MS - 6 * DAY_MS, at(200)] },
  // Longer ago than is looked back: new again.
  { service: "shop", version: "0.1", environment: "prod", times: [FROM_MS - 9 * DAY_MS, at(215)] },
  // All that was ever seen of a service is no deploy.
  { service: "young", version: "1.0", environment: "prod", times: [at(40), at(50)] },
  { service: "young", version: `<b>2</b> \u202e`, environment: "prod", times: [at(70)] },
];

function spansOf({ times }: Release, of: number) {
  return times.map((startMs, i) => ({
    traceId: (of + 1).toString(16).padStart(30, "0") + (i + 1).toString(16).padStart(2, "0"),
    spanId: (i + 1).toString(16).padStart(16, "0"),
    name: "GET /",
    kind: 2,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + 20}000000`,
  }));
}

interface Deployed {
  readonly version: string;
  readonly environment: string;
  /** Unix milliseconds. */
  readonly atMs: number;
}

const rows = <T>(query: string, params: Record<string, unknown> = {}): Promise<readonly T[]> =>
  readRows<T>(clickhouse, query, { from: FROM_MS, to: TO_MS, ...params });

/** From the spans themselves, where the service reads its counts by minute. */
function countDeployed(service: string): Promise<readonly Deployed[]> {
  return rows(
    `WITH first AS (
       SELECT ResourceAttributes['service.version'] AS version, ResourceAttributes['deployment.environment.name'] AS environment,
         toUnixTimestamp(toStartOfMinute(min(Timestamp))) * 1000 AS atMs,
         countIf(Timestamp >= fromUnixTimestamp64Milli({from:Int64})) AS inRange
       FROM otel_traces
       WHERE ServiceName = {service:String} AND Timestamp < fromUnixTimestamp64Milli({to:Int64})
         AND Timestamp >= fromUnixTimestamp64Milli({from:Int64}) - INTERVAL 7 DAY
       GROUP BY version, environment)
     SELECT version, environment, atMs FROM first
     WHERE inRange > 0 AND atMs >= {from:Int64} AND atMs > (SELECT min(atMs) FROM first)
     ORDER BY atMs`,
    { service },
  );
}

beforeAll(async () => {
  product = await startProduct();
  clickhouse = connectOwner(product);
  const response = await fetch(`${product.otlpHttpUrl}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      resourceSpans: RELEASES.map((release, of) => ({
        resource: {
          attributes: [
            { key: "service.name", value: { stringValue: release.service } },
            { key: "service.version", value: { stringValue: release.version } },
            {
              key: "deployment.environment.name",
              value: { stringValue: release.environment },
            },
          ],
        },
        scopeSpans: [{ spans: spansOf(release, of) }],
      })),
    }),
  });
  expect([response.status, await response.json()]).toEqual([200, {}]);
  const sent = RELEASES.reduce((count, { times }) => count + times.length, 0);
  await until(async () => {
    const [stored] = await rows<{ spans: number; counted: number }>(
      `SELECT (SELECT count() FROM otel_traces) AS spans, (SELECT sum(Requests) FROM otel_traces_red_1m) AS counted`,
    );
    return stored?.spans === sent && stored.counted === sent;
  }, "the spans, counted");
  if (chromiumPath !== undefined) browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await clickhouse?.close();
  await product?.dispose();
});

const range = new URLSearchParams({
  from: new Date(FROM_MS).toISOString(),
  to: new Date(TO_MS).toISOString(),
}).toString();

async function visit(
  service: string,
  more: string,
  options: Parameters<typeof openPage>[1],
): Promise<{ readonly page: Page; readonly problems: readonly string[] }> {
  const opened = await openPage(browser, options);
  await opened.page.goto(`${product.uiUrl}/services/${service}?${range}${more}`);
  await opened.page.getByRole("figure", { name: "Errors" }).waitFor();
  await opened.page.waitForLoadState("networkidle");
  return opened;
}

/** As people in the page's time zone, UTC, read it. */
function clock(atMs: number): string {
  const utc = new Date(atMs).toUTCString();
  return `${utc.slice(5, 11)} ${utc.slice(17, 22)}`;
}

const CHARTS = ["Errors", "Requests", "Duration"];

describe.skipIf(chromiumPath === undefined)("deploy marks in Chromium", () => {
  test.each([
    { theme: "light", width: 1440, height: 900 },
    { theme: "dark", width: 1024, height: 700 },
  ] as const)(
    "stand where SQL says a version was first seen, in $theme at $width",
    async (options) => {
      const deployed = await countDeployed("shop");
      expect(deployed.map(({ version, environment }) => [version, environment])).toEqual([
        ["2.0", "staging"],
        ["2.0", "prod"],
        ["0.1", "prod"],
      ]);
      const { page, problems } = await visit("shop", "", options);
      for (const name of CHARTS) {
        const chart = page.getByRole("figure", { name });
        const marks = chart.getByTestId("deploy-mark");
        const words = deployed.map(
          ({ version, environment, atMs }) =>
            `deployed ${version} in ${environment}, ${clock(atMs)}`,
        );
        expect(await marks.allTextContents()).toEqual(words);
        // From the left edge of the plotted area to the right one is the range.
        const area = await marks.first().locator("..").boundingBox();
        for (const [i, { atMs }] of deployed.entries()) {
          const box = await marks.nth(i).boundingBox();
          const share = ((box?.x ?? 0) - (area?.x ?? 0)) / (area?.width ?? 1);
          expect(share).toBeCloseTo((atMs - FROM_MS) / (TO_MS - FROM_MS), 2);
        }
      }
      await screenshot(page, `deploy-marks-${options.theme}-${options.width}`);
      expect(await accessibilityViolations(page)).toEqual([]);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  test("are in the table of each chart, in the row of their time, by keyboard", async () => {
    const deployed = await countDeployed("shop");
    const { page, problems } = await visit("shop", "", {
      theme: "light",
      width: 1440,
      height: 900,
    });
    for (const name of CHARTS) {
      const button = page.getByRole("button", { name: `${name}: view as table` });
      await button.focus();
      await page.keyboard.press("Enter");
      const table = page.getByRole("group", { name, exact: true }).getByRole("table");
      await table.waitFor();
      const columns = await table.getByRole("columnheader").allTextContents();
      const column = columns.indexOf("Deployed");
      const found: (readonly [string, number])[] = [];
      const starts: number[] = [];
      for (const row of await table.locator("tbody tr").all()) {
        const cells = await row.locator("th, td").allTextContents();
        const startMs = Date.parse(`${cells[0]} ${new Date(FROM_MS).getUTCFullYear()} UTC`);
        starts.push(startMs);
        const said = cells[column] ?? "";
        if (said !== "") found.push([said, startMs]);
      }
      const stepMs = (starts[1] ?? 0) - (starts[0] ?? 0);
      expect(found.map(([said]) => said).join(" ")).toBe(
        deployed
          .map(({ version, environment, atMs }) => `${version} in ${environment}, ${clock(atMs)}`)
          .join(" "),
      );
      for (const [i, { atMs }] of deployed.entries()) {
        const startMs = found[i]?.[1] ?? Number.NaN;
        expect(atMs).toBeGreaterThanOrEqual(startMs);
        expect(atMs).toBeLessThan(startMs + stepMs);
      }
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.keyboard.press("Escape");
    }
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("of one environment do not name it, and a version is text whatever it holds", async () => {
    const { page, problems } = await visit("shop", "&environment=staging", {
      theme: "dark",
      width: 1440,
      height: 900,
    });
    // The first that was ever seen there is no deploy.
    expect(await page.getByTestId("deploy-mark").count()).toBe(0);
    await page.goto(`${product.uiUrl}/services/young?${range}`);
    const marks = page.getByRole("figure", { name: "Errors" }).getByTestId("deploy-mark");
    await marks.first().waitFor();
    expect(await countDeployed("young")).toHaveLength(1);
    expect(await marks.allTextContents()).toEqual([`deployed <b>2</b> U+202E, ${clock(at(70))}`]);
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
