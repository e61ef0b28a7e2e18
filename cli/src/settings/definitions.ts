/** The settings as a list, each under both of its names. */
import type { SettingSchema } from "./facets.ts";
import { LIMIT_DEFINITIONS, type Limits } from "./limits.ts";
import { environmentName } from "./names.ts";
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

function limitGroup(title: string, owner: keyof Limits): SettingGroup {
  const own = LIMIT_DEFINITIONS.filter(({ path }) => path[0] === owner);
  const settings = own.map(({ fileKey, environment, schema }) => ({
    key: fileKey,
    environment,
    schema,
  }));
  return { title, settings };
}

export const GROUPS: readonly SettingGroup[] = [
  ...SETTING_GROUPS.map(({ title, properties }) => ({
    title,
    settings: Object.entries<SettingSchema>(properties).map(([key, schema]) => ({
      key,
      environment: environmentName(key),
      schema,
    })),
  })),
  limitGroup("Limits of the collector", "collector"),
  limitGroup("Limits of the query API", "query"),
];

export const DEFINITIONS: readonly SettingDefinition[] = GROUPS.flatMap((group) => group.settings);
