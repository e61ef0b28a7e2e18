/** The settings as a list, each under both of its names. */
import type { SettingSchema } from "./facets.ts";
import { LIMIT_DEFINITIONS } from "./limits.ts";
import { SETTING_GROUPS } from "./schema.ts";

export interface SettingDefinition {
  /** Its key in throughline.yaml and in `Settings`. */
  readonly key: string;
  /** Its environment variable. */
  readonly environment: string;
  readonly schema: SettingSchema;
}

export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly SettingDefinition[];
}

/** These four are named as ClickHouse's own clients name them. */
const CLICKHOUSE_CLIENT_KEYS = new Set([
  "clickhouseUrl",
  "clickhouseUser",
  "clickhousePassword",
  "clickhouseDatabase",
]);

/** `httpPort` is THROUGHLINE_HTTP_PORT; `clickhouseUrl` and its three companions are CLICKHOUSE_URL and so on. */
export function environmentName(key: string): string {
  const name = key.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
  return CLICKHOUSE_CLIENT_KEYS.has(key) ? name : `THROUGHLINE_${name}`;
}

const COLLECTOR_LIMITS: SettingGroup = {
  title: "Limits of the collector",
  settings: LIMIT_DEFINITIONS.map(({ fileKey, environment, schema }) => ({
    key: fileKey,
    environment,
    schema,
  })),
};

export const GROUPS: readonly SettingGroup[] = [
  ...SETTING_GROUPS.map(({ title, properties }) => ({
    title,
    settings: Object.entries<SettingSchema>(properties).map(([key, schema]) => ({
      key,
      environment: environmentName(key),
      schema,
    })),
  })),
  COLLECTOR_LIMITS,
];

export const DEFINITIONS: readonly SettingDefinition[] = GROUPS.flatMap((group) => group.settings);
