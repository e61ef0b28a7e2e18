/**
 * Goal: what the trace page says is what is stored. Method: the demo shop runs against the product, Chromium opens one of
 * its traces in every view, and spans, logs, errors and times are asked of ClickHouse a second way.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ClickHouseClient } from "@clickhouse/client";
import { startShop, type Shop } from "@throughline/demo";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityViolations } from "./axe.ts";
import { chromiumPath, launchChromium, openPage } from "./browser.ts";
import { connectOwner } from "./clickhouse.ts";
import { startProduct, until, type Product } from "./product.ts";

let product: Product;
let clickhouse: ClickHouseClient;
let shop: Shop;
let browser: Browser;
let traceId: string;

interface Stored {
  readonly spans: number;
  readonly logs: number;
  readonly errors: number;
  readonly operations: number;
}

async function storedOf(id: string): Promise<Stored> {
  const answer = await clickhouse.query({
    query: `SELECT
        count() AS spans, countIf(StatusCode = 'Error') AS errors, uniqExact(ServiceName, SpanName) AS operations,
        (SELECT count() FROM otel_logs WHERE TraceId = {id: String}) AS logs
      FROM otel_traces WHERE TraceId = {id: String}`,
    query_params: { id },
    format: "JSONEachRow",
  });
  const [row] = await answer.json<Record<keyof Stored, string | number>>();
  return {
    spans: Number(row?.spans),
    logs: Number(row?.logs),
    errors: Number(row?.errors),
    operations: Number(row?.operations),
  };
}

beforeAll(async () => {
  product = await startProduct();
  clickhouse = connectOwner(product);
  shop = await startShop({
    otlpEndpoint: product.otlpGrpcUrl,
    requests: 40,
    requestsPerSecond: 20,
    seed: 11,
  });
  traceId = await shop.firstInterestingTraceId();
  let before = "";
  await until(async () => {
    const now = JSON.stringify(await storedOf(traceId));
    const isSettled = now === before && Number(JSON.parse(now).logs) > 0;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return isSettled;
  }, "the trace to be whole");
  if (chromiumPath !== undefined) browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await shop?.stop();
  await clickhouse?.close();
  await product?.dispose();
});

async function withPage(address: string, look: (page: Page) => Promise<void>): Promise<void> {
  const { page, problems } = await openPage(browser, { theme: "light", width: 1440, height: 900 });
  await page.goto(`${product.uiUrl}${address}`);
  await look(page);
  expect(await accessibilityViolations(page)).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
}

describe.skipIf(chromiumPath === undefined)("the trace page", () => {
  test("says as many spans, logs and errors as are stored, and that nothing is missing", async () => {
    const stored = await storedOf(traceId);
    await withPage(`/trace/${traceId}`, async (page) => {
      const facts = page.getByRole("region", { name: "Trace", exact: true });
      await facts.getByText(`${stored.spans} spans`, { exact: true }).waitFor();
      await facts.getByRole("link", { name: `${stored.logs} logs` }).waitFor();
      await facts.getByText("complete", { exact: true }).waitFor();
      if (stored.errors > 0)
        await page.getByText(new RegExp(`^\\s*${stored.errors} errors?$`)).waitFor();
    });
  });

  test("sums the spans of each operation in the table", async () => {
    const stored = await storedOf(traceId);
    await withPage(`/trace/${traceId}?view=table`, async (page) => {
      const rows = page.getByTestId("totals-row");
      await rows.first().waitFor();
      const counts = await rows.evaluateAll((elements) =>
        elements.map((row) => Number(row.querySelectorAll('[role="cell"]')[1]?.textContent)),
      );
      expect(counts).toHaveLength(stored.operations);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(stored.spans);
    });
  });

  test("counts the calls between services on its map as a join of spans does", async () => {
    const calls = `otel_traces AS c INNER JOIN otel_traces AS p
      ON c.TraceId = p.TraceId AND c.ParentSpanId = p.SpanId`;
    const busiest = await clickhouse.query({
      query: `SELECT c.TraceId AS id FROM ${calls} WHERE p.ServiceName != c.ServiceName
        GROUP BY id ORDER BY uniqExact(p.ServiceName, c.ServiceName) DESC, id LIMIT 1`,
      format: "JSONEachRow",
    });
    const [trace] = await busiest.json<{ id: string }>();
    const answer = await clickhouse.query({
      query: `SELECT p.ServiceName AS caller, c.ServiceName AS callee, count() AS calls,
          countIf(c.StatusCode = 'Error') AS errors
        FROM ${calls}
        WHERE c.TraceId = {id: String} AND p.TraceId = {id: String} AND p.ServiceName != c.ServiceName
        GROUP BY caller, callee`,
      query_params: { id: trace?.id },
      format: "JSONEachRow",
    });
    const stored = await answer.json<Record<string, string | number>>();
    const expected = stored.map(({ caller, callee, calls, errors }) =>
      [caller, callee, calls, errors].join(" "),
    );
    expect(expected.length).toBeGreaterThan(0);
    await withPage(`/trace/${trace?.id}?view=map`, async (page) => {
      const rows = page.getByTestId("call-row");
      await rows.first().waitFor();
      const shown = await rows.evaluateAll((elements) =>
        elements.map((row) => {
          const cells = [...row.querySelectorAll("td")].map((cell) => cell.textContent.trim());
          const [caller, callee, calls, errors] = cells;
          return [caller, callee, calls, errors === "–" ? "0" : errors].join(" ");
        }),
      );
      expect(shown.toSorted()).toEqual(expected.toSorted());
      expect(await page.getByTestId("call-label").count()).toBe(expected.length);
    });
  });

  test("walks the flame graph by keys, and says in words what is selected", async () => {
    const answer = await clickhouse.query({
      query:
        "SELECT ServiceName, SpanName FROM otel_traces WHERE TraceId = {id: String} AND ParentSpanId = ''",
      query_params: { id: traceId },
      format: "JSONEachRow",
    });
    const [root] = await answer.json<{ ServiceName: string; SpanName: string }>();
    await withPage(`/trace/${traceId}`, async (page) => {
      await page.getByTestId("span-row").first().waitFor();
      await page.keyboard.press("2");
      await page.getByTestId("flame").waitFor();
      await page.keyboard.press("ArrowDown");
      const words = page.getByRole("status").filter({ hasText: root?.SpanName ?? "" });
      await words.filter({ hasText: root?.ServiceName ?? "" }).waitFor();
      expect(new URL(page.url()).searchParams.get("view")).toBe("flame");
    });
  });

  test("opens and closes level by level, and takes the browser's key to find", async () => {
    await withPage(`/trace/${traceId}?fold=all`, async (page) => {
      const rows = () => page.getByTestId("span-row").count();
      await page.getByTestId("span-row").first().waitFor();
      await until(async () => (await rows()) === 1, "one row");
      await page.keyboard.press("o");
      await until(async () => (await rows()) > 1, "a second level");
      await page.keyboard.press("p");
      await until(async () => (await rows()) === 1, "one level again");
      await page.keyboard.press("Control+f");
      const field = page.getByRole("textbox", { name: "Find in trace" });
      expect(await field.evaluate((element) => element.matches(":focus"))).toBe(true);
    });
  });

  test("saves the request as one page that opens from a disk and asks nobody", async () => {
    const stored = await storedOf(traceId);
    const file = path.join(mkdtempSync(path.join(tmpdir(), "saved-trace-")), "trace.html");
    await withPage(`/trace/${traceId}`, async (page) => {
      await page.getByTestId("trace-log-row").first().waitFor();
      await saveTo(page, file);
    });
    await withSaved(file, async (saved) => {
      const facts = saved.locator(".facts");
      await facts.getByText(`${stored.spans} spans`, { exact: true }).waitFor();
      await facts.getByText(`${stored.logs} logs`, { exact: true }).waitFor();
      await saved.keyboard.press("x");
      // What is open is in the file: every span has its row, every log its own.
      const rows = await saved.getByRole("treegrid").getAttribute("aria-rowcount");
      expect(Number(rows) - 1).toBeGreaterThanOrEqual(stored.spans + stored.logs);
      // The minimap is painted, and dragging over its second half looks at that only.
      const map = saved.locator(".minimap");
      const box = await map.boundingBox();
      if (box === null) throw new Error("no minimap");
      const ruler = saved.getByRole("columnheader").last();
      expect(await ruler.innerText()).toMatch(/^0/);
      await saved.mouse.move(box.x + box.width * 0.5, box.y + 9);
      await saved.mouse.down();
      await saved.mouse.move(box.x + box.width - 2, box.y + 9, { steps: 3 });
      await saved.mouse.up();
      await expect.poll(() => ruler.innerText()).not.toMatch(/^0/);
      expect(await saved.evaluate<boolean>(IS_PAINTED)).toBe(true);
    });
  });

  test("saves hostile content as what it is: text", async () => {
    const hostile = "bad1".repeat(8);
    const name = `GET </script><script>document.title="owned"</script> \u202egnp`;
    await sendSpan(hostile, { spanId: "00000000000000b1", parentSpanId: "", name });
    await untilAnswered(hostile);
    const file = path.join(mkdtempSync(path.join(tmpdir(), "saved-trace-")), "trace.html");
    await withPage(`/trace/${hostile}`, async (page) => {
      await page.getByTestId("span-row").first().waitFor();
      await saveTo(page, file);
    });
    await withSaved(file, async (saved) => {
      const row = saved.getByRole("row").nth(1);
      await row.getByText(`GET </script><script>document.title="owned"</script>`).waitFor();
      await row.getByText("U+202E", { exact: true }).waitFor();
      expect(await saved.title()).toBe(
        `late GET </script><script>document.title="owned"</script> U+202Egnp`,
      );
      expect(await saved.locator("script").count()).toBe(2);
    });
  });

  test("a large trace is indexed beside the page, and the same in the page where no worker starts", async () => {
    const large = "1a49".repeat(8);
    await storeLarge(large);
    const seen: string[] = [];
    for (const hasWorkers of [true, false]) {
      const { page, problems } = await openPage(browser, {
        theme: "light",
        width: 1440,
        height: 900,
      });
      let workers = 0;
      page.on("worker", () => workers++);
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      if (!hasWorkers) await page.addInitScript("delete window.Worker");
      await page.goto(`${product.uiUrl}/trace/${large}`);
      await page.getByTestId("span-row").first().waitFor();
      await page.waitForLoadState("networkidle");
      expect(workers).toBe(hasWorkers ? 1 : 0);
      // The columns once, with the page's first bytes; neither the whole trace nor a file twice.
      const columns = `/api/traces/${large}/columns`;
      expect(asked.filter((path) => path === columns)).toEqual([columns]);
      expect(asked.indexOf(columns)).toBeLessThan(
        asked.findIndex((path) => /index-.*\.js$/.test(path)),
      );
      expect(asked).not.toContain(`/api/traces/${large}`);
      const scripts = asked.filter((path) => path.endsWith(".js"));
      expect(scripts).toEqual([...new Set(scripts)]);
      const facts = page.getByRole("region", { name: "Trace", exact: true });
      await facts.getByText("6,000 spans", { exact: true }).waitFor();
      await page.keyboard.press("e");
      await page.getByTestId("side-panel").waitFor();
      const rows = page.getByRole("treegrid");
      seen.push([await rows.getAttribute("aria-rowcount"), await rows.innerText()].join("\n"));
      expect(problems).toEqual([]);
      await page.context().close();
    }
    expect(seen[0]).toBe(seen[1]);
    expect(seen[0]).toContain("step 0");
  });

  test("listens for spans that come late, and says how late they were", async () => {
    const late = "1a7e".repeat(8);
    await sendSpan(late, { spanId: "00000000000000a1", parentSpanId: "", name: "root in time" });
    await untilAnswered(late);
    await withPage(`/trace/${late}`, async (page) => {
      await page.getByTestId("span-row").filter({ hasText: "root in time" }).waitFor();
      await sendSpan(late, {
        spanId: "00000000000000a2",
        parentSpanId: "00000000000000a1",
        name: "child too late",
      });
      const row = page.getByTestId("span-row").filter({ hasText: "child too late" });
      await row.getByText(/^arrived .* late$/).waitFor();
      await page.getByText("1 span arrived while this was open").waitFor();
    });
  });
});

const IS_PAINTED = `(() => {
  const canvas = document.querySelector(".minimap canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value) => value !== 0);
})()`;

const LARGE_SPANS = 6_000;

/** A tree in which every span has ten children, every hundredth failed; larger than what is asked for whole. */
async function storeLarge(id: string): Promise<void> {
  await clickhouse.command({
    query: `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration, StatusCode)
      SELECT now64(9) - INTERVAL 1 HOUR + toIntervalMicrosecond(number), {id: String}, leftPad(lower(hex(number + 1)), 16, '0'),
        if(number = 0, '', leftPad(lower(hex(intDiv(number - 1, 10) + 1)), 16, '0')),
        concat('step ', toString(number % 7)), 'Internal', concat('large-', toString(number % 5)),
        toUInt64(1e10 - 1e6 * number), if(number % 100 = 99, 'Error', 'Unset')
      FROM numbers({spans: UInt64})`,
    query_params: { id, spans: LARGE_SPANS },
  });
  await untilAnswered(id);
}

/** Spans are in their table a moment before the service finds them by their id. */
function untilAnswered(id: string): Promise<void> {
  return until(
    async () => (await fetch(`${product.uiUrl}/api/traces/${id}/columns`)).ok,
    "the trace to be answered",
  );
}

async function saveTo(page: Page, file: string): Promise<void> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: /^Save the trace as one page/ }).click(),
  ]);
  await download.saveAs(file);
}

/** In a browser that is offline: whatever the page asked for would fail, and is a problem. */
async function withSaved(file: string, look: (page: Page) => Promise<void>): Promise<void> {
  const { page, problems } = await openPage(browser, { theme: "dark", width: 1024, height: 700 });
  await page.context().setOffline(true);
  const address = pathToFileURL(file).href;
  page.on("request", (request) => {
    if (request.url() !== address) problems.push(`asked for ${request.url()}`);
  });
  await page.goto(address);
  await page.getByRole("treegrid").waitFor();
  await look(page);
  expect(await accessibilityViolations(page)).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
}

interface SentSpan {
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
}

async function sendSpan(id: string, span: SentSpan): Promise<void> {
  const endMs = Date.now();
  const response = await fetch(`${product.otlpHttpUrl}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "late" } }] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: id,
                  ...span,
                  kind: 1,
                  startTimeUnixNano: `${endMs - 20}000000`,
                  endTimeUnixNano: `${endMs}000000`,
                },
              ],
            },
          ],
        },
      ],
    }),
  });
  expect(response.status).toBe(200);
}
