/**
 * The collector's limits as settings. Their names, defaults and bounds are the collector's own table, because its
 * refusals name the variable that would have let the request pass; this file only gives them the shape of a setting.
 */
import {
  findLimitFaults,
  LIMIT_SETTINGS,
  type CollectorLimits,
  type LimitSetting,
} from "@throughline/collector/limits";
import { Type, type TSchema } from "typebox";
import { integer, type IntegerFacets, type Unit } from "./facets.ts";
import type { SettingValue } from "./values.ts";

const PREFIX = "THROUGHLINE_";

/** One limit under its three names: section and key in `CollectorLimits`, its environment variable. */
export interface LimitDefinition {
  readonly section: string;
  readonly key: string;
  readonly environment: string;
  /** The variable's name as a key of throughline.yaml: THROUGHLINE_OTLP_BODY_MAX_BYTES is otlpBodyMaxBytes. */
  readonly fileKey: string;
  readonly schema: ReturnType<typeof integer>;
}

export const LIMIT_DEFINITIONS: readonly LimitDefinition[] = Object.entries(LIMIT_SETTINGS).flatMap(
  ([section, settings]) =>
    Object.entries<LimitSetting>(settings).map(([key, setting]) => ({
      section,
      key,
      environment: setting.environmentName,
      fileKey: fileKeyOf(setting.environmentName),
      schema: integer(facetsOf(key, setting)),
    })),
);

/** Checks the shape of limits that arrive from another process of the same version. */
export const LimitsSchema = Type.Unsafe<CollectorLimits>(
  Type.Object(
    Object.fromEntries(
      Object.entries(LIMIT_SETTINGS).map(([section, settings]): [string, TSchema] => [
        section,
        Type.Object(Object.fromEntries(Object.keys(settings).map((key) => [key, Type.Integer()]))),
      ]),
    ),
  ),
);

/** Nested as the collector takes them, from values under their file keys. */
export function toLimits(values: ReadonlyMap<string, SettingValue>): Record<string, unknown> {
  const sections: Record<string, Record<string, unknown>> = {};
  for (const { section, key, fileKey } of LIMIT_DEFINITIONS) {
    (sections[section] ??= {})[key] = values.get(fileKey);
  }
  return sections;
}

export { findLimitFaults, type CollectorLimits };

function fileKeyOf(environment: string): string {
  return environment
    .slice(PREFIX.length)
    .toLowerCase()
    .replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function facetsOf(key: string, setting: LimitSetting): IntegerFacets {
  return {
    // docs/settings.md takes the sentence from the collector's docstring; see document.ts.
    description: "",
    default: setting.default,
    unit: unitOf(key),
    minimum: setting.min,
    maximum: setting.max,
  };
}

/** Units are the last word of a name. */
function unitOf(key: string): Unit {
  if (key.endsWith("Bytes")) {
    return "bytes";
  }
  return key.endsWith("Ms") ? "ms" : "count";
}
