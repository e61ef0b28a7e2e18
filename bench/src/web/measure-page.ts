/** One round: a trace opened in a browser that knows nothing, and read. Times are taken inside the page. */
import type { Browser, Page } from "playwright-core";
import type { Figures, TraceCase } from "./budgets.ts";

/**
 * Runs before the page does: when the first row stood there, and which tasks took longer than 50 ms. It looks when
 * something has changed, not at every frame: asking for frames makes the browser paint while there is nothing to see.
 */
const WATCH = `
  window.bench = { firstRowMs: 0, longestMs: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      window.bench.longestMs = Math.max(window.bench.longestMs, duration);
  }).observe({ type: "longtask", buffered: true });
  const watcher = new MutationObserver(() => {
    if (document.querySelector('[data-testid="span-row"]') === null) return;
    watcher.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.bench.firstRowMs = performance.now(); }));
  });
  watcher.observe(document, { childList: true, subtree: true });
  window.benchPress = async (key, hasChanged) => {
    const from = performance.now();
    document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    while (!hasChanged()) await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - from;
  };
  window.benchGrid = () => document.querySelector('[role="treegrid"]');
  window.benchRows = () => window.benchGrid().getAttribute("aria-rowcount");
`;

/** The reader looks before doing something; until then logs arrive, too. */
const IDLE_MS = 1500;
const SCROLL_FRAMES = 90;
const TIMEOUT_MS = 120_000;

export async function measureTrace(
  browser: Browser,
  origin: string,
  { traceId }: TraceCase,
): Promise<Figures> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    await page.addInitScript(WATCH);
    await page.goto(`${origin}/trace/${traceId}`);
    await page.evaluate(FIRST_ROW);
    await page.waitForLoadState("networkidle");
    await page.waitForTimeout(IDLE_MS);
    const opened = await page.evaluate<Opened>(OPENED);
    return {
      ...opened,
      ...(await readTrace(page)),
      ...(await weigh(page)),
    };
  } finally {
    await context.close();
  }
}

/** The page's content security policy forbids what `waitForFunction` does; this comes over the debugging protocol. */
const FIRST_ROW = `(async () => {
  while (window.bench.firstRowMs === 0) {
    if (performance.now() > ${TIMEOUT_MS}) throw new Error("no row, but: " + document.body.innerText.slice(0, 500));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
})()`;

type Opened = Pick<Figures, "firstPaintMs" | "firstRowMs" | "longestTaskMs">;
const OPENED = `({
  firstPaintMs: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  firstRowMs: window.bench.firstRowMs,
  longestTaskMs: window.bench.longestMs,
})`;

type Read = Omit<Figures, keyof Opened | "heapMB" | "domNodes">;

async function readTrace(page: Page): Promise<Read> {
  // Whatever the trace opened with: everything closes before everything opens.
  await press(page, "X", ROWS_CHANGED);
  const expandAllMs = await press(page, "x", ROWS_CHANGED);
  const scrollP95Ms = await scroll(page);
  // What is taken out and put in again: the second is measured.
  await press(page, "l", ROWS_CHANGED);
  const logsMs = await press(page, "l", ROWS_CHANGED);
  const jumpMs = await page.evaluate<number>(JUMP);
  await page.waitForTimeout(SETTLE_MS);
  const selectMs = await press(page, "j", `() => ${SELECTED} !== null`);
  await press(page, "Escape", `() => ${SELECTED} === null`);
  const zoomMs = await press(page, "=", `((old) => () => ${RULER} !== old)(${RULER})`);
  const collapseAllMs = await press(page, "X", ROWS_CHANGED);
  return { scrollP95Ms, expandAllMs, logsMs, jumpMs, selectMs, zoomMs, collapseAllMs };
}

const SELECTED = `document.querySelector('[aria-selected="true"]')`;
const RULER = `window.benchGrid().querySelector('[aria-rowindex="1"]').textContent`;
const ROWS_CHANGED = "((old) => () => window.benchRows() !== old)(window.benchRows())";

/** @param hasChanged an expression of the page: a function that says whether what the key does can be seen */
async function press(page: Page, key: string, hasChanged: string): Promise<number> {
  const ms = await page.evaluate<number>(
    `window.benchPress(${JSON.stringify(key)}, ${hasChanged})`,
  );
  await page.waitForTimeout(SETTLE_MS);
  return ms;
}

/** Between two things that a reader does. */
const SETTLE_MS = 400;

const JUMP = `(async () => {
  const grid = window.benchGrid();
  const from = performance.now();
  grid.scrollTop = grid.scrollHeight / 2;
  const middle = Math.floor(grid.scrollTop / 24);
  const isShown = () => [...grid.querySelectorAll("[data-row]")].some((row) => Math.abs(Number(row.dataset.row) - middle) < 4);
  do await new Promise((resolve) => requestAnimationFrame(resolve)); while (!isShown());
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - from;
})()`;

async function scroll(page: Page): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const grid = window.benchGrid();
    const times = [];
    let last = performance.now();
    for (let i = 0; i < ${SCROLL_FRAMES}; i++) {
      grid.scrollTop += 240;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      times.push(performance.now() - last);
      last = performance.now();
    }
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length * 0.95)];
  })()`);
}

/** After everything: what the page holds, garbage apart. */
async function weigh(page: Page): Promise<Pick<Figures, "heapMB" | "domNodes">> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN;
  const domNodes = await page.evaluate<number>("document.querySelectorAll('*').length");
  return { heapMB: heap / 1e6, domNodes };
}
