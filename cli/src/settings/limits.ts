/**
 * The limits of collector and query as settings. Their names and defaults are those of the packages, because an
 * answer that refuses or cuts something names the limit that did it; this file only gives them the shape of a setting.
 */
import {
  findLimitFaults,
  LIMIT_SETTINGS,
  type CollectorLimits,
  type LimitSetting,
} from "@throughline/collector/limits";
import { DEFAULT_LIMITS, type QueryLimits } from "@throughline/query/options";
import { Type, type TSchema } from "typebox";
import { integer, type IntegerFacets } from "./facets.ts";
import { environmentName, fileKeyOf } from "./names.ts";
import type { SettingValue } from "./values.ts";

/** The query package bounds nothing from above. Beyond these a value is a typing error: timers take 24 days at most. */
const QUERY_MAXIMA = { ms: 86_400_000, bytes: 2 ** 50, count: 1_000_000_000 } as const;

const SWITCHED_OFF_BY_ZERO: ReadonlySet<string> = new Set(["answersKeptMs"]);

export interface Limits {
  readonly collector: CollectorLimits;
  readonly query: QueryLimits;
}

export interface LimitDefinition {
  /** Where it lies in `Limits`: `["collector", "receive", "bodyMaxBytes"]`. */
  readonly path: readonly [owner: keyof Limits, ...rest: string[]];
  readonly environment: string;
  /** THROUGHLINE_OTLP_BODY_MAX_BYTES is otlpBodyMaxBytes in throughline.yaml. */
  readonly fileKey: string;
  readonly schema: ReturnType<typeof integer>;
}

export const LIMIT_DEFINITIONS: readonly LimitDefinition[] = [
  ...Object.entries(LIMIT_SETTINGS).flatMap(([section, settings]) =>
    Object.entries<LimitSetting>(settings).map(([key, setting]) =>
      collectorLimit(section, key, setting),
    ),
  ),
  ...Object.entries<number>({ ...DEFAULT_LIMITS }).map(([key, standard]) =>
    queryLimit(key, standard),
  ),
];

/** Checks the shape of limits that arrive from another process of the same version. */
export const LimitsSchema = Type.Unsafe<Limits>(
  objectSchema(nested(LIMIT_DEFINITIONS.map(({ path }) => [path, Type.Integer()]))),
);

/** Nested as the packages take them, from values under their file keys. */
export function toLimits(values: ReadonlyMap<string, SettingValue>): unknown {
  return nested(LIMIT_DEFINITIONS.map(({ path, fileKey }) => [path, values.get(fileKey)]));
}

/** Limits that contradict each other, one sentence each; every single value is within its bounds already. */
export function findContradictions(limits: Limits): readonly string[] {
  return findLimitFaults(limits.collector);
}

function collectorLimit(section: string, key: string, setting: LimitSetting): LimitDefinition {
  const { environmentName: environment, default: standard, min: minimum, max: maximum } = setting;
  return {
    path: ["collector", section, key],
    environment,
    fileKey: fileKeyOf(environment),
    schema: integer(facets(key, { default: standard, minimum, maximum })),
  };
}

function queryLimit(key: string, standard: number): LimitDefinition {
  return {
    path: ["query", key],
    environment: environmentName(key),
    fileKey: key,
    // Where 0 is the default it means "none"; elsewhere it would mean "never", but for what can be switched off.
    schema: integer(
      facets(key, {
        default: standard,
        minimum: SWITCHED_OFF_BY_ZERO.has(key) ? 0 : Math.min(standard, 1),
        maximum: QUERY_MAXIMA[unitOf(key)],
      }),
    ),
  };
}

function facets(
  key: string,
  bounds: Readonly<Record<"default" | "minimum" | "maximum", number>>,
): IntegerFacets {
  // docs/settings.md takes the sentence from the package's docstring; see document.ts.
  return { description: "", unit: unitOf(key), ...bounds };
}

/** Units are the last word of a name. */
function unitOf(key: string): keyof typeof QUERY_MAXIMA {
  if (key.endsWith("Bytes")) {
    return "bytes";
  }
  return key.endsWith("Ms") ? "ms" : "count";
}

interface Nested<Leaf> {
  [key: string]: Leaf | Nested<Leaf>;
}

function nested<Leaf>(leaves: readonly (readonly [readonly string[], Leaf])[]): Nested<Leaf> {
  const branches = Map.groupBy(leaves, ([path]) => path[0] ?? "");
  return Object.fromEntries(
    [...branches].map(([key, branch]) => {
      const below = branch.map(([path, leaf]) => [path.slice(1), leaf] as const);
      const [first] = below;
      return [key, first !== undefined && first[0].length === 0 ? first[1] : nested(below)];
    }),
  );
}

function objectSchema(tree: Nested<ReturnType<typeof Type.Integer>>): TSchema {
  const properties = Object.entries(tree).map(([key, value]): [string, TSchema] => [
    key,
    isLeaf(value) ? value : objectSchema(value),
  ]);
  return Type.Object(Object.fromEntries(properties));
}

function isLeaf(
  value: ReturnType<typeof Type.Integer> | Nested<ReturnType<typeof Type.Integer>>,
): value is ReturnType<typeof Type.Integer> {
  return value["type"] === "integer";
}
