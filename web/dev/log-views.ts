/** What there is to look at on the pages of logs and of SQL, and in groups of traces. */
import type { Page } from "playwright-core";

interface View {
  readonly name: string;
  readonly path: string;
  readonly mode?: "empty" | "broken";
  readonly act?: (page: Page) => Promise<void>;
}

const press =
  (...keys: readonly string[]) =>
  async (page: Page) => {
    for (const key of keys) await page.keyboard.press(key);
  };

const statement = (sql: string) => `/sql?from=now-3h&sql=${encodeURIComponent(sql)}`;

export const LOG_VIEWS: readonly View[] = [
  { name: "patterns", path: "/logs?from=now-1h&view=patterns" },
  { name: "patterns-panel", path: "/logs?from=now-1h&view=patterns", act: press("j", "j", "j") },
  { name: "patterns-narrow", path: "/logs?from=now-1h&view=patterns&q=severity>=warn&v=1" },
  { name: "patterns-nothing", path: "/logs?view=patterns&q=nowhere&v=1" },
  { name: "patterns-empty", path: "/logs?view=patterns", mode: "empty" },
  { name: "patterns-broken", path: "/logs?view=patterns", mode: "broken" },
  { name: "logs-table", path: "/logs?from=now-3h&view=table" },
  {
    name: "logs-table-columns",
    path: "/logs?from=now-3h&view=table&col=order.id&col=resource.host.name&col=span",
    act: press("j", "j"),
  },
  {
    name: "logs-field",
    path: "/logs?from=now-3h&q=order.id:*&v=1",
    act: async (page) => {
      await press("j", "j", "j")(page);
      await page
        .getByRole("link", { name: /^Only with this/ })
        .first()
        .focus();
    },
  },
  {
    name: "logs-live",
    path: "/logs?live=on",
    act: (page) => page.getByTestId("log-row").nth(20).waitFor(),
  },
  { name: "traces-longest", path: "/traces?from=now-3h&sort=longest" },
  { name: "traces-groups", path: "/traces?from=now-3h&group=name&sort=p95" },
  { name: "traces-groups-service", path: "/traces?from=now-3h&group=service" },
  { name: "traces-groups-nothing", path: "/traces?group=service&q=nowhere&v=1" },
  { name: "traces-groups-broken", path: "/traces?group=service", mode: "broken" },
  { name: "sql-grid", path: statement("SELECT * FROM otel_logs") },
  {
    name: "sql-chart",
    path: `${statement("SELECT $__timeInterval(Timestamp) AS time, ServiceName, count() AS logs FROM otel_logs GROUP BY time, ServiceName")}&view=chart`,
  },
  {
    name: "sql-chart-cut",
    path: `${statement("SELECT toStartOfMinute(Timestamp) AS time, count() AS logs, avg(length(Body)) AS ms FROM otel_logs GROUP BY time -- cut")}&view=chart`,
  },
  {
    name: "sql-chart-table",
    path: `${statement("SELECT toStartOfMinute(Timestamp) AS time, count() AS logs FROM otel_logs GROUP BY time")}&view=chart`,
    act: (page) => page.getByRole("button", { name: "The chart as a table" }).click(),
  },
  {
    name: "sql-bars",
    path: `${statement("SELECT ServiceName, count() AS logs FROM otel_logs GROUP BY ServiceName")}&view=chart`,
  },
  { name: "sql-nochart", path: `${statement("SELECT * FROM otel_logs")}&view=chart` },
  { name: "sql-refused", path: statement("SELECT broken FROM otel_logs") },
  { name: "sql-none", path: "/sql" },
];
