/** What is the same on every page: the box that finds everything. */
import type { Page } from "playwright-core";
import { RETRIED_REQUEST } from "./fixture-requests.ts";
import { NAMED } from "./fixture-traces.ts";
import { check, parameter, settle } from "./walking.ts";

const box = (page: Page) => page.getByRole("combobox", { name: "Find anything" });
const options = (page: Page) => page.getByRole("dialog").getByRole("option");

async function openBox(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Find anything" }).waitFor();
  await page.keyboard.press("Control+k");
  await box(page).waitFor();
}

async function find(page: Page, text: string): Promise<void> {
  await openBox(page);
  await page.keyboard.type(text);
  await settle(page);
}

/** As from a clipboard, which headless browsers do not all have. */
async function paste(page: Page, text: string): Promise<void> {
  await openBox(page);
  await box(page).evaluate((input, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", pasted);
    input.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
    );
  }, text);
}

function isClosed(page: Page): Promise<boolean> {
  return page
    .getByRole("dialog")
    .count()
    .then((count) => count === 0);
}

/** From and to a list of logs. */
async function walkDensity(page: Page): Promise<void> {
  const rows = page.getByTestId("log-row");
  const heightOf = async () => (await rows.first().boundingBox())?.height;
  const between = async () => {
    const [first, second] = [await rows.nth(0).boundingBox(), await rows.nth(1).boundingBox()];
    return (second?.y ?? 0) - (first?.y ?? 0);
  };
  await page.getByTestId("log-row").first().waitFor();
  check("rows are compact", (await heightOf()) === 24 && (await between()) === 24);
  await find(page, "rows comfortable");
  await page.keyboard.press("Enter");
  await settle(page);
  check("rows get more room", (await heightOf()) === 28 && (await between()) === 28);
  await page.reload();
  await rows.first().waitFor();
  check("and keep it", (await heightOf()) === 28);
  await find(page, "rows compact");
  await page.keyboard.press("Enter");
  await settle(page);
  check("and lose it again", (await heightOf()) === 24);
}

export async function walkOmnibox(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/logs?from=now-3h`);
  await walkDensity(page);
  await page.keyboard.press("/");
  await find(page, "smap");
  check(
    "Ctrl+K opens while typing elsewhere, and letters find a page",
    (await options(page).first().innerText()).startsWith("Service map"),
  );
  await page.keyboard.press("Enter");
  await page.waitForURL("**/map?*");
  check("the range goes along", parameter(page, "from") === "now-3h", page.url());
  check(
    "the heading has the focus",
    await page.evaluate(() => document.activeElement?.tagName === "H1"),
  );
  await find(page, "paym");
  check(
    "a service is found by its beginning",
    (await options(page).first().innerText()) === "payments",
  );
  const active = await box(page).getAttribute("aria-activedescendant");
  check(
    "the box names the chosen option",
    (await page.locator(`[id="${active}"][aria-selected="true"]`).count()) === 1,
    active,
  );
  await page.keyboard.press("Escape");
  check("Escape closes it", await isClosed(page));
  await page.goBack();
  await page.getByTestId("log-row").first().waitFor();
  check("back returns", page.url().endsWith("/logs?from=now-3h"), page.url());
  await find(page, "card declined");
  const words = await options(page).allInnerTexts();
  check(
    "what names nothing is searched for",
    words.join("|") === "Search logs for card declined|Search traces for card declined",
    words,
  );
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("q") === "card declined");
  await find(page, "theme dark");
  await page.keyboard.press("Enter");
  check(
    "a command is done",
    (await page.evaluate(() => document.documentElement.dataset["theme"])) === "dark",
  );
  await find(page, "14:05-14:20");
  await page.keyboard.press("Enter");
  await settle(page);
  check("a time range is typed here, too", (parameter(page, "to") ?? "").includes("T"), page.url());
  await find(page, "status:eror");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/traces?*");
  check("what is no filter is searched for as it is", parameter(page, "q") === '"status:eror"');
}

export async function walkOmniboxIds(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/services`);
  await page.getByRole("button", { name: "Find anything" }).click();
  await box(page).waitFor();
  await page.keyboard.press("Control+k");
  check("the key closes, too", await isClosed(page));
  await paste(page, `traceparent: 00-${NAMED.wide}-00f067aa0ba902b7-01`);
  await page.waitForURL(`**/trace/${NAMED.wide}*`);
  check("a pasted traceparent opens its trace at once", await isClosed(page));
  await page.goto(`${origin}/traces?from=now-3h&to=now-1h`);
  await page.getByTestId("trace-row").first().getByRole("link").click();
  const row = page.getByTestId("span-row").nth(1);
  await row.waitFor();
  const spanId = (await row.getAttribute("data-span-id")) ?? "";
  await page.goto(`${origin}/services`);
  await paste(page, spanId);
  await page.waitForURL("**/trace/*");
  check("a pasted span id opens its trace at the span", parameter(page, "span") === spanId);
  await paste(page, `${origin}/trace/${NAMED.checkout}?view=flame`);
  await page.waitForURL(`**/trace/${NAMED.checkout}*`);
  check("a pasted link is followed", parameter(page, "view") === "flame", page.url());
  await paste(page, RETRIED_REQUEST);
  await page.getByRole("group", { name: "Found" }).getByRole("option").nth(2).waitFor();
  const found = await page
    .getByRole("group", { name: "Found" })
    .getByRole("option")
    .allInnerTexts();
  check(
    "several requests of one id are listed with service, time and verdict",
    found.length === 3 &&
      found.every((text) => /\d\d:\d\d:\d\d · .+ spans? · (?:no|\d+) errors?/.test(text)),
    found,
  );
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.pathname.includes(NAMED.checkout));
  check("one of them is opened", page.url().includes("/trace/"), page.url());
  await paste(page, "f".repeat(32));
  await page.getByText("Nothing stored has it").waitFor();
  check("an id that is not stored is said to be none", !(await isClosed(page)));
  check(
    "and can be searched for",
    (await options(page).first().innerText()).startsWith("Search logs for ffff"),
  );
}

export async function walkEnvironment(page: Page, origin: string): Promise<void> {
  const asked: URL[] = [];
  page.on("request", (request) => asked.push(new URL(request.url())));
  const select = page.getByRole("combobox", { name: "Environment" });
  const lastAsked = (path: string) =>
    asked.findLast(({ pathname }) => pathname === path)?.searchParams;
  await page.goto(`${origin}/traces?from=now-3h`);
  await page.getByTestId("trace-row").first().waitFor();
  const all = await page.getByTestId("trace-row").count();
  await select.selectOption({ label: "staging" });
  await settle(page);
  check("the environment is in the URL", parameter(page, "environment") === "staging", page.url());
  const found = await page.getByTestId("trace-row").count();
  check("fewer traces are of it", found > 0 && found < all, `${found} of ${all}`);
  for (const path of ["/api/traces", "/api/traces/heatmap", "/api/traces/facets"])
    check(`${path} is asked within it`, lastAsked(path)?.get("q") === "env:staging");
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Logs" }).click();
  await page.getByTestId("log-row").first().waitFor();
  check("it goes along to another page", (await select.inputValue()) === "name:staging");
  await page.keyboard.press("/");
  await page.keyboard.type("a OR b");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await settle(page);
  for (const path of ["/api/logs", "/api/logs/histogram", "/api/logs/facets"])
    check(
      `${path} is asked within it, whatever the filter`,
      lastAsked(path)?.get("q") === "(a OR b) env:staging",
      lastAsked(path)?.get("q"),
    );
  check("the filter itself stays as typed", parameter(page, "q") === "a OR b", page.url());
  await page.goto(`${origin}/services?from=now-3h`);
  await select.selectOption({ label: "staging" });
  await settle(page);
  check("figures are asked for it", lastAsked("/api/services")?.get("environment") === "staging");
  await select.selectOption({ label: "production" });
  await page.getByText("in traces and logs only").waitFor();
  check("what is not in the figures is said", true);
  await select.selectOption({ label: "qa" });
  await page.getByRole("heading", { name: "qa is not in the figures of services" }).waitFor();
  check(
    "no figure is shown that is of something else",
    (await page.getByRole("table").count()) === 0,
  );
  await page.getByRole("link", { name: "Its traces" }).click();
  await page.getByTestId("trace-row").first().waitFor();
  check(
    "its traces are found by the attribute it has",
    lastAsked("/api/traces")?.get("q") === "resource.deployment.environment:qa",
    lastAsked("/api/traces")?.get("q"),
  );
  await page.getByTestId("trace-row").first().getByRole("link").click();
  await page.getByTestId("span-row").first().waitFor();
  check("a trace has no environment to choose", (await select.count()) === 0);
  await page.goBack();
  await page.getByTestId("trace-row").first().waitFor();
  check("back restores it", (await select.inputValue()) === "older:qa");
  await select.selectOption({ label: "all" });
  await settle(page);
  check(
    "all leaves nothing in the URL",
    parameter(page, "environment") === null && parameter(page, "envkey") === null,
  );
}

export async function walkSaved(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/logs?v=1&q=severity%3E%3Derror&from=now-3h&log=1-a`);
  const opener = page.getByRole("button", { name: "Saved", exact: true });
  await opener.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("Errors of now");
  await page.keyboard.press("Enter");
  const list = page.getByRole("list", { name: "Saved" });
  await list.getByRole("link", { name: "Errors of now" }).waitFor();
  check("a search is saved by keyboard alone", (await list.getByRole("listitem").count()) === 1);
  await page.reload();
  await opener.click();
  const link = list.getByRole("link", { name: "Errors of now" });
  check(
    "a reload keeps it, without what was selected",
    (await link.getAttribute("href")) === "/logs?v=1&q=severity%3E%3Derror&from=now-3h",
    await link.getAttribute("href"),
  );
  check("it is marked while it is shown", (await link.getAttribute("aria-current")) === "true");
  await page.getByRole("button", { name: "Rename Errors of now" }).click();
  await page.keyboard.type("Errors, three hours");
  await page.keyboard.press("Enter");
  check(
    "it is renamed",
    (await list.getByRole("link").allInnerTexts()).join() === "Errors, three hours",
  );
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export" }).click(),
  ]);
  const path = await download.path();
  await page.getByRole("button", { name: "Delete Errors, three hours" }).click();
  check("it is deleted", (await list.count()) === 0);
  await page.getByRole("button", { name: "Undo" }).click();
  check("and can be had back", (await list.getByRole("link").count()) === 1);
  await page.getByRole("button", { name: "Delete Errors, three hours" }).click();
  await page.getByLabel("File of saved searches").setInputFiles(path);
  await page.getByText("1 search added.").waitFor();
  check("what was exported is imported", (await list.getByRole("link").count()) === 1);
  await page.getByLabel("File of saved searches").setInputFiles({
    name: "other.json",
    mimeType: "application/json",
    buffer: Buffer.from("{}"),
  });
  await page.getByText("The file holds no saved searches.").waitFor();
  check("another file is refused with the reason", (await list.getByRole("link").count()) === 1);
  await page.keyboard.press("Escape");
  await page.goto(`${origin}/services`);
  await find(page, "three");
  check(
    "the box finds it on any page",
    (await options(page).first().innerText()).startsWith("Errors, three hours"),
  );
  await page.keyboard.press("Enter");
  await page.waitForURL("**/logs?*");
  check("and opens it", parameter(page, "q") === "severity>=error", page.url());
}

export async function walkRegionsAndKeys(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/map?from=now-3h&node=service%3Apayments`);
  await page.getByTestId("side-panel").waitFor();
  const region = () =>
    page.evaluate(() => {
      const inside = document.activeElement?.closest("nav, header, aside, main");
      return inside?.tagName.toLowerCase() ?? "none";
    });
  const seen: string[] = [];
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link").first().focus();
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press("F6");
    seen.push(await region());
  }
  check("F6 goes through the regions", seen.join(" ") === "header main aside nav", seen.join(" "));
  await page.keyboard.press("Shift+F6");
  check("Shift+F6 goes back", (await region()) === "aside");
  await page.keyboard.press("Shift+F6");
  await page.keyboard.press("Shift+F6");
  await page.keyboard.press("Tab");
  const inTop = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  await page.keyboard.press("F6");
  await page.keyboard.press("Shift+F6");
  check(
    "a region is entered where it was left",
    (await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))) === inTop,
    inTop,
  );
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await dialog.waitFor();
  const titles = await dialog.getByRole("heading", { level: 3 }).allInnerTexts();
  check(
    "the keys of the page stand first",
    titles[0] === "Time range" && titles[1] === "Map",
    titles,
  );
  await page.keyboard.press("F6");
  check("F6 stays within a dialog", (await dialog.count()) === 1);
  await page.keyboard.press("Escape");
  check("Escape closes it", (await dialog.count()) === 0);
  check(
    "the focus is back",
    (await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))) === inTop,
  );
}
