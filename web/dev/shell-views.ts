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

/** What stands around every page, in every state. */
export const SHELL_VIEWS: readonly View[] = [
  { name: "environment-traces", path: "/traces?from=now-3h&environment=staging" },
  { name: "environment-nothing", path: "/logs?v=1&q=service%3Anobody&environment=qa&envkey=older" },
  { name: "environment-both", path: "/services?environment=production&envkey=both" },
  { name: "environment-older", path: "/map?environment=qa&envkey=older" },
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
