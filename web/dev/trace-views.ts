import { copyFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { NAMED } from "./fixture-traces.ts";

/** Saves the trace as a page, and goes on there. */
async function openSavedPage(page: Page): Promise<void> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: /^Save the trace as one page/ }).click(),
  ]);
  const path = `${await download.path()}.html`;
  await copyFile(await download.path(), path);
  await page.goto(pathToFileURL(path).href);
  await page.locator("[data-row]").first().waitFor();
}

interface View {
  readonly name: string;
  readonly path: string;
  readonly act?: (page: Page) => Promise<void>;
}

/** More states of one trace. */
export const TRACE_VIEWS: readonly View[] = [
  { name: "trace-chatty", path: `/trace/${NAMED.chatty}` },
  {
    name: "trace-chatty-open",
    path: `/trace/${NAMED.chatty}`,
    act: (page) => page.getByTestId("lines-row").first().click(),
  },
  {
    name: "trace-pinned",
    path: `/trace/${NAMED.checkout}`,
    act: async (page) => {
      await page.keyboard.press("j");
      await page.getByRole("button", { name: /^Pin http.route/ }).click();
      await page.getByText("Resource").click();
      await page.getByText("http.response.status_code").hover();
    },
  },
  { name: "trace-map", path: `/trace/${NAMED.checkout}?view=map` },
  { name: "trace-map-wide", path: `/trace/${NAMED.wide}?view=map` },
  { name: "trace-map-alone", path: `/trace/${NAMED.logsOnly}?view=map` },
  { name: "saved", path: `/trace/${NAMED.checkout}`, act: (page) => openSavedPage(page) },
  {
    name: "saved-error",
    path: `/trace/${NAMED.checkout}`,
    act: async (page) => {
      await openSavedPage(page);
      await page.keyboard.press("e");
    },
  },
  {
    name: "saved-hostile",
    path: `/trace/${NAMED.hostile}`,
    act: async (page) => {
      await openSavedPage(page);
      await page.keyboard.press("j");
    },
  },
  { name: "saved-large", path: `/trace/${NAMED.large}`, act: (page) => openSavedPage(page) },
];
