/** What every walk needs: a step that must hold, the URL, a moment for the page. */
import type { Page } from "playwright-core";

let failed = 0;

export function check(what: string, holds: boolean, seen: unknown = ""): void {
  if (!holds) failed++;
  process.stdout.write(`${holds ? "ok  " : "FAIL"} ${what} ${holds ? "" : String(seen)}\n`);
}

/** How many steps did not hold so far. */
export function failures(): number {
  return failed;
}

export function parameter(page: Page, name: string): string | null {
  return new URL(page.url()).searchParams.get(name);
}

const SETTLE_MS = 350;

export function settle(page: Page): Promise<void> {
  return page.waitForTimeout(SETTLE_MS);
}
