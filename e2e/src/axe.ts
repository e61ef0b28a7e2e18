import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/**
 * Runs axe-core in the page. It is evaluated over the debugging protocol, which the page's content security policy does
 * not concern.
 * @returns one line a violation, empty when the page is accessible by all rules of WCAG 2.2 A and AA that can be automated
 */
export async function accessibilityViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(source);
  const result = (await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(RULES)} })`,
  )) as AxeResult;
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ""}`),
  );
}
