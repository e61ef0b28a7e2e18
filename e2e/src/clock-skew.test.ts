/**
 * Goal: clocks that contradict each other are told, and nothing is moved before somebody asks for it. Method: traces whose
 * services have clocks that are off; where Chromium draws their spans and logs is compared with what is stored, and, moved,
 * with what SQL works out.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { accessibilityViolations } from "./axe.ts";
import { chromiumPath, launchChromium, openPage, screenshot } from "./browser.ts";
import { connectOwner, readRows } from "./clickhouse.ts";
import { durationNs } from "./page-figures.ts";
import { startProduct, until, type Product } from "./product.ts";
import { sendOtlp } from "./send-otlp.ts";

let product: Product;
let clickhouse: ClickHouseClient;
let browser: Browser;
const opened: Page[] = [];

const START_MS = Date.now() - 60_000;
/** One clock that is early, below it a span and a log of the same clock. */
const ONE = "c10c".repeat(8);
/** Two that are early; one server outlasts its client; one clock is late, which a client that gave up explains as well. */
const TWO = "c20c".repeat(8);

interface Sent {
  readonly id: string;
  readonly parent: string;
  readonly host: string;
  readonly kind: "Internal" | "Server" | "Client";
  readonly fromMs: number;
  readonly toMs: number;
}

const sent = (id: string, parent: string, [host, kind]: readonly [string, Sent["kind"]]) => ({
  between: (fromMs: number, toMs: number): Sent => ({ id, parent, host, kind, fromMs, toMs }),
});

const TRACES: Readonly<Record<string, readonly Sent[]>> = {
  [ONE]: [
    sent("1", "", ["web", "Server"]).between(0, 200),
    sent("2", "1", ["web", "Client"]).between(20, 140),
    sent("3", "2", ["pay", "Server"]).between(-60, 40),
    sent("4", "3", ["pay", "Internal"]).between(-50, 50),
  ],
  [TWO]: [
    sent("1", "", ["web", "Server"]).between(0, 300),
    sent("2", "1", ["web", "Client"]).between(20, 140),
    sent("3", "2", ["pay", "Server"]).between(-5, 75),
    sent("4", "3", ["pay", "Client"]).between(5, 15),
    sent("5", "4", ["bank", "Server"]).between(-45, -15),
    sent("6", "1", ["web", "Client"]).between(150, 170),
    sent("7", "6", ["late", "Server"]).between(400, 410),
  ],
};

const KINDS = { Internal: 1, Server: 2, Client: 3 };
const nanos = (ms: number) => `${START_MS + ms}000000`;
const resource = (host: string) => ({
  attributes: [
    { key: "service.name", value: { stringValue: host } },
    { key: "host.name", value: { stringValue: `${host}-host` } },
  ],
});

const sendWhole = async (path: string, request: unknown) =>
  expect(await sendOtlp(product, path, request)).toEqual({});

const rows = <T>(query: string, params: Record<string, unknown> = {}): Promise<readonly T[]> =>
  readRows<T>(clickhouse, query, params);

beforeAll(async () => {
  product = await startProduct();
  clickhouse = connectOwner(product);
  const spanId = (id: string) => (id === "" ? "" : id.padStart(16, "0"));
  for (const [traceId, spans] of Object.entries(TRACES))
    await sendWhole("/v1/traces", {
      resourceSpans: spans.map((span) => ({
        resource: resource(span.host),
        scopeSpans: [
          {
            spans: [
              {
                traceId,
                spanId: spanId(span.id),
                parentSpanId: spanId(span.parent),
                name: `step ${span.id}`,
                kind: KINDS[span.kind],
                startTimeUnixNano: nanos(span.fromMs),
                endTimeUnixNano: nanos(span.toMs),
              },
            ],
          },
        ],
      })),
    });
  const log = { traceId: ONE, spanId: spanId("4"), severityNumber: 9, timeUnixNano: nanos(-40) };
  await sendWhole("/v1/logs", {
    resourceLogs: [
      {
        resource: resource("pay"),
        scopeLogs: [{ logRecords: [{ ...log, body: { stringValue: "asked" } }] }],
      },
    ],
  });
  await until(async () => {
    const [stored] = await rows<{ spans: number; logs: number }>(
      "SELECT (SELECT count() FROM otel_traces) AS spans, (SELECT count() FROM otel_logs) AS logs",
    );
    return stored?.spans === 11 && stored.logs === 1;
  }, "the spans and the log");
  for (const traceId of [ONE, TWO])
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

interface Stored {
  readonly id: string;
  readonly parent: string;
  readonly host: string;
  /** Nanoseconds since `START_MS`. */
  readonly startNs: number;
  readonly durationNs: number;
  /** Of a server that starts before its client: by how much, and what puts it into the middle, or right after its start. */
  readonly earlyNs: number;
  readonly offsetNs: number;
}

function storedSpans(traceId: string): Promise<readonly Stored[]> {
  return rows(
    `SELECT s.SpanId AS id, s.ParentSpanId AS parent, s.ResourceAttributes['host.name'] AS host,
       toUnixTimestamp64Nano(s.Timestamp) - {start:Int64} * 1000000 AS startNs, s.Duration AS durationNs,
       if(s.SpanKind = 'Server' AND c.SpanKind = 'Client' AND c.Timestamp > s.Timestamp,
         toUnixTimestamp64Nano(c.Timestamp) - toUnixTimestamp64Nano(s.Timestamp), 0) AS earlyNs,
       if(earlyNs = 0, 0, earlyNs + if(c.Duration >= s.Duration, intDiv(c.Duration - s.Duration, 2), 1000)) AS offsetNs
     FROM (SELECT * FROM otel_traces WHERE TraceId = {id:String}) AS s
     LEFT JOIN (SELECT * FROM otel_traces WHERE TraceId = {id:String}) AS c ON c.SpanId = s.ParentSpanId
     ORDER BY id`,
    { id: traceId, start: START_MS },
  );
}

/** What each span moves by: its own call's offset, and that of what it is called from, unless that is another clock. */
function movesOf(spans: readonly Stored[]): ReadonlyMap<string, number> {
  const moves = new Map<string, number>();
  for (const span of spans) {
    const above = spans.find(({ id }) => id === span.parent);
    const inherited = moves.get(span.parent) ?? 0;
    const isSameClock = above?.host === span.host;
    moves.set(span.id, span.offsetNs > 0 ? span.offsetNs + inherited : isSameClock ? inherited : 0);
  }
  return moves;
}

/** Of each span, left edge and width as shares of the trace. */
type Bars = readonly (readonly [id: string, left: number, width: number])[];

function barsOf(spans: readonly Stored[], moves: ReadonlyMap<string, number> = new Map()): Bars {
  const moved = spans.map((span) => ({ ...span, at: span.startNs + (moves.get(span.id) ?? 0) }));
  const first = Math.min(...moved.map(({ at }) => at));
  const total = Math.max(...moved.map(({ at, durationNs: ns }) => at + ns)) - first;
  return moved.map(({ id, at, durationNs: ns }) => [id, (at - first) / total, ns / total]);
}

async function drawnBars(page: Page): Promise<Bars> {
  return (await page.evaluate(`[...document.querySelectorAll('[data-testid="span-row"]')].map((row) => {
    const { left, width } = row.querySelector('[data-testid="span-bar"]').style;
    return [row.dataset.spanId, parseFloat(left) / 100, parseFloat(width) / 100];
  })`)) as Bars;
}

async function expectBars(page: Page, expected: Bars): Promise<void> {
  await expect.poll(async () => rounded(await drawnBars(page))).toEqual(rounded(expected));
}

/** In the order of their ids; a ten-thousandth of the trace is less than a pixel. */
function rounded(bars: Bars): Bars {
  return bars
    .map(([id, left, width]) => [id, Number(left.toFixed(4)), Number(width.toFixed(4))] as const)
    .toSorted(([a], [b]) => a.localeCompare(b));
}

interface Visited {
  readonly page: Page;
  readonly problems: readonly string[];
  readonly button: Locator;
  readonly facts: Locator;
}

async function visit(path: string, theme: "dark" | "light" = "light"): Promise<Visited> {
  const { page, problems } = await openPage(browser, { theme, width: 1440, height: 900 });
  opened.push(page);
  await page.goto(`${product.uiUrl}${path}`);
  await page.getByTestId("span-row").first().waitFor();
  await page.waitForLoadState("networkidle");
  const button = page.getByRole("button", { name: "Fix clocks" });
  return {
    page,
    problems,
    button,
    facts: page.getByRole("region", { name: "Trace", exact: true }),
  };
}

const skewOf = (page: Page) => new URL(page.url()).searchParams.get("skew");
/** As the page writes it. */
const shownNs = async (of: Locator) => durationNs(await of.innerText());

describe.skipIf(chromiumPath === undefined)("clocks that are off, in Chromium", () => {
  test("are told, and every span and log stands where it was sent", async () => {
    const spans = await storedSpans(ONE);
    const early = spans.filter(({ earlyNs }) => earlyNs > 0);
    expect(early.map(({ host, earlyNs, offsetNs }) => [host, earlyNs, offsetNs])).toEqual([
      ["pay-host", 80e6, 90e6],
    ]);
    const { page, problems, button, facts } = await visit(`/trace/${ONE}`);
    await expectBars(page, barsOf(spans));
    const notice = facts.getByText(/clock of/);
    await notice.filter({ hasText: "pay-host is at least" }).waitFor();
    expect(await shownNs(notice)).toBe(early[0]?.earlyNs);
    const pill = page
      .getByTestId("span-row")
      .filter({ hasText: "step 3" })
      .getByLabel("clock is early by");
    expect(await shownNs(pill.locator(".."))).toBe(early[0]?.earlyNs);
    expect(await button.getAttribute("aria-pressed")).toBe("false");
    expect(skewOf(page)).toBeNull();
    // The log is 20 ms after the first span, which is the server.
    expect(await page.getByTestId("trace-log-row").innerText()).toContain("+20.0 ms");
    await screenshot(page, "clock-skew-light-1440");
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test("are made to agree when asked to, by keyboard, and put back", async () => {
    const spans = await storedSpans(ONE);
    const moves = movesOf(spans);
    const { page, problems, button, facts } = await visit(`/trace/${ONE}`, "dark");
    await button.focus();
    await page.keyboard.press("Enter");
    await expectBars(page, barsOf(spans, moves));
    expect(skewOf(page)).toBe("fix");
    expect(await button.getAttribute("aria-pressed")).toBe("true");
    const notice = facts.getByText(/clock of/);
    await notice.filter({ hasText: "pay-host moved by" }).waitFor();
    expect(await shownNs(notice)).toBe(moves.get("0000000000000003"));
    // Its log moves with it: 50 ms after the first span, which is the root now.
    expect(await page.getByTestId("trace-log-row").innerText()).toContain("+50.0 ms");
    await screenshot(page, "clock-skew-fixed-dark-1440");
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.reload();
    await page.getByTestId("span-row").first().waitFor();
    await expectBars(page, barsOf(spans, moves));
    await button.press("Space");
    await expectBars(page, barsOf(spans));
    expect(skewOf(page)).toBeNull();
    expect(await button.getAttribute("aria-pressed")).toBe("false");
    expect(problems).toEqual([]);
  });

  test("of several hosts move each by its own, those below with them, and a late one not at all", async () => {
    const spans = await storedSpans(TWO);
    const moves = movesOf(spans);
    const offsets = spans.filter(({ offsetNs }) => offsetNs > 0);
    expect(offsets.map(({ host, earlyNs, offsetNs }) => [host, earlyNs, offsetNs])).toEqual([
      ["pay-host", 25e6, 45e6],
      // It outlasts its client: right after its start.
      ["bank-host", 50e6, 50e6 + 1000],
    ]);
    expect(moves.get("0000000000000007")).toBe(0);
    const { page, problems, button, facts } = await visit(`/trace/${TWO}`);
    await expectBars(page, barsOf(spans));
    const notice = facts.getByText(/^clocks/);
    expect(await notice.innerText()).toBe(
      "clocks are early: bank-host by at least 50.0 ms, pay-host by at least 25.0 ms",
    );
    expect(await accessibilityViolations(page)).toEqual([]);
    await button.click();
    await expectBars(page, barsOf(spans, moves));
    expect(await notice.innerText()).toBe(
      "clocks moved: bank-host by 50.0 ms, pay-host by 45.0 ms",
    );
    await screenshot(page, "clock-skew-two-light-1440");
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});

interface TraceAnswer {
  readonly spans: readonly { readonly spanId: string; readonly startTimeUnixNano: string }[];
  readonly verdict: {
    readonly skew: readonly {
      readonly clock: string;
      readonly earlyNano: string;
      readonly offsetNano: string;
    }[];
  };
}

test.each([ONE, TWO])("the service says and moves the same of trace %s", async (traceId) => {
  const spans = await storedSpans(traceId);
  const moves = movesOf(spans);
  const ask = async (query: string) =>
    (await (await fetch(`${product.uiUrl}/api/traces/${traceId}${query}`)).json()) as TraceAnswer;
  const startsOf = (answer: TraceAnswer) =>
    new Map(
      answer.spans.map(({ spanId, startTimeUnixNano }) => [
        spanId,
        Number(BigInt(startTimeUnixNano) - BigInt(START_MS) * 1_000_000n),
      ]),
    );
  const [raw, fixed] = [await ask(""), await ask("?skew=fix")];
  expect(startsOf(raw)).toEqual(new Map(spans.map(({ id, startNs }) => [id, startNs])));
  expect(startsOf(fixed)).toEqual(
    new Map(spans.map(({ id, startNs }) => [id, startNs + (moves.get(id) ?? 0)])),
  );
  const said = raw.verdict.skew.map(({ clock, earlyNano, offsetNano }) => [
    clock,
    Number(earlyNano),
    Number(offsetNano),
  ]);
  const worked = spans
    .filter(({ offsetNs }) => offsetNs > 0)
    .map(({ host, earlyNs, offsetNs }) => [host, earlyNs, offsetNs]);
  expect(new Set(said)).toEqual(new Set(worked));
});
