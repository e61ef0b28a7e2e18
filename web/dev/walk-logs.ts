/** Journeys over logs, groups of traces and the page of SQL. */
import type { Page } from "playwright-core";
import { check, parameter, settle } from "./walking.ts";

async function walkPatterns(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/logs?from=now-3h`);
  await page.getByTestId("log-row").first().waitFor();
  await page.keyboard.press("p");
  const rows = page.getByTestId("pattern-row");
  await rows.first().waitFor();
  check("p shows the patterns", parameter(page, "view") === "patterns", page.url());
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await settle(page);
  const panel = page.getByTestId("side-panel");
  const template = (await panel.getByRole("heading", { level: 2 }).innerText()).trim();
  check("j selects a pattern, the URL knows", parameter(page, "pattern") !== null, page.url());
  check("the panel has its newest line", (await panel.innerText()).includes("Newest"));
  await page.reload();
  await panel.waitFor();
  check(
    "a reload keeps it selected",
    (await panel.getByRole("heading", { level: 2 }).innerText()).trim() === template,
  );
  const count = Number(
    (await page.locator('[data-testid="pattern-row"][aria-selected="true"]').innerText())
      .split("\n")[0]
      ?.replaceAll(",", ""),
  );
  await page.keyboard.press("x");
  await settle(page);
  check(
    "x leaves the pattern out",
    parameter(page, "view") === "patterns" && (parameter(page, "q") ?? "").startsWith("NOT ("),
    page.url(),
  );
  check(
    "it is gone from the list",
    !(await rows.allInnerTexts()).some((row) => row.includes(template)),
  );
  await page.goBack();
  await settle(page);
  check("back brings it again", parameter(page, "q") === null, page.url());
  await rows.filter({ hasText: template }).getByRole("link").first().click();
  await page.getByTestId("log-row").first().waitFor();
  await settle(page);
  const found = Number(
    /^([\d,]+)/.exec(await page.getByRole("figure").innerText())?.[1]?.replaceAll(",", ""),
  );
  check("a click shows its logs, as many as were counted", found === count, `${found} ${count}`);
  check("in the list", parameter(page, "view") === null, page.url());
  await page.goBack();
  await rows.first().waitFor();
  check("back shows the patterns", parameter(page, "view") === "patterns");
}

async function walkColumns(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/logs?from=now-3h&v=1&q=order.id:*`);
  await page.getByTestId("log-row").first().waitFor();
  await page.keyboard.press("j");
  const panel = page.getByTestId("side-panel");
  await panel.waitFor();
  await panel.getByRole("link", { name: "Add the column order.id" }).click();
  await page.getByRole("columnheader", { name: "order.id" }).waitFor();
  check("a value becomes a column, the URL knows", parameter(page, "col") === "order.id");
  check("the log stays selected", parameter(page, "log") !== null, page.url());
  await page.getByRole("combobox", { name: "Add", exact: true }).fill("span");
  await page.keyboard.press("Enter");
  await page.getByRole("columnheader", { name: "span" }).waitFor();
  check("a typed one stands beside it", page.url().includes("col=order.id&col=span"), page.url());
  await page.getByRole("button", { name: "Remove the column span" }).click();
  await settle(page);
  check("and goes again", !page.url().includes("col=span"), page.url());
  await panel.getByRole("link", { name: "Without this order.id" }).click();
  await settle(page);
  check(
    "a value is left out, in the same table",
    (parameter(page, "q") ?? "").includes("NOT order.id:") && parameter(page, "view") === "table",
    page.url(),
  );
}

async function walkGroups(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/traces?from=now-3h`);
  await page.getByTestId("trace-row").first().waitFor();
  await page.getByLabel("Group by").fill("service");
  await page.keyboard.press("Enter");
  const rows = page.getByTestId("group-row");
  await rows.first().waitFor();
  check("the field is in the URL", parameter(page, "group") === "service", page.url());
  await page.getByRole("button", { name: "p95" }).click();
  await settle(page);
  check("so is the order", parameter(page, "sort") === "p95", page.url());
  const service = (await rows.first().getByRole("rowheader").innerText()).trim();
  await rows.first().getByRole("link").click();
  await page.getByTestId("trace-row").first().waitFor();
  check("a group opens its traces", parameter(page, "q") === `service:${service}`, page.url());
  await page.goBack();
  await rows.first().waitFor();
  check("back shows the groups", parameter(page, "group") === "service");
}

async function walkSql(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/logs?from=now-3h`);
  await page.getByRole("link", { name: "Open the histogram as SQL" }).click();
  await page.getByRole("grid", { name: "Result" }).waitFor();
  check("the statement is run", (parameter(page, "sql") ?? page.url()).length > 20);
  await page.getByRole("button", { name: "Chart" }).click();
  await page.getByRole("figure", { name: "Result as a chart" }).waitFor();
  check("the chart is in the URL", parameter(page, "view") === "chart", page.url());
  await page.reload();
  await page.getByRole("figure", { name: "Result as a chart" }).waitFor();
  check("a reload draws it again", true);
  await page.goBack();
  await page.getByTestId("log-row").first().waitFor();
  check("back shows the logs", new URL(page.url()).pathname === "/logs", page.url());
}

export const LOG_WALKS = [walkPatterns, walkColumns, walkGroups, walkSql];
