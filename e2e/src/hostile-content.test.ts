/**
 * Goal: what strangers write into telemetry is shown as text and does nothing else. Method: OTLP whose every name, key,
 * value and line is markup, a script, a terminal's escape, a character that turns the reading order, or a megabyte; then
 * Chromium opens every page that shows it and looks at the document that came of it.
 */
import { createHash } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ClickHouseClient } from "@clickhouse/client";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launchChromium, openPage, screenshot } from "./browser.ts";
import { connectOwner, readRows } from "./clickhouse.ts";
import { hostilePages, rangeAround } from "./hostile-pages.ts";
import {
  attribute,
  HOSTILE,
  hostileLogs,
  hostileSpans,
  idOf,
  LONG,
  LONG_NAME_SPAN,
  LONG_SPAN,
  TEXTS,
  type SentTrace,
} from "./hostile-texts.ts";
import {
  actingParts,
  expectInert,
  OPENED_CHARS_MAX,
  watchPage,
  type InertOptions,
} from "./inert-page.ts";
import { startProduct, until, type Product } from "./product.ts";
import { sendOtlp } from "./send-otlp.ts";

let product: Product;
let clickhouse: ClickHouseClient;
let browser: Browser;
const opened: Page[] = [];

const NOW_MS = Date.now() - 60_000;
const plain: SentTrace = {
  traceId: "bad0".repeat(8),
  startMs: NOW_MS,
  mark: "plain",
  isLong: false,
};
const long: SentTrace = {
  traceId: "bad1".repeat(8),
  startMs: NOW_MS + 7_000,
  mark: "long",
  isLong: true,
};

const inRange = rangeAround(NOW_MS);

const rows = <T>(query: string, params: Record<string, unknown> = {}): Promise<readonly T[]> =>
  readRows<T>(clickhouse, query, params);

/** A span and a log for each text, two spans above, and two spans and two logs that are long. */
const SPANS = 2 * TEXTS.length + 6;
const LOGS = 2 * TEXTS.length + 2;

beforeAll(async () => {
  product = await startProduct();
  clickhouse = connectOwner(product);
  for (const sent of [plain, long]) {
    expect(await sendOtlp(product, "/v1/traces", hostileSpans(sent))).toEqual({});
    expect(await sendOtlp(product, "/v1/logs", hostileLogs(sent))).toEqual({});
  }
  await until(async () => {
    const [stored] = await rows<{ spans: number; logs: number }>(
      "SELECT (SELECT count() FROM otel_traces) AS spans, (SELECT count() FROM otel_logs) AS logs",
    );
    return stored?.spans === SPANS && stored.logs === LOGS;
  }, "both traces with their logs");
  for (const { traceId } of [plain, long])
    await until(
      async () => (await fetch(`${product.uiUrl}/api/traces/${traceId}/columns`)).ok,
      "the trace to be answered",
    );
  if (chromiumPath !== undefined) browser = await launchChromium();
});

afterEach(async () => {
  for (const page of opened.splice(0)) await page.context().close();
});

afterAll(async () => {
  await browser?.close();
  await clickhouse?.close();
  await product?.dispose();
});

interface Visited {
  readonly page: Page;
  /** Looks at the document as it is now. */
  readonly expectHarmless: (shot?: string, options?: InertOptions) => Promise<void>;
}

async function visit(path: string, theme: "dark" | "light" = "light"): Promise<Visited> {
  const { page, problems } = await openPage(browser, { theme, width: 1440, height: 900 });
  opened.push(page);
  const watched = await watchPage(page, product.uiUrl);
  await page.goto(`${product.uiUrl}${path}`);
  return {
    page,
    expectHarmless: async (shot, options) => {
      await page.waitForLoadState("networkidle");
      if (shot !== undefined) await screenshot(page, `hostile-${shot}-${theme}-1440`);
      await expectInert(page, [...watched, ...problems], options);
    },
  };
}

const STATEMENT =
  "SELECT ServiceName AS `<b onclick=1>`, SpanName, SpanAttributes, ScopeVersion FROM otel_traces ORDER BY TraceId DESC, SpanId";

/** Each of them once: a click makes it another thing. */
async function clickAll(of: Locator): Promise<void> {
  for (let left = await of.count(); left > 0; left = await of.count()) await of.first().click();
}

const rowOf = (page: Page, spanId: string) =>
  page.locator(`[data-testid="span-row"][data-span-id="${spanId}"]`);
const indexOf = (text: string) => TEXTS.indexOf(text);

describe("what strangers write is stored as they sent it", () => {
  test("in names, keys, values and lines", async () => {
    const stored = await rows(
      `SELECT SpanId AS id, SpanName AS name, SpanAttributes[SpanName] AS value, Body AS body,
         LogAttributes[Body] AS logged, ScopeName AS scope, Events.Attributes[1][SpanName] AS event
       FROM otel_traces INNER JOIN otel_logs USING (TraceId, SpanId)
       WHERE TraceId = {id: String} ORDER BY id`,
      { id: plain.traceId },
    );
    // Half of a pair is no character: UTF-8 cannot say it.
    const expected = TEXTS.map((sent, i) => {
      const text = sent.toWellFormed();
      const all = { name: text, value: text, body: text, logged: text, event: text };
      return { id: idOf(i), scope: HOSTILE.svg, ...all };
    });
    expect(stored).toEqual(expected);
  });

  test("to the last byte of the longest that is taken", async () => {
    const [stored] = await rows(
      `SELECT hex(SHA256(SpanAttributes['long.words'])) AS words, hex(SHA256(SpanAttributes['long.hidden'])) AS hidden,
         hex(SHA256(Events.Attributes[1]['exception.message'])) AS mixed,
         (SELECT groupArray(hex(SHA256(Body))) FROM (SELECT Body FROM otel_logs WHERE SpanId = {span: String} ORDER BY Timestamp)) AS bodies
       FROM otel_traces WHERE SpanId = {span: String}`,
      { span: LONG_SPAN },
    );
    const [words, hidden, mixed] = [LONG.words, LONG.hidden, LONG.mixed].map(sha256);
    expect(stored).toEqual({ words, hidden, mixed, bodies: [words, mixed] });
  });

  test("what is longer is cut at a character and says so, or is refused where it cannot say so", async () => {
    const traceId = "bad2".repeat(8);
    const tooLong = `${LONG.words.slice(1)}é${HOSTILE.script}`;
    const span = (spanId: string, more: object) => ({
      traceId,
      spanId,
      name: "too long",
      startTimeUnixNano: `${NOW_MS}000000`,
      endTimeUnixNano: `${NOW_MS}000000`,
      ...more,
    });
    const cut = span("00000000000000c1", {
      attributes: [attribute("cut", tooLong)],
      events: [{ name: "event", attributes: [attribute("inner", tooLong)] }],
    });
    const refused = span("00000000000000c2", {
      events: [{ name: tooLong }],
    });
    const answer = await sendOtlp(product, "/v1/traces", {
      resourceSpans: [{ scopeSpans: [{ spans: [cut, refused] }] }],
    });
    expect(answer).toMatchObject({ partialSuccess: { rejectedSpans: "1" } });
    const read = () =>
      rows(
        `SELECT SpanId AS id, hex(SHA256(SpanAttributes['cut'])) AS hash, SpanAttributes['throughline.truncated'] AS said,
           hex(SHA256(Events.Attributes[1]['inner'])) AS innerHash, Events.Attributes[1]['throughline.truncated'] AS innerSaid
         FROM otel_traces WHERE TraceId = {id: String}`,
        { id: traceId },
      );
    await until(async () => (await read()).length > 0, "the cut span");
    const hash = sha256(LONG.words.slice(1));
    expect(await read()).toEqual([
      { id: "00000000000000c1", hash, said: "cut", innerHash: hash, innerSaid: "inner" },
    ]);
  });
});

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex").toUpperCase();
}

describe.skipIf(chromiumPath === undefined)("in Chromium, inert and accessible", () => {
  test("a trace, and in the panel everything of its spans", async () => {
    const { page, expectHarmless } = await visit(`/trace/${plain.traceId}?logs=off`);
    await rowOf(page, idOf(0)).waitFor();
    await expectHarmless("trace");
    expect(await page.title()).toMatch(/^failed: U\+202Epohs.*<img src=x/);
    const panel = page.getByTestId("side-panel");
    for (const text of [HOSTILE.image, HOSTILE.link, HOSTILE.terminal, HOSTILE.controls]) {
      await rowOf(page, idOf(indexOf(text))).click();
      await panel.getByRole("heading", { name: /^Events/ }).waitFor();
      await clickAll(panel.locator("details:not([open]) > summary"));
      await expectHarmless(text === HOSTILE.terminal ? "trace-panel" : undefined);
    }
    // A link of an attribute's value would be the way out: there is none, and the text is all there.
    await rowOf(page, idOf(indexOf(HOSTILE.link))).click();
    const value = panel.locator("dd").filter({ hasText: HOSTILE.link }).first();
    await value.waitFor();
    expect(await value.locator("a").count()).toBe(0);
  });

  test("a terminal's sequences stand in the line by their names, and the words between them are readable", async () => {
    const { page, expectHarmless } = await visit(`/trace/${plain.traceId}`, "dark");
    const line = page.getByTestId("trace-log-row").filter({ hasText: "bold" });
    await line.waitFor();
    expect(await line.innerText()).toContain(
      "ESC[31mredESC[0m ESC[1;38;5;196mboldESC[0m U+009B32mgreen",
    );
    await line.click();
    const panel = page.getByTestId("side-panel");
    await panel.getByText("ESC[1;38;5;196m", { exact: true }).first().waitFor();
    await expectHarmless("trace-log");
  });

  test("text that is read from the right leaves its neighbours where they are", async () => {
    const { page } = await visit(`/trace/${plain.traceId}?logs=off`);
    for (const text of [HOSTILE.svg, HOSTILE.hebrew, HOSTILE.reversed]) {
      const row = rowOf(page, idOf(indexOf(text)));
      await row.scrollIntoViewIfNeeded();
      const parts = [
        row.locator("bdi").nth(0),
        row.locator("bdi").nth(1),
        row.getByText("40.0 ms"),
      ];
      const boxes = await Promise.all(parts.map((part) => part.boundingBox()));
      const lefts = boxes.map((box) => box?.x ?? Number.NaN);
      expect(lefts, text).toEqual(lefts.toSorted((a, b) => a - b));
    }
    await page.goto(`${product.uiUrl}/logs?${inRange}`);
    const reversed = page.getByTestId("log-row").filter({ hasText: "nimda" }).first();
    expect(await reversed.innerText()).toContain("user U+202EnimdaU+202C U+2066in");
  });

  test("values of a megabyte: their beginning, more of it when asked for, all of it to copy", async () => {
    const { page, expectHarmless } = await visit(
      `/trace/${long.traceId}?span=${LONG_SPAN}`,
      "dark",
    );
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const panel = page.getByTestId("side-panel");
    await panel.getByText("long.hidden").waitFor();
    await expectHarmless("long");
    const more = panel.getByRole("button", { name: /^Show 100 kB of 1\.0\d MB$/ });
    await more.first().click();
    await expectHarmless("long-open", { nodeCharsMax: OPENED_CHARS_MAX });
    await clickAll(more);
    // Without axe-core, which takes half a minute over so much text.
    expect(await actingParts(page, { nodeCharsMax: OPENED_CHARS_MAX })).toEqual([]);
    const copies = panel.getByRole("button", { name: /^Copy all 1\.0\d MB$/ });
    // The exception's message and stack, then the attributes.
    expect(await copies.count()).toBe(4);
    for (const [at, text] of [LONG.mixed, LONG.words, LONG.hidden, LONG.words].entries()) {
      await copies.nth(at).click();
      await panel.getByRole("button", { name: "Copied" }).waitFor();
      const copied = (await page.evaluate("navigator.clipboard.readText()")) as string;
      expect(sha256(copied), `${at}`).toBe(sha256(text));
      await panel.getByRole("button", { name: "Copied" }).waitFor({ state: "detached" });
    }
    await rowOf(page, LONG_NAME_SPAN).click();
    await panel.getByText("name", { exact: true }).first().waitFor();
    await expectHarmless("long-name");
    await page.getByTestId("trace-log-row").last().click();
    await panel.getByRole("button", { name: /^Copy all/ }).waitFor();
    await expectHarmless("long-log");
  });

  test("a trace that was saved as one page", async () => {
    const { page } = await visit(`/trace/${long.traceId}`);
    await page.getByTestId("trace-log-row").first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: /^Save the trace as one page/ }).click(),
    ]);
    const file = path.join(product.dataDir, "saved.html");
    await download.saveAs(file);
    const saved = await openPage(browser, { theme: "dark", width: 1440, height: 900 });
    opened.push(saved.page);
    const watched = await watchPage(saved.page, pathToFileURL(file).href);
    await saved.page.context().setOffline(true);
    await saved.page.goto(pathToFileURL(file).href);
    const rows = saved.page.getByRole("treegrid").getByRole("row");
    await rows.nth(1).waitFor();
    const look = () => expectInert(saved.page, [...watched, ...saved.problems], { isSaved: true });
    await look();
    await saved.page.getByRole("searchbox", { name: "Find in trace" }).fill("long values");
    await saved.page.keyboard.press("Enter");
    const details = saved.page.getByRole("complementary", { name: "Details" });
    await details
      .getByRole("button", { name: /^Copy all/ })
      .first()
      .waitFor();
    await look();
    await clickAll(details.getByRole("button", { name: /^Show / }));
    const acting = await actingParts(saved.page, { isSaved: true, nodeCharsMax: OPENED_CHARS_MAX });
    expect([...acting, ...watched, ...saved.problems]).toEqual([]);
    await screenshot(saved.page, "hostile-saved-dark-1440");
  });

  test("a trace as flame graph and as map, and what is found in it", async () => {
    const { page, expectHarmless } = await visit(`/trace/${long.traceId}?view=flame`);
    await page.getByTestId("flame").waitFor();
    for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowDown");
    await expectHarmless("flame");
    await page.keyboard.press("4");
    await page.getByTestId("call-node").first().waitFor();
    await expectHarmless("trace-map");
    await page.keyboard.press("1");
    await rowOf(page, idOf(0)).waitFor();
    await page.getByRole("textbox", { name: "Find in trace" }).fill("<script>");
    await page.locator("output").filter({ hasText: /\d/ }).waitFor();
    await expectHarmless("found");
  });

  test("what the box for everything finds", async () => {
    const { page, expectHarmless } = await visit(`/services?${inRange}`, "dark");
    await page.locator("tbody tr").first().waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").last().fill("pay");
    await page.getByRole("option").filter({ hasText: "<svg" }).first().waitFor();
    await expectHarmless("omnibox");
    await page.getByRole("combobox").last().fill(HOSTILE.image);
    await page.getByRole("option").first().waitFor();
    await expectHarmless();
  });

  test("the lines around one", async () => {
    const { page, expectHarmless } = await visit(`/logs?${inRange}`);
    await page.getByTestId("log-row").filter({ hasText: "nimda" }).first().click();
    await expectHarmless("log-panel");
    await page.getByRole("link", { name: "Lines around it" }).click();
    await page.getByText(/before and .* after it/).waitFor();
    await expectHarmless();
  });

  test("columns of a result stand under their names, however long their values are", async () => {
    const { page, expectHarmless } = await visit(
      `/sql?${inRange}&sql=${encodeURIComponent(STATEMENT)}`,
    );
    await page.locator('[aria-label="Result"] [role="gridcell"]').first().waitFor();
    const lefts = (await page.evaluate(
      `[...document.querySelectorAll('[aria-label="Result"] [role="row"]')].map((row) =>
        [...row.children].map((cell) => Math.round(cell.getBoundingClientRect().left)).join())`,
    )) as readonly string[];
    expect(lefts.length).toBeGreaterThan(10);
    expect(new Set(lefts).size).toBe(1);
    await expectHarmless("sql");
  });

  for (const [i, [what, path, ready]] of hostilePages(NOW_MS, [
    plain.traceId,
    long.traceId,
  ]).entries())
    test(what, async () => {
      const { page, expectHarmless } = await visit(path, i % 2 === 0 ? "light" : "dark");
      await page.locator(ready).first().waitFor();
      await expectHarmless(what.replaceAll(" ", "-"));
    });
});
