/**
 * Goal: every panel of the provisioned dashboards shows something. Method: each panel's SQL, expanded as Grafana and the plugin
 * expand it, is asked through clickhouse-go as the user `grafana`; the columns that come back are those that its kind of panel,
 * its overrides and its links need. Panels of Prometheus are held against the metrics that a running product has.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readDashboards, type Panel, type Target } from "./grafana-dashboards.ts";
import { type Context, expand } from "./grafana-macros.ts";
import { type Answer, hasGo, type Rig, startRig } from "./grafana-rig.ts";
import { readsOf, tableSizes } from "./grafana-reads.ts";
import { startProduct } from "./product.ts";

const dashboards = readDashboards();
/** Of a table's rows, of which an hour is a 48th. Rollups are so small that a granule or two of each service is more than that. */
const TABLE_SHARE = 0.05;
const ROLLUP_SHARE = 0.25;
const DATASOURCES = ["throughline-clickhouse", "throughline-prometheus"];

const sqlPanels = dashboards.flatMap(({ title, panels }) =>
  panels.flatMap((panel) =>
    panel.targets.flatMap((target) =>
      target.rawSql === undefined ? [] : [{ name: `${title}, ${panel.title}`, panel, target }],
    ),
  ),
);

test("dashboards have an id, panels that do not overlap, and data sources that are provisioned", () => {
  expect(dashboards.map(({ uid }) => uid).toSorted((a, b) => a.localeCompare(b))).toEqual([
    "throughline-collector",
    "throughline-logs",
    "throughline-overview",
    "throughline-service",
  ]);
  for (const { title, panels } of dashboards) {
    expect(new Set(panels.map(({ id }) => id)).size, title).toBe(panels.length);
    for (const panel of panels) {
      expect(DATASOURCES, panel.title).toContain(panel.datasource.uid);
      expect(panel.description, panel.title).toMatch(/\.$/);
      expect(panel.gridPos.x + panel.gridPos.w, panel.title).toBeLessThanOrEqual(24);
      for (const other of panels) {
        if (other !== panel)
          expect(overlap(panel, other), `${panel.title}, ${other.title}`).toBe(false);
      }
    }
  }
});

test("macros are expanded as the plugin does", () => {
  const context = {
    from: 10,
    to: 20,
    intervalSeconds: 60,
    variables: { a: ["x", "it's"], b: [""] },
  };
  expect(
    expand(
      "SELECT $__timeInterval(T), f(1, g(2)) / $__interval_s WHERE $__timeFilter(T) AND $__conditionalAll(A IN (${a:sqlstring}), $a) AND $__conditionalAll(has(lower(B), ${b:sqlstring}), $b)",
      context,
    ),
  ).toBe(
    "SELECT toStartOfInterval(toDateTime(T), INTERVAL 60 second), f(1, g(2)) / 60 WHERE T >= toDateTime(10) AND T <= toDateTime(20) AND A IN ('x','it''s') AND 1=1",
  );
  expect(() => expand("SELECT $__unheard(1)", context)).toThrow("$__unheard");
  expect(() => expand("SELECT '${nobody}'", context)).toThrow("nobody");
});

describe.runIf(hasGo)("over a day of telemetry (needs go)", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig?.close());

  const ask = async (target: Target, variables: Context["variables"]): Promise<Answer> => {
    const context = { from: rig.from, to: rig.to, intervalSeconds: 60, variables };
    const sql = expand(target.rawSql ?? "", context);
    const [answer] = await rig.ask("native", [{ name: "panel", sql }]);
    if (answer === undefined) throw new Error("no answer");
    expect(answer.error, sql).toBe("");
    return answer;
  };

  test.each(sqlPanels)("$name: shows something", async ({ panel, target }) => {
    const all = ["$__all"];
    const answer = await ask(target, {
      service: panel.title === "Requests" || isOfService(target) ? ["gateway"] : all,
      level: all,
      search: [""],
      ui: ["http://127.0.0.1:8417"],
    });
    expect(answer.rows.length).toBeGreaterThan(0);
    expectFields(panel, target, answer);
  });

  test.each(sqlPanels.filter(({ target }) => target.rawSql?.includes("conditionalAll")))(
    "$name: filters hold",
    async ({ target }) => {
      const chosen = { service: ["payment", "it's not there"], level: ["ERROR"] };
      const some = await ask(target, { ...chosen, search: ["DEADLOCK found"] });
      expect(some.rows.length).toBe(1);
      expect(JSON.stringify(some.rows)).not.toContain("INFO");
      if (!(target.rawSql ?? "").includes("search")) return;
      const none = await ask(target, { ...chosen, search: ["deadlocks"] });
      expect(none.rows).toEqual([]);
    },
  );

  test.each(sqlPanels)("$name: reads its hour, not the two days", async ({ target }) => {
    const all = ["$__all"];
    const sql = expand(target.rawSql ?? "", {
      from: rig.from,
      to: rig.to,
      intervalSeconds: 60,
      variables: {
        service: isOfService(target) ? ["gateway"] : all,
        level: all,
        search: [""],
        ui: [""],
      },
    });
    const [table = ""] = /(?<=FROM )otel_\w+/.exec(sql) ?? [];
    const answers = await rig.ask("native", [{ name: "panel", sql }]);
    expect(answers.map(({ error }) => error)).toEqual([""]);
    const read = await vi.waitFor(
      async () => {
        const found = (await readsOf(rig.client, "native")).get(sql);
        if (found === undefined) throw new Error(`not in the query log: ${sql}`);
        return found;
      },
      { timeout: 30_000, interval: 250 },
    );
    const size = (await tableSizes(rig.client)).get(table);
    const share = ["otel_logs", "otel_traces"].includes(table) ? TABLE_SHARE : ROLLUP_SHARE;
    const said = JSON.stringify({ table, read, size });
    expect(read.rows / (size?.rows ?? 0), said).toBeLessThanOrEqual(share);
  });

  test("variables have values, and the change of a version is an annotation", async () => {
    for (const { templating, annotations } of dashboards) {
      for (const { name, query } of templating.list) {
        if (typeof query === "string") continue;
        const answer = await ask(query, {});
        expect(answer.columns.length, name).toBe(1);
        expect(answer.rows.flat(), name).toContain(name === "level" ? "ERROR" : "payment");
      }
      for (const { target } of annotations.list) {
        const answer = await ask(target, { service: ["payment"] });
        expect(answer.columns.map(({ name }) => name)).toEqual(["time", "tags", "text"]);
        expect(answer.rows.map(([, , text]) => text)).toContain("payment 1.5.0");
      }
    }
  });
});

test("panels of Prometheus name metrics and labels that a running product has", async () => {
  const product = await startProduct();
  try {
    await fetch(`${product.uiUrl}/api/services`);
    const scraped = await Promise.all(
      [`${product.otlpHttpUrl}/metrics`, `${product.uiUrl}/metrics`].map(async (url) =>
        (await fetch(url)).text(),
      ),
    );
    const declared = new Set(
      [...scraped.join("\n").matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name),
    );
    const expressions = dashboards
      .flatMap(({ panels }) => panels.flatMap(({ targets }) => targets))
      .flatMap(({ expr }) => expr ?? []);
    expect(expressions.length).toBeGreaterThan(15);
    for (const expression of expressions) {
      const names = [...expression.matchAll(/throughline_\w+/g)].map(([name]) => name);
      expect(names.length, expression).toBeGreaterThan(0);
      for (const name of names) {
        expect(declared, expression).toContain(name.replace(/_(bucket|count|sum)$/, ""));
      }
    }
  } finally {
    await product.dispose();
  }
});

function isOfService({ rawSql = "" }: Target): boolean {
  return rawSql.includes("ServiceName = ${service:sqlstring}");
}

function expectFields(panel: Panel, target: Target, { columns }: Answer): void {
  const names = columns.map(({ name }) => name);
  const types = columns.map(({ type }) => type);
  const numbers = types.filter((type) => /^(U?Int|Float)\d/.test(type));
  expect(target.queryType, panel.title).toBe(
    { timeseries: "timeseries", logs: "logs" }[panel.type] ?? "table",
  );
  expect(target.format).toBe({ timeseries: 0, logs: 2 }[panel.type] ?? 1);
  if (panel.type === "timeseries") {
    expect(types[names.indexOf("time")], panel.title).toMatch(/^DateTime/);
    expect(numbers.length, panel.title).toBeGreaterThan(0);
  }
  if (panel.type === "stat") expect(numbers.length, panel.title).toBe(1);
  if (panel.type === "logs") {
    expect(names).toEqual(expect.arrayContaining(["timestamp", "body", "level", "traceID"]));
    expect(types[names.indexOf("timestamp")]).toMatch(/^DateTime64/);
  }
  for (const { matcher } of panel.fieldConfig.overrides) {
    if (matcher.id === "byName") expect(names, panel.title).toContain(matcher.options);
  }
}

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
