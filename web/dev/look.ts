/**
 * A development tool: opens every page of the built UI in real Chromium, in both themes and two sizes, saves
 * screenshots and runs axe-core. `node dev/look.ts <folder> [name filter]`; fails on a violation, a page error or a
 * refused resource.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";
import { NAMED } from "./fixture-traces.ts";
import { LOG_VIEWS } from "./log-views.ts";
import { serveFixtures } from "./serve.ts";
import { SHELL_VIEWS } from "./shell-views.ts";
import { SERVICE_VIEWS } from "./service-views.ts";
import { TRACE_VIEWS } from "./trace-views.ts";

interface View {
  readonly name: string;
  readonly path: string;
  readonly mode?: "empty" | "broken";
  readonly act?: (page: Page) => Promise<void>;
}

const press =
  (...keys: readonly string[]) =>
  async (page: Page) => {
    for (const key of keys) await page.keyboard.press(key);
  };

/** Drags over a part of the heatmap. */
async function selectInHeatmap(page: Page): Promise<void> {
  const box = await page.getByRole("figure").locator("canvas").boundingBox();
  if (box === null) throw new Error("no heatmap");
  await page.mouse.move(box.x + box.width * 0.3, box.y + 4);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.92, box.y + box.height * 0.3, { steps: 4 });
  await page.mouse.up();
}

const VIEWS: readonly View[] = [
  { name: "traces", path: "/traces" },
  {
    name: "traces-filtered",
    path: "/traces?service=payments&status=error&attribute=http.route%3D%2Fcharge&from=now-3h",
  },
  { name: "traces-nothing", path: "/traces?service=payments&minDuration=2h" },
  {
    name: "traces-completing",
    path: "/traces",
    act: async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("status:error http", { delay: 5 });
    },
  },
  { name: "traces-refused", path: "/traces?v=1&q=service%3Apayments+status%3Aeror" },
  { name: "traces-selected", path: "/traces?from=now-3h", act: selectInHeatmap },
  {
    name: "traces-differs",
    path: "/traces?from=now-3h",
    act: async (page) => {
      await selectInHeatmap(page);
      await page.getByRole("button", { name: "What differs" }).click();
      await page.getByRole("list", { name: "Differences, largest first" }).waitFor();
    },
  },
  {
    name: "traces-help",
    path: "/traces",
    act: (page) => page.getByRole("button", { name: "How to write a filter" }).click(),
  },
  { name: "traces-groups", path: "/traces?from=now-3h&group=service" },
  { name: "traces-groups-two", path: "/traces?from=now-3h&group=service&group2=name" },
  { name: "setup", path: "/setup?lang=python" },
  { name: "setup-empty", path: "/", mode: "empty" },
  { name: "setup-broken", path: "/setup", mode: "broken" },
  { name: "traces-empty", path: "/traces", mode: "empty" },
  { name: "traces-broken", path: "/traces", mode: "broken" },
  { name: "trace", path: `/trace/${NAMED.checkout}` },
  { name: "trace-error", path: `/trace/${NAMED.checkout}`, act: press("e", "e", "e", "e") },
  { name: "trace-log", path: `/trace/${NAMED.checkout}`, act: press("j", "j") },
  { name: "trace-deep", path: `/trace/${NAMED.deep}`, act: press("End") },
  { name: "trace-wide", path: `/trace/${NAMED.wide}?find=locked`, act: press("n") },
  { name: "trace-orphans", path: `/trace/${NAMED.orphans}` },
  { name: "trace-silent", path: `/trace/${NAMED.silent}` },
  { name: "trace-group", path: `/trace/${NAMED.wide}`, act: press("j", "j", "j", "j") },
  { name: "trace-fixed", path: `/trace/${NAMED.silent}?skew=fix` },
  { name: "trace-huge", path: `/trace/${NAMED.huge}` },
  { name: "trace-logs-only", path: `/trace/${NAMED.logsOnly}` },
  { name: "trace-hostile", path: `/trace/${NAMED.hostile}`, act: press("j") },
  { name: "trace-flame", path: `/trace/${NAMED.checkout}?view=flame`, act: press("ArrowDown") },
  { name: "trace-table", path: `/trace/${NAMED.checkout}?view=table` },
  { name: "trace-unknown", path: "/trace/00000000000000000000000000000001" },
  { name: "logs", path: "/logs" },
  { name: "logs-selected", path: "/logs?severity=WARN&from=now-3h", act: press("j", "j", "j") },
  { name: "logs-empty", path: "/logs", mode: "empty" },
  { name: "services", path: "/services" },
  ...SERVICE_VIEWS,
  ...SHELL_VIEWS,
  ...LOG_VIEWS,
  ...TRACE_VIEWS,
  {
    name: "range",
    path: "/traces",
    act: async (page) => {
      await page.getByRole("button", { name: /^Time range/ }).click();
      await page.getByLabel("Time range, typed").fill("14:05-14:20");
    },
  },
  { name: "keys", path: "/services", act: press("?") },
];

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
] as const;

const folder = process.argv[2] ?? "test-results/look";
const filter = process.argv[3] ?? "";
/** One light and large pass is enough while drawing. */
const isQuick = process.env["QUICK"] !== undefined;
mkdirSync(folder, { recursive: true });

let problems = 0;
function report(where: string, what: string): void {
  problems++;
  process.stdout.write(`${where}: ${what}\n`);
}

async function look(browser: Browser, view: View, origin: string): Promise<void> {
  for (const colorScheme of isQuick ? (["light"] as const) : (["light", "dark"] as const))
    for (const viewport of isQuick ? SIZES.slice(0, 1) : SIZES) {
      const context = await browser.newContext({
        colorScheme,
        viewport,
        locale: "en-US",
        bypassCSP: false,
      });
      const page = await context.newPage();
      const where = `${view.name} ${colorScheme} ${viewport.width}`;
      page.on("pageerror", (error) => report(where, `page error ${error.message}`));
      page.on("console", (message) => {
        const isExpected = /status of (400|404|503)/.test(message.text());
        if (message.type() === "error" && !isExpected) report(where, message.text());
      });
      // A live tail never rests.
      const waitUntil = view.path.includes("live=on") ? "load" : "networkidle";
      await page.goto(origin + view.path, { waitUntil });
      await view.act?.(page);
      await page.waitForTimeout(450);
      await page.screenshot({
        path: join(folder, `${view.name}-${colorScheme}-${viewport.width}.png`),
      });
      await checkAccessibility(page, where);
      if ((await page.title()) === "owned") report(where, "hostile content ran");
      await context.close();
    }
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

async function checkAccessibility(page: Page, where: string): Promise<void> {
  await page.evaluate(axe.source);
  const result = await page.evaluate<AxeResult>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  );
  for (const { id, nodes } of result.violations)
    report(
      where,
      `axe ${id} (${nodes.length}) ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary?.slice(0, 220)}`,
    );
}

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
if (!existsSync(executablePath)) throw new Error(`no Chromium at ${executablePath}; set CHROMIUM`);
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--headless=new"],
});
for (const mode of ["data", "empty", "broken"] as const) {
  const views = VIEWS.filter(
    (view) => (view.mode ?? "data") === mode && view.name.includes(filter),
  );
  if (views.length === 0) continue;
  const server = await serveFixtures(0, { nowMs: Date.now(), delayMs: 20, mode });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  for (const view of views) await look(browser, view, `http://127.0.0.1:${port}`);
  server.closeAllConnections();
  server.close();
}
await browser.close();
process.stdout.write(`${problems} problems\n`);
process.exitCode = problems === 0 ? 0 : 1;
