/** Goal: the rendered configuration is what ClickHouse must be told, whatever the names in it. */
import { expect, test } from "vitest";
import { quoteIdentifier, renderConfig, renderUsers } from "./config.ts";
import { engineLimits } from "./machine.ts";
import { enginePaths } from "./paths.ts";

const GIB = 1024 ** 3;
const limits = engineLimits(undefined, { memoryBytes: 16 * GIB, cores: 4 });
const credentials = { throughline: "owner", throughline_query: "query", grafana: "grafana" };

test("the configuration listens on loopback only, on the given ports", () => {
  const xml = renderConfig({
    paths: enginePaths("/data & more"),
    usersFile: "/data/users.xml",
    httpPort: 20_001,
    tcpPort: 20_002,
    limits,
  });
  expect(xml).toContain("<listen_host>127.0.0.1</listen_host>");
  expect(xml).toContain("<http_port>20001</http_port>");
  expect(xml).toContain("<tcp_port>20002</tcp_port>");
  expect(xml).toContain("<path>/data &amp; more/clickhouse/data/</path>");
  expect(xml).toContain(`<max_server_memory_usage>${8 * GIB}</max_server_memory_usage>`);
});

test("no password is written in clear", () => {
  const secrets = { throughline: "s3cret-a", throughline_query: "s3cret-b", grafana: "s3cret-c" };
  const xml = renderUsers(users({ credentials: secrets }));
  expect(xml).not.toContain("s3cret");
  expect(xml.match(/<password_sha256_hex>[0-9a-f]{64}</g)).toHaveLength(4);
});

test("only the library has the internal user, and that user has one session", () => {
  expect(renderUsers(users({ internalUser: false }))).not.toContain("READ ON FILE");
  const xml = renderUsers(users({ internalUser: true }));
  expect(xml).toContain("<max_sessions_for_user>1</max_sessions_for_user>");
  expect(xml.match(/READ ON FILE/g)).toHaveLength(1);
});

test("a database's name cannot end its grant", () => {
  const xml = renderUsers(users({ database: "o`tel.* TO grafana; --" }));
  expect(xml).toContain("GRANT SELECT ON `o\\`tel.* TO grafana; --`.*");
  expect(quoteIdentifier("a\\`b")).toBe("`a\\\\\\`b`");
});

function users(changed: Partial<Parameters<typeof renderUsers>[0]>) {
  return {
    credentials,
    database: "otel",
    databaseIsPrefix: false,
    internalUser: true,
    limits,
    ...changed,
  };
}

test("whoever types statements may change a few bounded settings and read the telemetry database, nothing more", () => {
  const xml = renderUsers(users({}));
  const [, profile = ""] = /<throughline_sql>([\s\S]*?)<\/throughline_sql>/.exec(xml) ?? [];
  expect(profile).toContain("<readonly>1</readonly>");
  const changeable = [...profile.matchAll(/<(\w+)>\s*<changeable_in_readonly>/g)];
  expect(changeable.map(([, name]) => name)).toEqual([
    "max_memory_usage",
    "max_execution_time",
    "max_result_rows",
    "max_result_bytes",
    "max_rows_to_read",
    "result_overflow_mode",
    "cancel_http_readonly_queries_on_client_close",
    "output_format_json_quote_64bit_integers",
  ]);
  const [, user = ""] =
    /<throughline_sql>\s*(<password[\s\S]*?)<\/throughline_sql>/.exec(xml) ?? [];
  expect(user.match(/GRANT [^<]*/g)).toEqual([
    "GRANT SELECT ON `otel`.*",
    "GRANT SHOW ON `otel`.*",
  ]);
});

test("the service's user may give answers of any size and take a day for one; Grafana's may not", () => {
  const xml = renderUsers(users({}));
  const constrained = (profile: string): Record<string, string> => {
    const [, body = ""] = new RegExp(`<${profile}>([\\s\\S]*?)</${profile}>`).exec(xml) ?? [];
    const [, inner = ""] = /<constraints>([\s\S]*)<\/constraints>/.exec(body) ?? [];
    const pairs = [...inner.matchAll(/<(\w+)>\s*<min>1<\/min>\s*<max>(\d+)<\/max>/g)];
    return Object.fromEntries(pairs.map(([, name, max]) => [name, max]));
  };
  expect(constrained("throughline_query")).toEqual({
    max_memory_usage: String(limits.queryMemoryBytes),
    max_execution_time: "86400",
    max_concurrent_queries_for_user: "50",
  });
  expect(constrained("grafana")).toEqual({
    max_memory_usage: String(limits.queryMemoryBytes),
    max_execution_time: "300",
    max_result_rows: "1000000",
    max_result_bytes: String(512 * 1024 ** 2),
    max_concurrent_queries_for_user: "50",
  });
  // What does not ask for more is held to what it was.
  expect(xml.match(/<max_result_bytes>536870912</g)).toHaveLength(3);
});
