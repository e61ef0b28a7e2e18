/**
 * A development tool: walks through the built UI by mouse and keyboard in real Chromium, against generated data, and
 * measures the large trace. `node dev/walk.ts [part of a walk's name]`; every step that does not hold is printed, and fails the run.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { chromium, type Page } from "playwright-core";
import { NAMED } from "./fixture-traces.ts";
import { serveFixtures } from "./serve.ts";
import {
  walkSavedHostilePage,
  walkSavedLargePage,
  walkSavedPage,
  walkSimilarLogs,
  walkAttributes,
  walkTraceMap,
} from "./walk-trace.ts";
import { LOG_WALKS } from "./walk-logs.ts";
import {
  walkEnvironment,
  walkOmnibox,
  walkOmniboxIds,
  walkRegionsAndKeys,
  walkSaved,
} from "./walk-shell.ts";
import { walkFacets, walkFilters, walkHeatmap } from "./walk-traces.ts";
import { check, failures, parameter, settle } from "./walking.ts";

async function walkLogToTraceAndBack(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/logs?from=now-3h&severity=WARN`);
  const rows = page.getByTestId("log-row");
  await rows.first().waitFor();
  const list = page.getByRole("grid");
  await list.evaluate((element) => element.scrollTo(0, 1200));
  await settle(page);
  const top = await list.evaluate((element) => element.scrollTop);
  const row = rows.filter({ hasText: "timed out" }).first();
  const body = await row.innerText();
  await row.getByRole("link").click();
  await page.getByTestId("span-row").first().waitFor();
  await settle(page);
  const selected = page.locator('[data-testid="trace-log-row"][aria-selected="true"]');
  check("a log's link selects the log inside its trace", (await selected.count()) === 1);
  check(
    "it is the same log",
    body.includes(((await selected.innerText()).split("\n")[1] ?? "?").trim()),
    await selected.innerText(),
  );
  await page.goBack();
  await rows.first().waitFor();
  await settle(page);
  const after = await list.evaluate((element) => element.scrollTop);
  check(
    "back returns to the same place of the list",
    Math.abs(after - top) < 2,
    `${top} -> ${after}`,
  );
}

async function walkTraceByKeyboard(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/traces`);
  await page.getByTestId("trace-row").first().getByRole("link").click();
  await page.getByTestId("span-row").first().waitFor();
  check(
    "focus moves to the heading",
    await page.evaluate(() => document.activeElement?.tagName === "H1"),
  );
  // Logs come after the spans, and are what the second step goes to.
  await page.getByTestId("trace-log-row").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await settle(page);
  check(
    "j moves, the URL knows",
    parameter(page, "span") !== null && parameter(page, "log") !== null,
    page.url(),
  );
  check(
    "the panel shows the log",
    (await page.getByTestId("side-panel").innerText()).includes("checkout started"),
  );
  await page.keyboard.press("Escape");
  await settle(page);
  check("Escape closes the panel", (await page.getByTestId("side-panel").count()) === 0);
  await page.keyboard.press("ArrowUp");
  await settle(page);
  const rowsBefore = await page.getByTestId("span-row").count();
  await page.keyboard.press("ArrowLeft");
  await settle(page);
  const rowsFolded = await page.getByTestId("span-row").count();
  check(
    "left closes the branch",
    rowsFolded === 1 && rowsBefore > 5,
    `${rowsBefore} -> ${rowsFolded}`,
  );
  check(
    "the row says it is closed",
    (await page.getByTestId("span-row").first().getAttribute("aria-expanded")) === "false",
  );
  await page.reload();
  await page.getByTestId("span-row").first().waitFor();
  check("a reload keeps it closed", (await page.getByTestId("span-row").count()) === 1);
  await page.keyboard.press("e");
  await page.keyboard.press("e");
  await settle(page);
  check(
    "e opens what hides the next error",
    (await page.getByTestId("span-row").count()) > 1,
    page.url(),
  );
  await page.keyboard.press("l");
  await settle(page);
  check("l hides the logs", (await page.getByTestId("trace-log-row").count()) === 0);
  await page.keyboard.press("f");
  await page.keyboard.type("etimedout");
  await page.keyboard.press("Enter");
  await settle(page);
  await page.keyboard.press("Enter");
  await settle(page);
  check("finding writes the URL", parameter(page, "find") === "etimedout", page.url());
  const active = await page.getByRole("treegrid").getAttribute("aria-activedescendant");
  check(
    "the grid names its active row",
    active !== null && (await page.locator(`[id="${active}"]`).count()) === 1,
    active,
  );
}

async function walkSimilarAndSkew(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/trace/${NAMED.wide}`);
  const groups = page.getByTestId("similar-row");
  await groups.first().waitFor();
  // Logs come after the first rows.
  await page.getByTestId("trace-log-row").first().waitFor();
  const before = await page.getByTestId("span-row").count();
  await page.keyboard.press("j");
  for (let i = 0; i < 3; i++) await page.keyboard.press("j");
  await settle(page);
  check("j comes to the group, the URL names it", parameter(page, "log") === "similar", page.url());
  await page.keyboard.press("ArrowRight");
  await settle(page);
  check("right opens the group", (await page.getByTestId("span-row").count()) > before);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowLeft");
  await settle(page);
  check("left comes back to the group", parameter(page, "log") === "similar", page.url());
  await page.keyboard.press("e");
  await settle(page);
  check(
    "e goes to where the failure began",
    (await page.getByTestId("side-panel").innerText()).includes("database is locked"),
  );
  await page.goto(`${origin}/trace/${NAMED.silent}`);
  await page.getByTestId("span-row").first().waitFor();
  const duration = () => page.locator("dl b").first().innerText();
  check("clocks that disagree leave the times as they are", (await duration()) === "680 ms");
  await page.getByRole("button", { name: "Fix clocks" }).click();
  await settle(page);
  check(
    "fixing them is in the URL, and moves the server",
    parameter(page, "skew") === "fix" && (await duration()) === "640 ms",
    await duration(),
  );
  const lines = page.locator("svg[class*=path]");
  check("the critical path is drawn", (await lines.count()) > 2);
  await page.keyboard.press("c");
  await settle(page);
  check("c takes it away", (await lines.count()) === 0 && parameter(page, "critical") === "off");
}

async function walkExport(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/trace/${NAMED.checkout}`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download the trace as OTLP JSON" }).click(),
  ]);
  const text = await readFile(await download.path(), "utf8");
  check("the file is named after the trace", download.suggestedFilename().includes("c0ffee"));
  check(
    "it holds every span and log",
    text.split('"startTimeUnixNano"').length - 1 === 12 && text.includes('"resourceLogs"'),
    text.length,
  );
}

async function walkSetup(page: Page, origin: string): Promise<void> {
  let hasTraces = false;
  await page.route("**/api/status", (route) =>
    route.fulfill({
      json: {
        version: "0.1.0",
        clickhouseVersion: "26.7.1",
        otlpGrpcEndpoint: "http://here.example:4317",
        otlpHttpEndpoint: "http://here.example:4318",
        hasTraces,
        hasLogs: false,
      },
    }),
  );
  await page.goto(origin);
  await page.getByText("Waiting for the first trace").waitFor();
  check("an empty installation lands on the setup page", page.url() === `${origin}/setup`);
  await page.getByRole("button", { name: "Java" }).click();
  check(
    "the lines name this installation",
    (await page.getByRole("main").innerText()).includes("http://here.example:4318"),
  );
  check("the language is in the URL", parameter(page, "lang") === "java", page.url());
  hasTraces = true;
  await page.getByText("First trace received").waitFor({ timeout: 8000 });
  check("what arrives is told live", true);
}

async function walkColors(page: Page, origin: string): Promise<void> {
  const seen = new Map<string, Set<string>>();
  for (const path of ["/services", "/traces?from=now-3h", "/logs?from=now-3h"]) {
    await page.goto(origin + path);
    await page.waitForLoadState("networkidle");
    const colors = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("[style*='--color']")].map((element) => [
        element.innerText.trim(),
        element.style.getPropertyValue("--color"),
      ]),
    );
    for (const [name = "", color = ""] of colors)
      seen.set(name, (seen.get(name) ?? new Set()).add(color));
  }
  const services = ["gateway", "orders", "payments", "inventory", "catalog", "mailer"];
  const colors = services.map((name) => [...(seen.get(name) ?? [])].join(" or "));
  check(
    "every service has one colour on all pages, and its own",
    new Set(colors).size === services.length && colors.every((color) => !color.includes(" or ")),
    colors,
  );
}

async function walkTheme(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/services`);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.getByRole("button", { name: /^Theme/ }).click();
  await page.getByRole("button", { name: /^Theme/ }).click();
  const dark = await background();
  await page.reload();
  check("the theme is kept", dark === "rgb(15, 18, 22)" && (await background()) === dark, dark);
}

/** Every task of the page that took longer than 50 ms, as the browser itself reports them. */
async function watchLongTasks(page: Page): Promise<() => Promise<readonly number[]>> {
  await page.addInitScript(`
    window.longTasks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longTasks.push(Math.round(entry.duration));
    }).observe({ type: "longtask", buffered: true });
  `);
  return () => page.evaluate<number[]>("window.longTasks.splice(0)");
}

async function scrollFrames(page: Page): Promise<readonly number[]> {
  return page.getByRole("treegrid").evaluate(async (element) => {
    const times: number[] = [];
    let last = performance.now();
    for (let i = 0; i < 90; i++) {
      element.scrollTop += 240;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      times.push(performance.now() - last);
      last = performance.now();
    }
    return times.toSorted((a, b) => a - b);
  });
}

async function measureLargeTrace(page: Page, origin: string): Promise<void> {
  for (const part of ["/columns", "/logs"])
    await fetch(`${origin}/api/traces/${NAMED.huge}${part}`).then((r) => r.arrayBuffer());
  const longTasks = await watchLongTasks(page);
  const started = performance.now();
  await page.goto(`${origin}/trace/${NAMED.huge}?fold=none`);
  await page.getByTestId("span-row").first().waitFor();
  const firstRowMs = performance.now() - started;
  await settle(page);
  const opening = await longTasks();
  const frames = await scrollFrames(page);
  const jump = await page.getByRole("treegrid").evaluate(async (element) => {
    const from = performance.now();
    element.scrollTop = element.scrollHeight / 2;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - from;
  });
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  const select = await timed(page, () => page.keyboard.press("j"), '[aria-selected="true"]');
  await settle(page);
  await longTasks();
  await page.keyboard.press("f");
  await page.keyboard.type("database is locked", { delay: 40 });
  await page.waitForTimeout(1500);
  const finding = await longTasks();
  process.stdout.write(
    `50,000 spans: first row ${firstRowMs.toFixed(0)} ms, tasks over 50 ms while opening [${opening.join(" ")}], scroll p95 ${(frames[85] ?? 0).toFixed(0)} ms, jump ${jump.toFixed(0)} ms, select ${select.toFixed(0)} ms, tasks over 50 ms while finding [${finding.join(" ")}], ${nodes} nodes\n`,
  );
  check("the large trace keeps few nodes", nodes < 1500, nodes);
}

async function timed(page: Page, act: () => Promise<void>, selector: string): Promise<number> {
  const from = performance.now();
  await act();
  await page.locator(selector).first().waitFor();
  return performance.now() - from;
}

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
if (!existsSync(executablePath)) throw new Error(`no Chromium at ${executablePath}; set CHROMIUM`);
const server = await serveFixtures(0, { nowMs: Date.now(), delayMs: 10 });
const address = server.address();
const origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--headless=new"],
});
const wanted = process.argv[2] ?? "";
for (const walk of [
  walkLogToTraceAndBack,
  walkTraceByKeyboard,
  walkFilters,
  walkHeatmap,
  walkFacets,
  ...LOG_WALKS,
  walkSimilarAndSkew,
  walkSimilarLogs,
  walkTraceMap,
  walkAttributes,
  walkExport,
  walkSavedPage,
  walkSavedHostilePage,
  walkSavedLargePage,
  walkSetup,
  walkColors,
  walkTheme,
  walkOmnibox,
  walkOmniboxIds,
  walkEnvironment,
  walkSaved,
  walkRegionsAndKeys,
  measureLargeTrace,
].filter(({ name }) => name.includes(wanted))) {
  const context = await browser.newContext({
    locale: "en-US",
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => check("no error on the page", false, error.message));
  await walk(page, origin);
  await context.close();
}
await browser.close();
server.closeAllConnections();
server.close();
process.exitCode = failures() === 0 ? 0 : 1;
