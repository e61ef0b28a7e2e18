/** The figures of `/compare`, counted a second way, and the statements that it opens as. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { durationNs, expectQuantile } from "./page-figures.ts";
import { rowsOfSql, sqlHref } from "./page-sql.ts";
import type { Product } from "./product.ts";

interface Rig {
  readonly product: Product;
  readonly rows: <T>(query: string, params?: Record<string, unknown>) => Promise<readonly T[]>;
  readonly open: (
    path: string,
    ready: (page: Page) => Promise<unknown>,
  ) => Promise<{ page: Page; problems: string[] }>;
}

interface Compared {
  readonly id: string;
  readonly spans: number;
}

/** The two that took longest, of those with some spans. */
async function longestTraces({ rows }: Rig): Promise<{ a: Compared; b: Compared }> {
  const [a, b] = await rows<Compared>(
    `SELECT TraceId AS id, count() AS spans FROM otel_traces
     GROUP BY id HAVING spans > 6 ORDER BY maxIf(Duration, ParentSpanId = '') DESC LIMIT 2`,
  );
  if (a === undefined || b === undefined) throw new Error("fewer than two large traces");
  return { a, b };
}

export async function checkTwoTraces(rig: Rig): Promise<void> {
  const { product, open } = rig;
  const { a, b } = await longestTraces(rig);
  const { page, problems } = await open(`${product.uiUrl}/compare?a=${a.id}&b=${b.id}`, (opened) =>
    opened.getByTestId("compared-row").first().waitFor(),
  );
  const table = page.getByRole("table", { name: "Aligned spans" });
  const shown = Number(await table.getAttribute("aria-rowcount")) - 1;
  const words = await page.locator("footer").innerText();
  expect(shown).toBe(a.spans + Number(/(\d+) only in B/.exec(words)?.[1]));
  expect(shown).toBe(b.spans + Number(/(\d+) only in A/.exec(words)?.[1]));
  const bySql = await rowsOfSql(product, await sqlHref(page, "the comparison"));
  expect(
    new Map(
      bySql.map(([service, name, ...figures]) => [keyOf(service, name), figures.map(Number)]),
    ),
  ).toEqual(await operationsOf(rig, a, b));
  expect(problems).toEqual([]);
}

function keyOf(service: unknown, name: unknown): string {
  return JSON.stringify([service, name]);
}

/** Spans of both traces, their milliseconds, and how many more the first took: by service and name. */
async function operationsOf({ rows }: Rig, a: Compared, b: Compared) {
  const stored = await rows<{ of: string; service: string; name: string; ns: number }>(
    "SELECT TraceId AS of, ServiceName AS service, SpanName AS name, Duration AS ns FROM otel_traces WHERE TraceId IN ({a:String}, {b:String})",
    { a: a.id, b: b.id },
  );
  const operations = new Map<string, readonly unknown[]>();
  for (const [key, spans] of Map.groupBy(stored, ({ service, name }) => keyOf(service, name))) {
    const [inA, inB] = [a, b].map(({ id }) => spans.filter(({ of }) => of === id));
    const [msA = 0, msB = 0] = [inA, inB].map(
      (own = []) => own.reduce((sum, { ns }) => sum + ns, 0) / 1e6,
    );
    operations.set(key, [inA?.length, inB?.length, msA, msB, expect.closeTo(msA - msB, 6)]);
  }
  return operations;
}

interface Root {
  readonly service: string;
  readonly name: string;
  readonly duration: number;
  /** Of all requests of its operation, rising. */
  readonly usual: readonly number[];
}

async function rootOf({ rows }: Rig, { id }: Compared): Promise<Root> {
  const [root] = await rows<Root>(
    `SELECT any(ServiceName) AS service, any(SpanName) AS name, any(Duration) AS duration,
       (SELECT arraySort(groupArray(Duration)) FROM otel_traces WHERE (ServiceName, SpanName, SpanKind) IN
         (SELECT ServiceName, SpanName, SpanKind FROM otel_traces WHERE TraceId = {id:String} AND ParentSpanId = '')) AS usual
     FROM otel_traces WHERE TraceId = {id:String} AND ParentSpanId = ''`,
    { id },
  );
  if (root === undefined) throw new Error("no root");
  return root;
}

export async function checkWithUsual(rig: Rig): Promise<void> {
  const { product, open } = rig;
  const { a } = await longestTraces(rig);
  const { page, problems } = await open(`${product.uiUrl}/compare?a=${a.id}`, (opened) =>
    opened.getByRole("columnheader", { name: "p95" }).waitFor(),
  );
  const root = await rootOf(rig, a);
  const cells = await page.getByTestId("compared-row").first().getByRole("cell").allInnerTexts();
  expectQuantile(durationNs(cells[1] ?? ""), 1, [root.duration]);
  expectQuantile(durationNs(cells[2] ?? ""), 0.5, root.usual);
  // The shop says where it runs, and what is usual is counted there.
  const side = page.getByRole("region", { name: "Compared with" });
  expect(await side.innerText()).toContain("each operation in demo");
  const bySql = await rowsOfSql(product, await sqlHref(page, "the comparison"));
  const [, , , ms, p50, , requests] =
    bySql.find(([service, name]) => keyOf(service, name) === keyOf(root.service, root.name)) ?? [];
  expect(Number(ms)).toBeCloseTo(root.duration / 1e6, 6);
  expectQuantile(Number(p50) * 1e6, 0.5, root.usual);
  expect(Number(requests)).toBe(root.usual.length);
  expect(problems).toEqual([]);
}
