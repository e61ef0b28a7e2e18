import type { Page } from "playwright-core";
import { RETRIED_REQUEST } from "./fixture-requests.ts";

interface View {
  readonly name: string;
  readonly path: string;
  readonly mode?: "empty" | "broken";
  readonly act?: (page: Page) => Promise<void>;
}

const typing = (text: string) => async (page: Page) => {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find anything" }).waitFor();
  await page.keyboard.type(text);
};

const comfortable = async (page: Page) => {
  await typing("comfortable")(page);
  await page.keyboard.press("Enter");
};

const save = async (page: Page, ...names: readonly string[]) => {
  await page.getByRole("button", { name: "Saved", exact: true }).click();
  for (const name of names) {
    await page.getByLabel("Name of this search").fill(name);
    await page.keyboard.press("Enter");
  }
};

/** What stands around every page, in every state. */
export const SHELL_VIEWS: readonly View[] = [
  { name: "environment-traces", path: "/traces?from=now-3h&environment=staging" },
  { name: "environment-nothing", path: "/logs?v=1&q=service%3Anobody&environment=qa&envkey=older" },
  { name: "environment-both", path: "/services?environment=production&envkey=both" },
  { name: "environment-older", path: "/map?environment=qa&envkey=older" },
  { name: "searches-none", path: "/sql", act: (page) => save(page) },
  {
    name: "searches",
    path: "/logs?v=1&q=severity%3E%3Derror&from=now-3h",
    act: (page) => save(page, "Errors of the last three hours", "Card declined", "Night shift"),
  },
  {
    name: "searches-renaming",
    path: "/traces?v=1&q=status%3Aerror",
    act: async (page) => {
      await save(page, "Failed", "Slow");
      await page.getByRole("button", { name: "Rename Failed" }).click();
      await page.keyboard.type("Slow");
      await page.keyboard.press("Enter");
    },
  },
  { name: "comfortable-logs", path: "/logs?from=now-3h", act: comfortable },
  { name: "comfortable-traces", path: "/traces?from=now-3h", act: comfortable },
  { name: "comfortable-services", path: "/services?from=now-3h", act: comfortable },
  { name: "comfortable-patterns", path: "/logs?from=now-3h&view=patterns", act: comfortable },
  { name: "omnibox", path: "/traces", act: typing("") },
  { name: "omnibox-typed", path: "/logs?from=now-3h", act: typing("ser") },
  {
    name: "omnibox-found",
    path: "/services",
    act: async (page) => {
      await typing(RETRIED_REQUEST)(page);
      await page.keyboard.press("Enter");
    },
  },
  { name: "omnibox-missing", path: "/services", act: typing("f".repeat(32)) },
  { name: "omnibox-broken", path: "/traces", mode: "broken", act: typing("f".repeat(32)) },
];
