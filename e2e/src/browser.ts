import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { root } from "./product.ts";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Chromium of this machine; undefined when there is none, and then browser tests are skipped. */
export const chromiumPath = [process.env["CHROMIUM_PATH"] ?? "", ...CANDIDATES].find(
  (candidate) => candidate !== "" && existsSync(candidate),
);

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? "chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
}

/** A question that took more than a limit allows. */
const TOO_MUCH = 422;
/** Of the body of a refused question; a problem's detail is in the first lines. */
const PROBLEM_CHARACTERS = 1_000;

export interface PageOptions {
  readonly theme: "dark" | "light";
  readonly width: number;
  readonly height: number;
}

/** A page whose console errors, failed requests and uncaught exceptions are kept in `problems`. */
export async function openPage(
  browser: Browser,
  { theme, width, height }: PageOptions,
): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width, height },
    locale: "en-US",
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  // The console names neither the question nor what was wrong with it.
  page.on("response", (response) => {
    if (response.status() < 500 && response.status() !== TOO_MUCH) return;
    const asked = `${response.status()} for ${response.url()}`;
    void response.text().then(
      (body) => problems.push(`${asked}: ${body.slice(0, PROBLEM_CHARACTERS)}`),
      () => problems.push(asked),
    );
  });
  return { page, problems };
}

/** The screenshots that the README shows. */
const DOCUMENTED = /^(trace|traces|logs)-(light|dark)-1440$/;

/** Where screenshots go: those of the README into the documentation when asked to renew it, else beside the test results. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const renew = process.env["THROUGHLINE_RENEW_SCREENSHOTS"] === "1" && DOCUMENTED.test(name);
  const folder = renew ? "docs/images" : "test-results";
  mkdirSync(path.join(root, folder), { recursive: true });
  await page.screenshot({ path: path.join(root, folder, `${name}.png`) });
}
