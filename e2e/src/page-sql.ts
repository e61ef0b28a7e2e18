/** What a page opens as SQL, run as the SQL page runs it. */
import type { Page } from "playwright-core";
import type { Product } from "./product.ts";

/**
 * @param href of a link to the SQL page, with statement and range
 * @param wrap makes another statement of it
 * @throws with what the service answers to a statement that does not run
 */
export async function rowsOfSql(
  { uiUrl }: Pick<Product, "uiUrl">,
  href: string,
  wrap = (sql: string) => sql,
): Promise<readonly (readonly unknown[])[]> {
  const params = Object.fromEntries(new URL(href, uiUrl).searchParams);
  const response = await fetch(`${uiUrl}/api/sql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      sql: wrap(params["sql"] ?? ""),
      from: params["from"] ?? "now-1h",
      ...(params["to"] === undefined ? {} : { to: params["to"] }),
    }),
  });
  const answer = (await response.json()) as { rows?: unknown[][]; detail?: string };
  if (answer.rows === undefined) throw new Error(answer.detail);
  return answer.rows;
}

/** @param what as the link's name says: "the groups" @returns where it leads */
export async function sqlHref(page: Page, what: string): Promise<string> {
  const link = page.getByRole("link", { name: `Open ${what} as SQL` });
  return (await link.getAttribute("href")) ?? "";
}
