/** Goal: deploy/compose.yaml is a compose file, and everything in it that is ours exists under that name. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readSettings } from "../settings/read.ts";

const root = resolve(import.meta.dirname, "../../..");
const file = join(root, "deploy/compose.yaml");

/** The part of the Compose specification that we use; anything else would be a mistyped key. */
const closed = { additionalProperties: false };
const Duration = Type.String({ pattern: "^\\d+(s|m)$" });
const Service = Type.Object(
  {
    image: Type.String(),
    build: Type.Optional(
      Type.Object({ context: Type.String(), dockerfile: Type.String() }, closed),
    ),
    init: Type.Optional(Type.Boolean()),
    profiles: Type.Optional(Type.Array(Type.String())),
    restart: Type.Enum(["no", "always", "on-failure", "unless-stopped"]),
    depends_on: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object(
          {
            condition: Type.Enum([
              "service_started",
              "service_healthy",
              "service_completed_successfully",
            ]),
          },
          closed,
        ),
      ),
    ),
    environment: Type.Optional(Type.Record(Type.String(), Type.String())),
    ports: Type.Optional(Type.Array(Type.String())),
    volumes: Type.Array(Type.String()),
    mem_limit: Type.String({ pattern: "^\\d+(m|g)$" }),
    cpu_shares: Type.Optional(Type.Integer({ minimum: 2, maximum: 262_144 })),
    ulimits: Type.Optional(Type.Unknown()),
    stop_grace_period: Duration,
    healthcheck: Type.Object(
      {
        test: Type.Array(Type.String(), { minItems: 2 }),
        interval: Duration,
        timeout: Duration,
        start_period: Duration,
        retries: Type.Integer({ minimum: 1 }),
      },
      closed,
    ),
  },
  closed,
);
const Compose = Type.Object(
  {
    name: Type.String(),
    services: Type.Record(Type.String(), Service),
    volumes: Type.Record(Type.String(), Type.Null()),
  },
  closed,
);

const parsed: unknown = parse(readFileSync(file, "utf8"));
const compose = Value.Parse(Compose, parsed);
const product = compose.services["throughline"]!;
const clickhouse = compose.services["clickhouse"]!;

const grafana = compose.services["grafana"]!;
const prometheus = compose.services["prometheus"]!;

/** What compose makes of `${NAME:-default}` when NAME is unset. */
function substituted(values: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([key, value]) => [
      key,
      value.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1"),
    ]),
  );
}

function settingsOf(environment: Readonly<Record<string, string>> | undefined) {
  const result = readSettings({ environment: substituted(environment), workingDir: "/app" });
  if (result.kind === "invalid") {
    throw new Error(result.problems.join("\n"));
  }
  return result.settings;
}

test("it keeps to the Compose keys that we know", () => {
  expect([...Value.Errors(Compose, parsed)]).toEqual([]);
});

test("the product's variables are known settings with valid values", () => {
  expect(settingsOf(product.environment)).toMatchObject({
    host: "0.0.0.0",
    clickhouseUrl: "http://clickhouse:8123",
    dataDir: "/var/lib/throughline",
  });
});

test("both containers agree on user, password and database", () => {
  const settings = settingsOf(product.environment);
  expect(substituted(clickhouse.environment)).toEqual({
    CLICKHOUSE_USER: settings.clickhouseUser,
    CLICKHOUSE_PASSWORD: settings.clickhousePassword,
    CLICKHOUSE_DB: settings.clickhouseDatabase,
    GRAFANA_CLICKHOUSE_PASSWORD: substituted(grafana.environment)[
      "THROUGHLINE_CLICKHOUSE_PASSWORD"
    ],
  });
});

test("the product's ports are the defaults, published on loopback only; ClickHouse's are not published", () => {
  const { httpPort, otlpGrpcPort, otlpHttpPort } = settingsOf(product.environment);
  expect(product.ports).toEqual(
    [httpPort, otlpGrpcPort, otlpHttpPort].map((port) => `127.0.0.1:${port}:${port}`),
  );
  expect(clickhouse.ports).toBeUndefined();
});

test("every file that is named exists, every volume is declared, every service that is waited for is there", () => {
  const here = dirname(file);
  const { build } = product;
  expect(existsSync(join(here, build!.context, build!.dockerfile))).toBe(true);
  for (const volume of Object.values(compose.services).flatMap(({ volumes }) => volumes)) {
    const source = volume.split(":")[0]!;
    const known = source.startsWith(".")
      ? existsSync(join(here, source))
      : source in compose.volumes;
    expect(known, volume).toBe(true);
  }
  expect(Object.keys(product.depends_on ?? {})).toEqual(["clickhouse"]);
  expect(Object.keys(grafana.depends_on ?? {})).toEqual(["clickhouse"]);
});

test("the data directory of the product is a volume, and both together keep to 1.5 GB", () => {
  const { dataDir } = settingsOf(product.environment);
  expect(product.volumes.some((volume) => volume.endsWith(`:${dataDir}`))).toBe(true);
  const megabytes = [product, clickhouse].map(({ mem_limit }) =>
    mem_limit.endsWith("g") ? Number.parseInt(mem_limit) * 1024 : Number.parseInt(mem_limit),
  );
  expect(megabytes.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(1536);
});

test("Grafana and Prometheus run only where they are asked for, on loopback, with bounded memory", () => {
  for (const service of [grafana, prometheus]) expect(service.profiles).toEqual(["grafana"]);
  expect(product.profiles).toBeUndefined();
  expect(grafana.ports).toEqual(["127.0.0.1:3000:3000"]);
  expect(prometheus.ports).toBeUndefined();
});

test("Grafana's data sources get every value that they name, and it is what the other containers have", () => {
  const sources = readFileSync(
    join(root, "deploy/grafana/provisioning/datasources/throughline.yaml"),
    "utf8",
  );
  const values = substituted(grafana.environment);
  const named = [...sources.matchAll(/\$(THROUGHLINE_\w+)/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(6);
  expect(Object.keys(values)).toEqual(expect.arrayContaining(named));
  expect(values).toMatchObject({
    THROUGHLINE_CLICKHOUSE_HOST: "clickhouse",
    THROUGHLINE_CLICKHOUSE_DATABASE: settingsOf(product.environment).clickhouseDatabase,
    THROUGHLINE_QUERY_URL: `http://throughline:${settingsOf(product.environment).httpPort}`,
  });
  // No password is in a file.
  expect(sources).not.toMatch(/password: (?!\$)/);
});

test("Prometheus scrapes the ports that tell metrics", () => {
  const { httpPort, otlpHttpPort } = settingsOf(product.environment);
  const config = readFileSync(join(root, "deploy/grafana/prometheus.yaml"), "utf8");
  for (const port of [httpPort, otlpHttpPort]) expect(config).toContain(`throughline:${port}`);
});

test("Grafana's user in ClickHouse may what the embedded ClickHouse's may", () => {
  const deployed = readFileSync(join(root, "deploy/grafana/clickhouse-user.xml"), "utf8");
  expect(openElements(deployed)).toEqual([]);
  const { clickhouseDatabase } = settingsOf(product.environment);
  expect([...deployed.matchAll(/<query>(.*)<\/query>/g)].map(([, grant]) => grant)).toEqual([
    `GRANT SELECT ON ${clickhouseDatabase}.*`,
    `GRANT SHOW ON ${clickhouseDatabase}.*`,
  ]);
  expect(deployed).toContain("<readonly>2</readonly>");
  const limits = [...deployed.matchAll(/<(max_\w+)>(\d+)</g)].map(([, name]) => name!);
  expect(limits.length).toBe(5);
  // Whoever may set a limit could set it higher.
  for (const name of limits)
    expect(deployed).toMatch(new RegExp(`<${name}><min>1</min><max>\\d+</max>`));
});

test("ClickHouse's configuration files are well-formed and profile settings are in the one for users.d", () => {
  const server = readFileSync(join(root, "deploy/clickhouse/small-memory.xml"), "utf8");
  const users = readFileSync(join(root, "deploy/clickhouse/small-memory-users.xml"), "utf8");
  for (const xml of [server, users]) {
    expect(openElements(xml)).toEqual([]);
  }
  expect(server).not.toContain("<profiles>");
  expect(users).toContain("<profiles>");
});

/** Names of elements that are opened and not closed in order. */
function openElements(xml: string): string[] {
  const open: string[] = [];
  for (const [, slash, name, selfClosed] of xml
    .replaceAll(/<!--[\s\S]*?-->/g, "")
    .matchAll(/<(\/?)([\w-]+)[^>]*?(\/?)>/g)) {
    if (selfClosed === "/") {
      continue;
    }
    if (slash !== "/") {
      open.push(name!);
    } else if (open.pop() !== name) {
      return [`</${name}>`];
    }
  }
  return open;
}
