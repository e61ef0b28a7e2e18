/** Makes blocks inside ClickHouse: INSERT … SELECT from numbers, so that views and indexes are filled as by a collector. */
import { readFileSync } from "node:fs";
import type { ClickHouseClient } from "@throughline/schemas";
import type { Block } from "./plan.ts";
import type { RouteSpan } from "./routes.ts";
import type { Service } from "./services.ts";
import { LOG_TEMPLATES, RARE_ONE_IN, RARE_TEXT, type LogTemplate } from "./templates.ts";

/** Rows of one part at most; a block has fewer spans and not many more logs. */
const PART_ROWS_MAX = 1_000_000;

/** Writes the small tables that the statements join with. */
export async function prepare(
  client: ClickHouseClient,
  services: readonly Service[],
  routes: readonly RouteSpan[],
): Promise<void> {
  for (const query of sql("prepare").split(";")) {
    // oxlint-disable-next-line no-await-in-loop -- one makes what the next one needs
    if (query.trim() !== "") await client.command({ query });
  }
  const described = services.map((service, number) => ({
    number,
    service: service.name,
    pods: service.pods,
    resource: resourceOf(service),
  }));
  await client.insert({
    table: "throughline.bench_services",
    values: described,
    format: "JSONEachRow",
  });
  await client.insert({
    table: "throughline.bench_routes",
    values: routes.map((span) => ({
      ...span,
      ...described[span.service],
      attributes: attributesOf(span, services),
    })),
    format: "JSONEachRow",
    clickhouse_settings: { input_format_skip_unknown_fields: 1 },
  });
}

export interface FillStatement {
  readonly block: Block;
  readonly seed: number;
  readonly logsScale: number;
}

/** A block that was cut off half way and is filled again is stored once: the token tells. */
export async function fillBlock(client: ClickHouseClient, statement: FillStatement): Promise<void> {
  for (const name of ["spans", "logs", "lone-logs"] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time: memory
    await client.command({
      query: sql(name),
      query_params: parametersOf(statement),
      clickhouse_settings: {
        insert_deduplication_token: `fill/${statement.seed}/${name}/${statement.block.block}`,
        deduplicate_insert_select: "force_enable",
        deduplicate_blocks_in_dependent_materialized_views: 1,
        max_threads: 1,
        max_insert_threads: "1",
        max_block_size: "65536",
        min_insert_block_size_rows: String(PART_ROWS_MAX),
        min_insert_block_size_bytes: "0",
        max_memory_usage: "0",
      },
    });
  }
}

function parametersOf({ block, seed, logsScale }: FillStatement): Record<string, unknown> {
  return {
    seed,
    from: block.lateFirst,
    first: block.traceFirst,
    count: block.traceEnd - block.traceFirst,
    lone_first: block.logFirst,
    lone_count: block.logEnd - block.logFirst,
    start: block.startMicros,
    duration: block.endMicros - block.startMicros,
    logs_scale: logsScale,
    rare_text: RARE_TEXT,
    rare_one_in: RARE_ONE_IN,
    ...Object.fromEntries(
      (["DEBUG", "INFO", "WARN", "ERROR"] as const).map((severity) => [
        severity.toLowerCase(),
        textsOf(severity),
      ]),
    ),
  };
}

function textsOf(severity: LogTemplate["severity"]): readonly string[] {
  return LOG_TEMPLATES.filter((template) => template.severity === severity).map(({ text }) => text);
}

function resourceOf(service: Service): Readonly<Record<string, string>> {
  return {
    "deployment.environment.name": "production",
    "k8s.namespace.name": service.namespace,
    "service.name": service.name,
    "service.version": service.version,
    "telemetry.sdk.language": service.language,
    "telemetry.sdk.name": "opentelemetry",
  };
}

/** What every span of this place in the route has. */
function attributesOf(
  { flavour, kind, name, peer, service }: RouteSpan,
  services: readonly Service[],
): Readonly<Record<string, string>> {
  const [verb = "", target = ""] = name.split(" ");
  if (flavour === "http" && kind === "Server") {
    return { "http.request.method": verb, "http.route": target, "url.scheme": "https" };
  }
  if (flavour === "http") return { "http.request.method": verb, "server.address": peer };
  if (flavour === "messaging") {
    return { "messaging.destination.name": peer, "messaging.system": "kafka" };
  }
  if (flavour === "database") {
    return {
      "db.collection.name": target,
      "db.operation.name": verb,
      "db.system.name": services[service]?.database ?? "",
      "server.address": peer,
    };
  }
  return { "code.function.name": name };
}

/** What several statements have in common. */
const PARTS = ["trace-spans", "log-text", "log-body"] as const;

/** @returns a statement of this folder, with the parts that it names in comments */
function sql(name: "prepare" | "spans" | "logs" | "lone-logs" | (typeof PARTS)[number]): string {
  const text = readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), "utf8");
  return PARTS.reduce(
    (whole, part) =>
      whole.includes(`/*${part}*/`) ? whole.replaceAll(`/*${part}*/`, sql(part).trimEnd()) : whole,
    text,
  );
}
