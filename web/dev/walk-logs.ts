/** Journeys over the page of logs: its patterns. */
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

export const LOG_WALKS = [walkPatterns];
