/** Walks through one trace: what folds, what is shared, how it is looked at. */
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
