/** Walks through one trace: what folds, what is shared, how it is looked at. */
import { copyFile, stat } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { NAMED } from "./fixture-traces.ts";
import { check, parameter, settle } from "./walking.ts";

export async function walkSimilarLogs(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/trace/${NAMED.chatty}`);
  const runs = page.getByTestId("lines-row");
  await runs.first().waitFor();
  const counts = await runs.evaluateAll((rows) =>
    rows.map((row) => /× (\d+)/.exec(row.textContent)?.[1]),
  );
  check("runs say how many lines they hold", counts.join(" ") === "42 18 12 12", counts);
  const shown = page.getByTestId("trace-log-row");
  check(
    "what failed and what differs stay outside",
    (await shown.filter({ hasText: "duplicate key" }).count()) === 1 &&
      (await shown.filter({ hasText: "pool of 20" }).count()) === 1,
  );
  const before = await shown.count();
  await runs.nth(2).click();
  await settle(page);
  check("a click opens a run", (await shown.count()) === before + 12, await shown.count());
  const panel = await page.getByTestId("side-panel").innerText();
  check("the panel says what they have in common", panel.includes("stored batch <num> in <num>"));
  await page.keyboard.press("ArrowLeft");
  await settle(page);
  check("left closes it", (await shown.count()) === before);
  await page.keyboard.press("Enter");
  await settle(page);
  await page.keyboard.press("j");
  await settle(page);
  check("Enter opens it, j steps into it", parameter(page, "log")?.includes("lines-") === false);
  await page.reload();
  await shown.first().waitFor();
  check("a reload keeps it open", (await shown.count()) === before + 12, await shown.count());
  const href = await page
    .getByRole("link", { name: "All like these in the trace" })
    .or(page.getByRole("link", { name: "Logs of the trace" }))
    .first()
    .getAttribute("href");
  check("the logs are a link away", href?.startsWith("/logs?") === true, href);
}

export async function walkTraceMap(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/trace/${NAMED.checkout}`);
  await page.getByTestId("span-row").first().waitFor();
  await page.keyboard.press("4");
  await page.getByTestId("call-node").first().waitFor();
  check("4 shows the map, the URL knows", parameter(page, "view") === "map", page.url());
  const rows = page.getByTestId("call-row");
  const drawn = await page.getByTestId("call-label").count();
  check("every line has its row in the table", drawn > 2 && drawn === (await rows.count()), drawn);
  await page.getByTestId("call-label").filter({ hasText: "✕" }).first().click();
  await page.getByTestId("side-panel").waitFor();
  check("a line opens its longest call", parameter(page, "span") !== null, page.url());
  await page.goBack();
  await page.getByTestId("call-node").filter({ hasText: "payments" }).focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("span-row").first().waitFor();
  check("a service finds its spans", parameter(page, "find") === "payments", page.url());
}

export async function walkAttributes(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/trace/${NAMED.checkout}`);
  await page.getByTestId("trace-log-row").first().waitFor();
  await page.keyboard.press("j");
  const panel = page.getByTestId("side-panel");
  await panel.getByRole("button", { name: /^Pin http.route/ }).click();
  const pinned = panel.getByRole("heading", { name: "Pinned" });
  check("a pinned attribute comes first", await pinned.isVisible());
  await page.reload();
  await pinned.waitFor();
  check(
    "a reload keeps it",
    (await panel.getByRole("button", { name: "Unpin http.route" }).count()) === 2,
  );
  await panel.getByRole("link", { name: "Traces with this http.route" }).first().click();
  await page.getByTestId("trace-row").first().waitFor();
  check(
    "its value is a filter of traces",
    parameter(page, "q") === 'http.route:"/checkout"',
    page.url(),
  );
  await page.goBack();
  await panel.waitFor();
  const logs = panel.getByRole("link", { name: "Logs with this http.route" }).first();
  check("and of logs", (await logs.getAttribute("href"))?.startsWith("/logs?") === true);
  await page.getByTestId("span-row").nth(3).click();
  await settle(page);
  await page.keyboard.press("a");
  await page.getByTestId("log-row").first().waitFor();
  check(
    "a shows all logs of the service then",
    parameter(page, "q")?.startsWith("service:") === true,
    page.url(),
  );
  await page.goBack();
  await panel.waitFor();
  check("back shows the same span", parameter(page, "span") !== null, page.url());
}

/** @returns where the saved page lies */
async function savePage(page: Page, address: string): Promise<string> {
  await page.goto(address);
  await page.getByTestId("span-row").first().waitFor();
  await settle(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: /^Save the trace as one page/ }).click(),
  ]);
  check(
    "the page is named after the trace",
    /^trace-[0-9a-f]{32}\.html$/.test(download.suggestedFilename()),
  );
  const path = `${await download.path()}.html`;
  await copyFile(await download.path(), path);
  return path;
}

/** What the saved page asks for, and what went wrong on it. */
async function openSaved(page: Page, path: string): Promise<{ saved: Page; problems: string[] }> {
  const saved = await page.context().newPage();
  const problems: string[] = [];
  saved.on("request", (request) => {
    if (request.url() !== pathToFileURL(path).href) problems.push(`asked for ${request.url()}`);
  });
  saved.on("pageerror", (error) => problems.push(error.message));
  saved.on("console", (message) => problems.push(message.text()));
  await saved.goto(pathToFileURL(path).href);
  await saved.locator("[data-row]").first().waitFor();
  return { saved, problems };
}

export async function walkSavedPage(page: Page, origin: string): Promise<void> {
  const path = await savePage(page, `${origin}/trace/${NAMED.checkout}`);
  const { saved, problems } = await openSaved(page, path);
  const rows = saved.locator("[data-row]");
  check("the saved page shows spans and logs", (await rows.count()) > 20, await rows.count());
  check(
    "it says where it failed",
    (await saved.locator(".blame").innerText()).includes("payments"),
  );
  await saved.keyboard.press("e");
  const panel = saved.locator(".panel");
  check(
    "e opens where the failure began",
    (await panel.innerText()).includes("ETIMEDOUT"),
    await panel.innerText(),
  );
  await saved.keyboard.press("Escape");
  check("Escape closes it", (await panel.count()) === 0);
  const before = await rows.count();
  await saved.keyboard.press("Home");
  await saved.keyboard.press("ArrowLeft");
  check("left closes a branch", (await rows.count()) === 1, await rows.count());
  await saved.keyboard.press("x");
  check("x opens everything", (await rows.count()) >= before);
  await saved.keyboard.press("f");
  await saved.keyboard.type("etimedout");
  await saved.keyboard.press("Enter");
  check("finding selects", (await saved.locator('[aria-selected="true"]').count()) === 1);
  await saved.getByRole("button", { name: "Logs" }).click();
  check("logs can be taken out", (await rows.count()) < before);
  check("it asked for nothing, and nothing went wrong", problems.length === 0, problems);
  await saved.close();
}

export async function walkSavedHostilePage(page: Page, origin: string): Promise<void> {
  const path = await savePage(page, `${origin}/trace/${NAMED.hostile}`);
  const { saved, problems } = await openSaved(page, path);
  for (const key of ["j", "j", "j", "j"]) await saved.keyboard.press(key);
  await saved.locator("[data-row]").first().click();
  const elements = await saved.evaluate(() => ({
    scripts: document.querySelectorAll("script").length,
    strange: document.querySelectorAll("img, b b, i i, svg, iframe, object").length,
    text: document.body.textContent,
  }));
  check(
    "what the trace says stays text",
    elements.scripts === 2 && elements.strange === 0,
    elements,
  );
  const acting = ["\u202e", "\u001b", "\u0007"].filter((one) => elements.text.includes(one));
  check("controls and bidi are marks", acting.length === 0, acting);
  check(
    "no title was taken over",
    (await saved.title()).startsWith("failed: gateway"),
    await saved.title(),
  );
  check("it asked for nothing, and nothing went wrong", problems.length === 0, problems);
  await saved.close();
}

export async function walkSavedLargePage(page: Page, origin: string): Promise<void> {
  const path = await savePage(page, `${origin}/trace/${NAMED.large}`);
  const { size } = await stat(path);
  const started = performance.now();
  const { saved, problems } = await openSaved(page, path);
  const openedMs = performance.now() - started;
  await saved.keyboard.press("x");
  await saved.keyboard.press("End");
  const count = await saved.locator(".grid").getAttribute("aria-rowcount");
  check("5,000 spans are all there", Number(count) > 5000, count);
  check(
    "few of them are in the page",
    (await saved.evaluate(() => document.querySelectorAll("*").length)) < 1500,
  );
  check("it asked for nothing, and nothing went wrong", problems.length === 0, problems);
  process.stdout.write(
    `5,000 spans saved: ${Math.round(size / 1000)} kB, shown after ${openedMs.toFixed(0)} ms\n`,
  );
  await saved.close();
}
